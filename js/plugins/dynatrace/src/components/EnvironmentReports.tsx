import {
  TranslationFunction,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { EnvironmentReport } from '@grailstage/backstage-plugin-dynatrace-common';
import { useLanguage } from '../hooks/useLanguage';
import { answerText } from '../text/answerText';
import { formatBytes } from '../text/formatBytes';
import { formatDuration } from '../text/formatDuration';
import { dynatraceTranslationRef } from '../translation';
import styles from './EnvironmentReports.module.css';
import { ExternalLink } from './ExternalLink';
import { HiddenText } from './HiddenText';

/**
 * What each environment was asked, what that cost, and where to ask it again by hand.
 */
export function EnvironmentReports(props: {
  label: string;
  environments: EnvironmentReport[];
}) {
  const { label, environments } = props;
  return (
    <ul aria-label={label} className={styles.list}>
      {environments.map(report => (
        <ReportItem key={report.name} report={report} />
      ))}
    </ul>
  );
}

function ReportItem(props: { report: EnvironmentReport }) {
  const { name, state, records, queries, services = [] } = props.report;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const language = useLanguage();
  const facts =
    state === 'ready'
      ? [
          t('report.records', { count: records }),
          ...costOf(props.report, t, language),
        ]
      : [t('report.failed')];
  return (
    <li className={styles.report}>
      <span className={styles.name}>{name}</span>
      {facts.map(fact => (
        <span key={fact} className={styles.fact}>
          {fact}
        </span>
      ))}
      {queries.map(({ key, notebookUrl }) => (
        <span key={key} className={styles.fact}>
          <ExternalLink small url={notebookUrl}>
            {queries.length === 1
              ? t('report.notebook')
              : t('report.notebookOf', { query: answerText(key, t) })}
            <HiddenText>, {name}</HiddenText>
          </ExternalLink>
        </span>
      ))}
      {services.map(({ key, service, subject }) => (
        <span key={key} className={styles.fact}>
          {t('report.service', { service, subject })}
        </span>
      ))}
    </li>
  );
}

/** Dynatrace bills what is scanned, and nothing for an answer that was there. */
function costOf(
  report: EnvironmentReport,
  t: TranslationFunction<typeof dynatraceTranslationRef.T>,
  language: string,
): string[] {
  const { cache, ageMillis, scannedBytes, durationMillis } = report;
  switch (cache) {
    case 'hit':
      return [t('report.stored', { age: formatDuration(ageMillis, language) })];
    case 'shared':
      return [t('report.shared')];
    // Of several queries only some may be old, so this tells nothing of the cost.
    case 'stale':
      return [t('report.stale', { age: formatDuration(ageMillis, language) })];
    default:
      return [
        t('report.scanned', { bytes: formatBytes(scannedBytes, language) }),
        formatDuration(durationMillis, language),
      ];
  }
}
