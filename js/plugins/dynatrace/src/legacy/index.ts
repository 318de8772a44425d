export * from './dqlQueryPlugin';
export * from './dynatracePlugin';
export * from './EntityCatalogInfoQueryCard';
export * from './EntityDqlQueryCard';
export * from './EntityDynatraceContent';
export * from './entityCards';
export * from './HomePageDynatraceCard';
export * from './scaffolderFields';
