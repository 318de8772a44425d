import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Text } from '@backstage/ui';
import {
  Chart,
  Series,
  Status,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { useId } from 'react';
import {
  Bar,
  CartesianGrid,
  ComposedChart,
  Legend,
  Line,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { useLanguage } from '../hooks/useLanguage';
import { answerText } from '../text/answerText';
import { formatNumber } from '../text/formatNumber';
import { translated } from '../text/translated';
import { dynatraceTranslationRef } from '../translation';
import styles from './AnswerChart.module.css';
import { HiddenText } from './HiddenText';

const HEIGHT = 200;
const COLOURS = 6;

/** Series with a meaning have its colour, the others take turns. */
const statusColours: Partial<Record<Status, string>> = {
  ok: 'var(--dynatrace-chart-ok)',
  warning: 'var(--dynatrace-chart-warning)',
  error: 'var(--dynatrace-chart-error)',
};

/**
 * Draws courses of values over time. The same values follow as a table that only screen readers get.
 */
export function AnswerChart(props: { chart: Chart }) {
  const { chart } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const language = useLanguage();
  const titleId = useId();
  const title = translated('chart', chart.key, chart.title, t);
  const format = (value: number) => formatNumber(value, chart.unit, language);
  const time = timeFormat(chart.times, language);
  const data = chart.times.map((at, index) => ({
    time: time(at),
    ...Object.fromEntries(
      chart.series.map((series, number) => [
        String(number),
        series.values[index],
      ]),
    ),
  }));
  return (
    <figure aria-labelledby={titleId} className={styles.chart}>
      <Text as="h3" id={titleId} variant="body-medium" weight="bold">
        {title}
      </Text>
      <div aria-hidden="true">
        <ResponsiveContainer height={HEIGHT} width="100%">
          <ComposedChart
            accessibilityLayer={false}
            data={data}
            margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
          >
            <CartesianGrid stroke="var(--bui-border-1)" vertical={false} />
            <XAxis
              dataKey="time"
              minTickGap={32}
              stroke="var(--dynatrace-fg-quiet)"
              tickLine={false}
            />
            <YAxis
              allowDecimals={chart.unit !== undefined}
              stroke="var(--dynatrace-fg-quiet)"
              tickFormatter={format}
              tickLine={false}
              width="auto"
            />
            <Tooltip
              contentStyle={{
                background: 'var(--bui-bg-popover)',
                borderColor: 'var(--bui-border-1)',
                color: 'var(--bui-fg-primary)',
              }}
              formatter={value => format(Number(value))}
            />
            {chart.series.length > 1 && <Legend />}
            {chart.series.map((series, number) => {
              const colour =
                (series.status && statusColours[series.status]) ??
                `var(--dynatrace-chart-${number % COLOURS})`;
              return chart.kind === 'line' ? (
                <Line
                  key={series.name}
                  dataKey={String(number)}
                  dot={hasGaps(series)}
                  isAnimationActive={false}
                  name={answerText(series.name, t)}
                  stroke={colour}
                  strokeWidth={2}
                  type="linear"
                />
              ) : (
                <Bar
                  key={series.name}
                  dataKey={String(number)}
                  fill={colour}
                  isAnimationActive={false}
                  name={answerText(series.name, t)}
                  stackId="all"
                />
              );
            })}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
      <HiddenText>
        <ChartTable chart={chart} format={format} time={time} title={title} />
      </HiddenText>
    </figure>
  );
}

function ChartTable(props: {
  chart: Chart;
  title: string;
  format: (value: number) => string;
  time: (iso: string) => string;
}) {
  const { chart, title, format, time } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <table>
      <caption>{title}</caption>
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

/** A value between two gaps has no line: it is seen only as a dot. */
function hasGaps({ values }: Series): boolean {
  return values.length === 1 || values.includes(null);
}

/** Days where there is a value a day or less, times of the day otherwise. */
function timeFormat(
  times: string[],
  language: string,
): (iso: string) => string {
  const [first, second] = times.map(time => Date.parse(time));
  const isDaily = second === undefined || second - first >= 20 * 3_600_000;
  const format = new Intl.DateTimeFormat(
    language,
    isDaily
      ? { month: 'short', day: 'numeric' }
      : { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  );
  return iso => {
    const time = Date.parse(iso);
    return Number.isNaN(time) ? iso : format.format(time);
  };
}
