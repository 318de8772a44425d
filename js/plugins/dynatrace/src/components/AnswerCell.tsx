import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Cell,
  LinkCell,
  ReadinessCell,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { useLanguage } from '../hooks/useLanguage';
import { dynatraceTranslationRef } from '../translation';
import styles from './AnswerCell.module.css';
import { ExternalLink } from './ExternalLink';
import { HiddenText } from './HiddenText';
import { StatusIcon } from './StatusIcon';

/**
 * Draws the value of a cell by what it is.
 */
export function AnswerCell(props: { cell: Cell }) {
  const { cell } = props;
  if (cell === null) {
    return <UnknownValue />;
  }
  if (typeof cell === 'string') {
    return <TextValue text={cell} />;
  }
  if (typeof cell === 'number') {
    return <CountValue count={cell} />;
  }
  return 'url' in cell ? (
    <LinkValue link={cell} />
  ) : (
    <ReadinessValue readiness={cell} />
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
  const { text, url, detail } = props.link;
  return (
    <span className={styles.stack}>
      <ExternalLink url={url}>
        <span className={styles.linkText}>{text}</span>
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
