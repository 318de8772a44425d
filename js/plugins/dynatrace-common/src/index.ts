/**
 * What the Dynatrace plugins for Backstage have in common: annotations, permissions, cards and the shape of their answers.
 *
 * @packageDocumentation
 */

export * from './annotations';
export * from './availability';
export * from './cards';
export * from './dynatraceCards';
export * from './payloads';
export * from './permissions';
export * from './scaffoldPayloads';
