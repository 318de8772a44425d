import { Status } from '@grailstage/backstage-plugin-dynatrace-common';
import { clsx } from 'clsx';
import { ReactElement } from 'react';
import styles from './StatusIcon.module.css';

/**
 * What a {@link StatusIcon} can say.
 */
export type IconStatus = Status | 'info';

/** Each status has a shape of its own, so that it can be told without colours. */
const shapes: Record<Exclude<IconStatus, 'neutral'>, ReactElement> = {
  ok: (
    <>
      <circle className={styles.shape} cx="8" cy="8" r="7" />
      <path className={styles.glyph} d="m4.8 8.3 2.2 2.2 4.2-4.6" />
    </>
  ),
  info: (
    <>
      <circle className={styles.shape} cx="8" cy="8" r="7" />
      <path className={styles.glyph} d="M8 7.4v3.8M8 4.7v.1" />
    </>
  ),
  warning: (
    <>
      <path
        className={styles.shape}
        d="M6.9 1.7a1.25 1.25 0 0 1 2.2 0l6 11A1.25 1.25 0 0 1 14 14.5H2a1.25 1.25 0 0 1-1.1-1.8z"
      />
      <path className={styles.glyph} d="M8 5.7v3.6M8 11.9v.1" />
    </>
  ),
  error: (
    <>
      <path
        className={styles.shape}
        d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z"
      />
      <path className={styles.glyph} d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" />
    </>
  ),
  unknown: <circle className={styles.outline} cx="8" cy="8" r="6.2" />,
};

/**
 * Draws a status, nothing for a neutral one. It is hidden from screen readers: the text beside it says the same.
 */
export function StatusIcon(props: { status: IconStatus }) {
  const { status } = props;
  if (status === 'neutral') {
    return null;
  }
  return (
    <svg
      aria-hidden="true"
      className={clsx(styles.icon, styles[status])}
      focusable="false"
      viewBox="0 0 16 16"
    >
      {shapes[status]}
    </svg>
  );
}
