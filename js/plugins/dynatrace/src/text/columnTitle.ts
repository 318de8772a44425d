import { TranslationFunction } from '@backstage/frontend-plugin-api';
import { Column } from '@grailstage/backstage-plugin-dynatrace-common';
import { dynatraceTranslationRef } from '../translation';

const messageKeys = new Map(
  (
    [
      'workload',
      'cluster',
      'namespace',
      'version',
      'pods',
      'problems',
      'vulnerabilities',
      'logs',
      'environment',
    ] as const
  ).map(key => [key as string, `column.${key}` as const]),
);

/**
 * The title of a column in the language of the app, or the English one of the answer where there is no translation.
 */
export function columnTitle(
  column: Column,
  t: TranslationFunction<typeof dynatraceTranslationRef.T>,
): string {
  const messageKey = messageKeys.get(column.key);
  return messageKey ? t(messageKey) : column.title;
}
