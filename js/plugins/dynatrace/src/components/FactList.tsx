import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Fact } from '@grailstage/backstage-plugin-dynatrace-common';
import { answerText } from '../text/answerText';
import { translated } from '../text/translated';
import { dynatraceTranslationRef } from '../translation';
import { AnswerCell } from './AnswerCell';
import styles from './FactList.module.css';
import { Sparkline } from './Sparkline';
import { StatusIcon } from './StatusIcon';

/**
 * What a reader takes in at a glance: plain counts in one line, and values with more to say as tiles below.
 */
export function FactList(props: { facts: Fact[] }) {
  const { facts } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const tiles = facts.filter(isTile);
  const items = facts.filter(fact => !isTile(fact));
  return (
    <>
      {items.length > 0 && (
        <ul aria-label={t('facts.title')} className={styles.list}>
          {items.map(fact => (
            <li key={fact.key} className={styles.item}>
              <StatusIcon status={fact.status} />
              <AnswerCell
                cell={fact.value}
                kind="number"
                unit={fact.unit}
              />{' '}
              {translated('fact', fact.key, fact.title, t)}
            </li>
          ))}
        </ul>
      )}
      {tiles.length > 0 && (
        <ul aria-label={t('facts.tiles')} className={styles.tiles}>
          {tiles.map(fact => (
            <FactTile key={fact.key} fact={fact} />
          ))}
        </ul>
      )}
    </>
  );
}

function isTile(fact: Fact): boolean {
  return fact.detail !== undefined || fact.trend !== undefined;
}

function FactTile(props: { fact: Fact }) {
  const { key, title, kind, unit, value, status, detail, trend } = props.fact;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <li className={styles.tile}>
      <span className={styles.title}>{translated('fact', key, title, t)}</span>
      <div className={styles.value}>
        <StatusIcon status={status} />
        <AnswerCell
          cell={value}
          kind={kind === 'count' ? 'number' : kind}
          unit={unit}
        />
      </div>
      {trend && <Sparkline sparkline={trend} unit={unit} />}
      {detail && <span className={styles.detail}>{answerText(detail, t)}</span>}
    </li>
  );
}
