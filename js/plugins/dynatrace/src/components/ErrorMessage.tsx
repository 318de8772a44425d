import { isError } from '@backstage/errors';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { DynatraceRequestError } from '../api';
import { describeProblem } from '../text/describeProblem';
import { sentence } from '../text/sentence';
import { dynatraceTranslationRef } from '../translation';
import { StateMessage } from './StateMessage';

/** Errors that another try cannot cure. */
const lasting = new Set([
  'not-allowed',
  'queries-off',
  'unknown-query',
  'invalid-label-selector',
  'invalid-annotation',
]);

/**
 * Says why there is no answer, and what to do.
 */
export function ErrorMessage(props: {
  error: unknown;
  /** Says first that what is drawn is old. */
  stale?: string;
  isPending?: boolean;
  /** Absent where another try would be the same. */
  onRetry?: () => void;
  /** What the button says where it does not try the same again. */
  retryLabel?: string;
}) {
  const { error, stale, isPending, onRetry, retryLabel } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const { code, help, environment, message } = readError(error);
  const problem = describeProblem(code, t);
  const advice = help ?? problem.help;
  const what = sentence(
    environment ? `\`${environment}\`: ${message}` : message,
  );
  return (
    <StateMessage
      action={
        !onRetry || lasting.has(code)
          ? undefined
          : {
              label: retryLabel ?? t('card.retry'),
              isPending,
              onPress: onRetry,
            }
      }
      details={[
        ...(stale ? [`${sentence(problem.title)} ${what}`] : [what]),
        ...(advice ? [sentence(advice)] : []),
      ]}
      title={stale ?? problem.title}
      tone={stale || code === 'not-allowed' ? 'warning' : 'danger'}
    />
  );
}

function readError(
  error: unknown,
): Pick<DynatraceRequestError, 'code' | 'help' | 'environment' | 'message'> {
  if (isDynatraceRequestError(error)) {
    return error;
  }
  return {
    code: 'request-failed',
    message: isError(error) ? error.message : String(error),
    help: undefined,
    environment: undefined,
  };
}

/** By name, since another copy of this package may have thrown it. */
function isDynatraceRequestError(
  error: unknown,
): error is DynatraceRequestError {
  return isError(error) && error.name === 'DynatraceRequestError';
}
