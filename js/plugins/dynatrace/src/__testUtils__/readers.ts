import { mockApis } from '@backstage/frontend-test-utils';
import { Reader } from '../components/Reader';
import { dynatraceTranslationRef } from '../translation';
import german from '../translations/de';

const snapshot = mockApis.translation().getTranslation(dynatraceTranslationRef);
if (!snapshot.ready) {
  throw new Error('the translations are not ready');
}

/** A reader of English. */
export const englishReader: Reader = { t: snapshot.t, language: 'en' };

const germanTexts = new Map<string, string>(Object.entries(german));

/** A reader of German; texts have no placeholders filled. */
export const germanReader: Reader = {
  t: ((key: string) => germanTexts.get(key) ?? key) as unknown as Reader['t'],
  language: 'de',
};
