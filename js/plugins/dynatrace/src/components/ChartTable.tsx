import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Chart } from '@grailstage/backstage-plugin-dynatrace-common';
import { answerText } from '../text/answerText';
import { dynatraceTranslationRef } from '../translation';
import styles from './ChartTable.module.css';
import { HiddenText } from './HiddenText';

/**
 * The values of a chart, to be read.
 */
export function ChartTable(props: {
  chart: Chart;
  title: string;
  format: (value: number) => string;
  time: (iso: string) => string;
}) {
  const { chart, title, format, time } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <table className={styles.table}>
      <caption>
        <HiddenText>{title}</HiddenText>
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('chart.time')}</th>
          {chart.series.map(({ name }) => (
            <th key={name} scope="col">
              {answerText(name, t)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {chart.times.map((at, index) => (
          <tr key={at}>
            <th scope="row">{time(at)}</th>
            {chart.series.map(({ name, values }) => {
              const value = values[index] ?? null;
              return (
                <td key={name}>
                  {value === null ? t('cell.unknown') : format(value)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
