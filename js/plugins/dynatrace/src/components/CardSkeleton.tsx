import { Skeleton } from '@backstage/ui';
import styles from './CardSkeleton.module.css';

const widths = ['70%', '85%', '60%', '75%'];

/**
 * Holds the place of a table that is on its way.
 */
export function CardSkeleton() {
  return (
    <div aria-hidden="true" className={styles.skeleton}>
      <Skeleton height="1.25rem" width="40%" />
      {widths.map(width => (
        <div key={width} className={styles.row}>
          <Skeleton height="1rem" width={width} />
          <Skeleton height="1rem" width={width} />
          <Skeleton height="1rem" width={width} />
        </div>
      ))}
    </div>
  );
}
