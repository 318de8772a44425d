import styles from './CodeBlock.module.css';

/**
 * Lines of code, such as an example to copy.
 */
export function CodeBlock(props: { label: string; children: string }) {
  return (
    <pre aria-label={props.label} className={styles.block} role="region">
      <code>{props.children}</code>
    </pre>
  );
}
