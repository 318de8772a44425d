import { useLanguage } from '../hooks/useLanguage';
import { useNow } from '../hooks/useNow';
import { formatAge } from '../text/formatAge';
import { formatTime } from '../text/formatTime';
import { Disclosure } from './Disclosure';

/**
 * Says how long ago a time was, and on request when exactly.
 */
export function Timestamp(props: {
  /** Milliseconds since the epoch. */
  time: number;
  /** Draws the time as it is. */
  isExact?: boolean;
  /** Makes a text of the age. */
  withAge?: (age: string) => string;
}) {
  const { time, isExact, withAge = (age: string) => age } = props;
  const language = useLanguage();
  const now = useNow();
  const exact = formatTime(time, language);
  const dateTime = new Date(time).toISOString();
  return isExact ? (
    <time dateTime={dateTime}>{exact}</time>
  ) : (
    <Disclosure more={exact}>
      <time dateTime={dateTime}>{withAge(formatAge(time, now, language))}</time>
    </Disclosure>
  );
}
