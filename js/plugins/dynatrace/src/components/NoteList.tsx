import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Badge, Text } from '@backstage/ui';
import { Note } from '@grailstage/backstage-plugin-dynatrace-common';
import { describeProblem } from '../text/describeProblem';
import { sentence } from '../text/sentence';
import { dynatraceTranslationRef } from '../translation';
import { CodeText } from './CodeText';
import { HiddenText } from './HiddenText';
import styles from './NoteList.module.css';
import { StatusIcon } from './StatusIcon';

/**
 * What the reader should know about an answer: for each note how bad it is, where, what, and what to do.
 */
export function NoteList(props: { label: string; notes: Note[] }) {
  const { label, notes } = props;
  if (notes.length === 0) {
    return null;
  }
  return (
    <ul aria-label={label} className={styles.list}>
      {notes.map((note, index) => (
        <NoteItem key={index} note={note} />
      ))}
    </ul>
  );
}

function NoteItem(props: { note: Note }) {
  const { severity, code, message, help, environment } = props.note;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const problem = describeProblem(code, t);
  const advice = help ?? problem.help;
  return (
    <li className={styles.note}>
      <StatusIcon status={severity} />
      <div className={styles.body}>
        <div className={styles.title}>
          <HiddenText>{t(`notes.${severity}`)}: </HiddenText>
          {environment && <Badge size="small">{environment}</Badge>}
          <Text as="span" weight="bold">
            {problem.title}
          </Text>
        </div>
        <Text as="p" className={styles.text}>
          <CodeText>{sentence(message)}</CodeText>
          {advice && (
            <>
              {' '}
              <CodeText>{sentence(advice)}</CodeText>
            </>
          )}
        </Text>
      </div>
    </li>
  );
}
