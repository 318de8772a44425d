import styles from './CodeText.module.css';

/**
 * A text in which the parts between backticks are set as code.
 */
export function CodeText(props: { children: string }) {
  const parts = props.children.split('`');
  // An odd number of backticks leaves one without partner: then none of them marks code.
  if (parts.length % 2 === 0) {
    return <>{props.children}</>;
  }
  return (
    <>
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          <code key={index} className={styles.code}>
            {part}
          </code>
        ) : (
          part
        ),
      )}
    </>
  );
}
