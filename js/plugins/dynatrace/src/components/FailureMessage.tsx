import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { CardAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { useLanguage } from '../hooks/useLanguage';
import { useNow } from '../hooks/useNow';
import { formatAge } from '../text/formatAge';
import { sentence } from '../text/sentence';
import { timeOf } from '../text/timeOf';
import { dynatraceTranslationRef } from '../translation';
import { ErrorMessage } from './ErrorMessage';
import { NoteList } from './NoteList';
import { StateMessage } from './StateMessage';

/**
 * Says why the last request brought nothing, and how old what is drawn instead is. Nothing where it brought an answer.
 */
export function FailureMessage(props: {
  /** What is drawn, from before. */
  answer?: CardAnswer;
  /** Why there is no newer answer. */
  error?: unknown;
  /** The newer answer, where no environment gave one. */
  failure?: CardAnswer;
  isPending: boolean;
  onRetry: () => void;
}) {
  const { answer, error, failure, isPending, onRetry } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const language = useLanguage();
  const now = useNow();
  const stale =
    answer &&
    t('stale.title', { age: formatAge(timeOf(answer), now, language) });
  if (error !== undefined) {
    return (
      <ErrorMessage
        error={error}
        isPending={isPending}
        onRetry={onRetry}
        stale={stale}
      />
    );
  }
  return failure && stale ? (
    <>
      <StateMessage
        action={{ label: t('card.retry'), isPending, onPress: onRetry }}
        details={[sentence(t('failed.title'))]}
        title={stale}
        tone="warning"
      />
      <NoteList label={t('failed.title')} notes={failure.notes} />
    </>
  ) : null;
}
