export * from './DynatraceApi';
export * from './DynatraceClient';
export * from './DynatraceRequestError';
export * from './dynatraceApiRef';
