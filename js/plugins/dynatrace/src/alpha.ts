/**
 * The plugin for the new frontend system; the same as the default export of the package itself.
 *
 * @packageDocumentation
 */

export { default } from './plugin';
export { dynatraceTranslationRef } from './translation';
