export * from './dqlQueryPlugin';
export * from './dynatracePlugin';
export * from './EntityDqlQueryCard';
export * from './EntityDynatraceContent';
export * from './entityCards';
export * from './scaffolderFields';
