import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  DqlFinding,
  QueryRefusal,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { sentence } from '../text/sentence';
import { dynatraceTranslationRef } from '../translation';
import { CodeText } from './CodeText';
import styles from './QueryRefusalMessage.module.css';
import { StateMessage } from './StateMessage';

/**
 * Says why a query was not asked, and marks where in its text the reason is.
 */
export function QueryRefusalMessage(props: {
  title: string;
  refusal: QueryRefusal;
}) {
  const { title, refusal } = props;
  const { code, message, help, source, findings } = refusal;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <StateMessage
      details={[
        ...(findings.length > 0 ? [] : [sentence(message)]),
        ...(help ? [sentence(help)] : []),
      ]}
      title={t(`query.${kindOf(code)}`)}
      tone="warning"
    >
      <ul className={styles.findings}>
        {findings.map((finding, index) => (
          <li key={index}>
            <strong>{t('query.place', placeOf(finding))}</strong>{' '}
            <CodeText>{sentence(finding.message)}</CodeText>
            {finding.help && (
              <>
                {' '}
                <CodeText>{sentence(finding.help)}</CodeText>
              </>
            )}
          </li>
        ))}
      </ul>
      {source && (
        <pre
          aria-label={t('query.source', { title })}
          className={styles.source}
          role="region"
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long lines scroll, by keyboard too
          tabIndex={0}
        >
          <code>
            {source
              .trimEnd()
              .split('\n')
              .map((line, index) => (
                <SourceLine
                  key={index}
                  findings={findings}
                  number={index + 1}
                  text={line}
                />
              ))}
          </code>
        </pre>
      )}
    </StateMessage>
  );
}

function SourceLine(props: {
  number: number;
  text: string;
  findings: DqlFinding[];
}) {
  const { number, text, findings } = props;
  const characters = [...text];
  const marked = characters.map((_, index) =>
    findings.some(finding => covers(finding, number, index + 1)),
  );
  const pieces: Array<{ text: string; isMarked: boolean }> = [];
  characters.forEach((character, index) => {
    const last = pieces.at(-1);
    if (last && last.isMarked === marked[index]) {
      last.text += character;
    } else {
      pieces.push({ text: character, isMarked: marked[index] });
    }
  });
  return (
    <span className={styles.line}>
      <span aria-hidden="true" className={styles.number}>
        {number}
      </span>
      <span>
        {pieces.map((piece, index) =>
          piece.isMarked ? (
            <mark key={index} className={styles.mark}>
              {piece.text}
            </mark>
          ) : (
            piece.text
          ),
        )}
        {'\n'}
      </span>
    </span>
  );
}

/** Whether a finding is about the character at a line and column, both from 1. Its end is behind its last character. */
function covers(finding: DqlFinding, line: number, column: number): boolean {
  const { start, end } = finding;
  const isBehindStart =
    line > start.line || (line === start.line && column >= start.column);
  const isBeforeEnd =
    line < end.line ||
    (line === end.line &&
      // What is missing has no length: the character behind it is marked.
      column < (isPoint(finding) ? end.column + 1 : end.column));
  return isBehindStart && isBeforeEnd;
}

function isPoint({ start, end }: DqlFinding): boolean {
  return start.line === end.line && start.column === end.column;
}

function placeOf({ start }: DqlFinding): { line: string; column: string } {
  return { line: String(start.line), column: String(start.column) };
}

function kindOf(code: string): 'malformed' | 'invalid' | 'policy' {
  return code === 'malformed' || code === 'policy' ? code : 'invalid';
}
