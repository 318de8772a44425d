import { ReactNode } from 'react';
import styles from './HiddenText.module.css';

/**
 * Text for screen readers only. Unlike `VisuallyHidden` it is a span, so it may stand within a text.
 */
export function HiddenText(props: { children: ReactNode }) {
  return <span className={styles.hidden}>{props.children}</span>;
}
