import { Text } from '@backstage/ui';
import { ReactNode } from 'react';
import styles from './SectionHeader.module.css';

/**
 * What stands above a table or a chart: its heading, if it has one, and the tools for it.
 */
export function SectionHeader(props: {
  heading?: string;
  /** By which others name what is below. */
  headingId?: string;
  children: ReactNode;
}) {
  const { heading, headingId, children } = props;
  return (
    <div className={styles.header}>
      {heading && (
        <Text as="h3" id={headingId} variant="body-medium" weight="bold">
          {heading}
        </Text>
      )}
      <div className={styles.tools}>{children}</div>
    </div>
  );
}
