import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ToggleButton, VisuallyHidden } from '@backstage/ui';
import { Chart } from '@grailstage/backstage-plugin-dynatrace-common';
import { useId, useState } from 'react';
import { chartTable } from '../csv/chartTable';
import { useLanguage } from '../hooks/useLanguage';
import { answerText } from '../text/answerText';
import { formatNumber } from '../text/formatNumber';
import { translated } from '../text/translated';
import { dynatraceTranslationRef } from '../translation';
import styles from './AnswerChart.module.css';
import { ChartPicture } from './ChartPicture';
import { ChartTable } from './ChartTable';
import { chartTimeFormat } from './chartTimeFormat';
import { DownloadButton } from './DownloadButton';
import { SectionHeader } from './SectionHeader';

/**
 * Draws courses of values over time. The same values are in a table, which others than screen readers get on request.
 */
export function AnswerChart(props: {
  chart: Chart;
  /** Name of the file in which the values can be saved. */
  fileName: string;
}) {
  const { chart, fileName } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const language = useLanguage();
  const titleId = useId();
  const [showsValues, setShowsValues] = useState(false);
  const title = translated('chart', chart.key, chart.title, t);
  const format = (value: number) => formatNumber(value, chart.unit, language);
  const time = chartTimeFormat(chart.times, language);
  const values = (
    <ChartTable chart={chart} format={format} time={time} title={title} />
  );
  return (
    <figure aria-labelledby={titleId} className={styles.chart}>
      <SectionHeader heading={title} headingId={titleId}>
        <ToggleButton
          aria-label={t('chart.valuesOf', { title })}
          isSelected={showsValues}
          onChange={setShowsValues}
          size="small"
        >
          {t('chart.values')}
        </ToggleButton>
        <DownloadButton
          fileName={fileName}
          table={chartTable(chart)}
          title={title}
          titleOf={column =>
            column.kind === 'timestamp'
              ? t('chart.time')
              : answerText(column.title, t)
          }
        />
      </SectionHeader>
      <ChartPicture chart={chart} format={format} time={time} />
      {showsValues ? (
        <div
          aria-labelledby={titleId}
          className={styles.values}
          role="group"
          // The keyboard scrolls what has the focus.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
        >
          {values}
        </div>
      ) : (
        <VisuallyHidden>{values}</VisuallyHidden>
      )}
    </figure>
  );
}
