import { Card } from '@backstage/ui';
import { ReactNode } from 'react';
import styles from './CardSurface.module.css';

/**
 * The surface of a card, with the colours that its content uses besides those of Backstage.
 */
export function CardSurface(props: {
  isPending?: boolean;
  /** Id of the element that holds the title. */
  titleId?: string;
  children: ReactNode;
}) {
  return (
    <Card
      aria-busy={props.isPending}
      aria-labelledby={props.titleId}
      className={styles.surface}
    >
      {props.children}
    </Card>
  );
}
