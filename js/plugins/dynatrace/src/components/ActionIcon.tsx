import styles from './ActionIcon.module.css';

/**
 * The picture on a button, which has a name of its own.
 */
export function ActionIcon(props: {
  /** On a square of 16, drawn as lines. */
  path: string;
}) {
  return (
    <svg
      aria-hidden="true"
      className={styles.icon}
      focusable="false"
      viewBox="0 0 16 16"
    >
      <path d={props.path} />
    </svg>
  );
}
