import { Alert, Button, Text } from '@backstage/ui';
import { ReactNode } from 'react';
import { CodeText } from './CodeText';
import styles from './StateMessage.module.css';

/**
 * Props of {@link StateMessage}.
 */
export interface StateMessageProps {
  /** `neutral` for what is in order, if not what was hoped for. */
  tone: 'neutral' | 'info' | 'warning' | 'danger';
  title: string;
  /** Sentences, each its own paragraph. Parts between backticks are set as code. */
  details?: string[];
  children?: ReactNode;
  action?: { label: string; isPending?: boolean; onPress: () => void };
}

/**
 * Says that there is nothing to draw, why, and what to do next.
 */
export function StateMessage(props: StateMessageProps) {
  const { tone, title, details = [], children, action } = props;
  const content = (
    <div className={styles.content}>
      {details.map(detail => (
        <p key={detail} className={styles.detail}>
          <CodeText>{detail}</CodeText>
        </p>
      ))}
      {children}
      {action && (
        <div className={styles.action}>
          <Button
            isPending={action.isPending}
            onPress={action.onPress}
            size="small"
            variant="secondary"
          >
            {action.label}
          </Button>
        </div>
      )}
    </div>
  );
  if (tone === 'neutral') {
    return (
      <div className={styles.neutral} role="status">
        <Text as="p" weight="bold">
          <CodeText>{title}</CodeText>
        </Text>
        {content}
      </div>
    );
  }
  return (
    <Alert
      description={content}
      icon
      role={tone === 'danger' ? 'alert' : 'status'}
      status={tone}
      title={<CodeText>{title}</CodeText>}
    />
  );
}
