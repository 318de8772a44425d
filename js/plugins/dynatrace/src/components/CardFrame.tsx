import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ButtonIcon,
  CardBody,
  CardFooter,
  CardHeader,
  Text,
} from '@backstage/ui';
import { CardAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { ReactNode, useId } from 'react';
import { isStale } from '../hooks/isStale';
import { useLanguage } from '../hooks/useLanguage';
import { formatRange } from '../text/formatRange';
import { timeOf } from '../text/timeOf';
import { dynatraceTranslationRef } from '../translation';
import { useCardView } from '../view/CardViewContext';
import { ActionIcon } from './ActionIcon';
import styles from './CardFrame.module.css';
import { CardSurface } from './CardSurface';
import { EnvironmentReports } from './EnvironmentReports';
import { FactList } from './FactList';
import { HiddenText } from './HiddenText';
import { StatusIcon } from './StatusIcon';
import { Timestamp } from './Timestamp';

/**
 * What all cards have around their content: title, environments and age, refresh, the state at a glance, and below what
 * the answer cost.
 */
export function CardFrame(props: {
  title: string;
  answer?: CardAnswer;
  isPending: boolean;
  /** Absent where there is nothing to ask again. */
  onRefresh?: () => void;
  children: ReactNode;
}) {
  const { title, answer, isPending, onRefresh, children } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const titleId = useId();
  return (
    <CardSurface isPending={isPending} titleId={titleId}>
      <CardHeader className={styles.header}>
        <div className={styles.headline}>
          <div className={styles.heading}>
            <Text as="h2" id={titleId} variant="title-x-small" weight="bold">
              {title}
            </Text>
            {answer && answer.environments.length > 0 && (
              <Provenance answer={answer} />
            )}
          </div>
          {onRefresh && (
            <ButtonIcon
              aria-label={t('card.refresh', { title })}
              icon={
                <ActionIcon path="M13.2 8A5.2 5.2 0 1 1 11.5 4.2L13.5 6M13.5 2.5V6H10" />
              }
              isPending={isPending}
              onPress={onRefresh}
              size="small"
              variant="tertiary"
            />
          )}
        </div>
        {answer && <FactList facts={answer.facts} />}
      </CardHeader>
      <span role="status">
        <HiddenText>{isPending ? t('card.loading', { title }) : ''}</HiddenText>
      </span>
      <CardBody>
        <div className={styles.body}>{children}</div>
      </CardBody>
      {answer && answer.environments.length > 0 && (
        <CardFooter>
          <div className={styles.footer}>
            <EnvironmentReports
              environments={answer.environments}
              label={t('report.title', { title })}
            />
          </div>
        </CardFooter>
      )}
    </CardSurface>
  );
}

/** Where an answer comes from, and since when. */
function Provenance(props: { answer: CardAnswer }) {
  const { environments } = props.answer;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const time = timeOf(props.answer);
  const isOutdated = isStale(props.answer);
  return (
    <div className={styles.provenance}>
      <ul aria-label={t('card.environments')} className={styles.environments}>
        {environments.map(({ name, state }) => (
          <li key={name} className={styles.fact}>
            {state === 'failed' && <StatusIcon status="error" />}
            {state === 'failed' ? t('card.failedEnvironment', { name }) : name}
          </li>
        ))}
      </ul>
      <AnswerTime answer={props.answer} />
      {!Number.isNaN(time) && (
        <span className={styles.fact}>
          <Timestamp
            time={time}
            withAge={age =>
              isOutdated ? t('card.stale', { age }) : t('card.updated', { age })
            }
          />
        </span>
      )}
    </div>
  );
}

/** Which time the answer is about; of the present only where the reader chose another. */
function AnswerTime(props: { answer: CardAnswer }) {
  const { timeframe } = props.answer;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const language = useLanguage();
  const { view } = useCardView();
  if (!timeframe) {
    return view.from === undefined ? null : (
      <span className={styles.fact}>{t('card.present')}</span>
    );
  }
  const [from, to] = [timeframe.from, timeframe.to].map(Date.parse);
  return Number.isNaN(from) || Number.isNaN(to) ? null : (
    <span className={styles.fact}>{formatRange(from, to, language)}</span>
  );
}
