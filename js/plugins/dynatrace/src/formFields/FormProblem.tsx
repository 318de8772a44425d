import { isError } from '@backstage/errors';
import { CodeText } from '../components/CodeText';
import { sentence } from '../text/sentence';
import styles from './FormField.module.css';

/**
 * Says below a field why the backend does not help with it, and what to do.
 */
export function FormProblem(props: { error: unknown }) {
  const { error } = props;
  const message = isError(error) ? error.message : String(error);
  // Another copy of this package may have thrown it.
  const help: unknown = isError(error) ? Reflect.get(error, 'help') : undefined;
  return (
    <p className={styles.problem} role="alert">
      <CodeText>
        {[message, ...(typeof help === 'string' ? [help] : [])]
          .map(sentence)
          .join(' ')}
      </CodeText>
    </p>
  );
}
