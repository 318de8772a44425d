import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Cell,
  ColumnKind,
  LinkCell,
  ReadinessCell,
  RecordCell,
  StatusCell,
  Unit,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { useLanguage } from '../hooks/useLanguage';
import { answerText } from '../text/answerText';
import { formatNumber } from '../text/formatNumber';
import { linkText } from '../text/linkText';
import { dynatraceTranslationRef } from '../translation';
import styles from './AnswerCell.module.css';
import { EntityLink } from './EntityLink';
import { ExternalLink } from './ExternalLink';
import { HiddenText } from './HiddenText';
import { Sparkline } from './Sparkline';
import { StatusIcon } from './StatusIcon';
import { Timestamp } from './Timestamp';

/**
 * Draws the value of a cell by what it is.
 */
export function AnswerCell(props: {
  cell: Cell;
  kind: ColumnKind;
  unit?: Unit;
  /** Whether a time is drawn as it is, rather than how long ago it was. */
  exactTimes?: boolean;
}) {
  const { cell, kind, unit, exactTimes } = props;
  if (cell === null) {
    return <UnknownValue />;
  }
  if (typeof cell === 'string') {
    return kind === 'timestamp' ? (
      <TimestampValue isExact={exactTimes} iso={cell} />
    ) : (
      <TextValue text={cell} />
    );
  }
  if (typeof cell === 'number') {
    return kind === 'count' ? (
      <CountValue count={cell} />
    ) : (
      <NumberValue number={cell} unit={unit} />
    );
  }
  if (Array.isArray(cell)) {
    return <LinksValue links={cell} />;
  }
  if ('entityRef' in cell) {
    return <EntityLink entity={cell} />;
  }
  if ('url' in cell) {
    return <LinkValue link={cell} />;
  }
  if ('label' in cell) {
    return <StatusValue status={cell} />;
  }
  if ('points' in cell) {
    return <Sparkline sparkline={cell} unit={unit} />;
  }
  return 'record' in cell ? (
    <RecordValue record={cell} />
  ) : (
    <ReadinessValue readiness={cell} />
  );
}

function NumberValue(props: { number: number; unit?: Unit }) {
  const language = useLanguage();
  return <span>{formatNumber(props.number, props.unit, language)}</span>;
}

function TimestampValue(props: { iso: string; isExact?: boolean }) {
  const time = Date.parse(props.iso);
  return Number.isNaN(time) ? (
    <TextValue text={props.iso} />
  ) : (
    <Timestamp isExact={props.isExact} time={time} />
  );
}

function LinksValue(props: { links: LinkCell[] }) {
  return (
    <ul className={styles.links}>
      {props.links.map(link => (
        <li key={`${link.url} ${link.text}`}>
          <LinkValue link={link} />
        </li>
      ))}
    </ul>
  );
}

function StatusValue(props: { status: StatusCell }) {
  const { status, label, detail } = props.status;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <span className={styles.stack}>
      <span className={styles.readiness}>
        <StatusIcon status={status} />
        {answerText(label, t)}
      </span>
      {detail && <span className={styles.detail}>{answerText(detail, t)}</span>}
    </span>
  );
}

function RecordValue(props: { record: RecordCell }) {
  return (
    // The keyboard scrolls what has the focus.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <code className={styles.record} role="group" tabIndex={0}>
      {JSON.stringify(props.record.record, undefined, 2)}
    </code>
  );
}

function UnknownValue() {
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <span className={styles.quiet}>
      <span aria-hidden="true">–</span>
      <HiddenText>{t('cell.unknown')}</HiddenText>
    </span>
  );
}

function TextValue(props: { text: string }) {
  return (
    <span className={styles.text} title={props.text}>
      {props.text}
    </span>
  );
}

function LinkValue(props: { link: LinkCell }) {
  const { url, detail } = props.link;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <span className={styles.stack}>
      <ExternalLink url={url}>
        <span className={styles.linkText}>{linkText(props.link, t)}</span>
      </ExternalLink>
      {detail && <span className={styles.detail}>{detail}</span>}
    </span>
  );
}

function CountValue(props: { count: number }) {
  const language = useLanguage();
  const text = new Intl.NumberFormat(language).format(props.count);
  return (
    <span className={props.count > 0 ? styles.raised : styles.quiet}>
      {text}
    </span>
  );
}

function ReadinessValue(props: { readiness: ReadinessCell }) {
  const { ready, desired, status } = props.readiness;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  if (ready === null && desired === null) {
    return <UnknownValue />;
  }
  const spoken = t('cell.ready', {
    ready: String(ready ?? t('cell.unknown')),
    desired: String(desired ?? t('cell.unknown')),
  });
  return (
    <span className={styles.readiness} title={spoken}>
      <StatusIcon status={status} />
      <span aria-hidden="true">
        {ready ?? '–'}/{desired ?? '–'}
      </span>
      <HiddenText>{spoken}</HiddenText>
    </span>
  );
}
