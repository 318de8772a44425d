import { TranslationFunction } from '@backstage/frontend-plugin-api';
import { DqlFinding } from '@grailstage/backstage-plugin-dynatrace-common';
import { sentence } from '../text/sentence';
import { dynatraceTranslationRef } from '../translation';

/**
 * Says where a finding is, what it is and what to do.
 */
export function describeFinding(
  finding: DqlFinding,
  t: TranslationFunction<typeof dynatraceTranslationRef.T>,
): string {
  const { start, message, help } = finding;
  const what = [message, ...(help ? [help] : [])].map(sentence).join(' ');
  return t('form.finding', {
    line: String(start.line),
    column: String(start.column),
    what,
  });
}
