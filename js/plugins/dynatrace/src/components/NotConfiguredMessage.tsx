import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { dynatraceTranslationRef } from '../translation';
import { CodeBlock } from './CodeBlock';
import { StateMessage } from './StateMessage';

const configuration = `dynatrace:
  environments:
    - name: production
      url: https://abc12345.apps.dynatrace.com
      clientId: \${DYNATRACE_CLIENT_ID}
      clientSecret: \${DYNATRACE_CLIENT_SECRET}
      accountUrn: \${DYNATRACE_ACCOUNT_URN}`;

/**
 * Says how an environment is configured.
 */
export function NotConfiguredMessage(props: {
  /** Absent where something else asks again. */
  onRetry?: () => void;
}) {
  const { onRetry } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <StateMessage
      action={onRetry && { label: t('card.retry'), onPress: onRetry }}
      details={[t('notConfigured.help')]}
      title={t('notConfigured.title')}
      tone="neutral"
    >
      <CodeBlock label="app-config.yaml">{configuration}</CodeBlock>
    </StateMessage>
  );
}
