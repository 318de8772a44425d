import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Chart,
  Series,
  Status,
} from '@grailstage/backstage-plugin-dynatrace-common';
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
import { answerText } from '../text/answerText';
import { dynatraceTranslationRef } from '../translation';
import styles from './ChartPicture.module.css';

const HEIGHT = 200;

/** As many as a chart has series at most. */
const COLOURS = 8;

/** Tell lines apart where colours do not. */
const DASHES = ['', '8 3', '2 3', '8 3 2 3', '14 4', '5 5', '2 6', '14 3 2 3'];

/** Series with a meaning have its colour, the others take turns. */
const statusColours: Partial<Record<Status, string>> = {
  ok: 'var(--dynatrace-chart-ok)',
  warning: 'var(--dynatrace-chart-warning)',
  error: 'var(--dynatrace-chart-error)',
};

/**
 * The picture of a chart, for those who see it.
 */
export function ChartPicture(props: {
  chart: Chart;
  format: (value: number) => string;
  time: (iso: string) => string;
}) {
  const { chart, format, time } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
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
    <div aria-hidden="true" className={styles.picture}>
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
            allowDecimals={!chart.series.every(isWhole)}
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
          {chart.series.length > 1 && (
            <Legend
              itemSorter="dataKey"
              formatter={name => <span className={styles.name}>{name}</span>}
            />
          )}
          {chart.series.map((series, number) => {
            const colour =
              (series.status && statusColours[series.status]) ??
              `var(--dynatrace-chart-${number % COLOURS})`;
            return chart.kind === 'line' ? (
              <Line
                key={series.name}
                dataKey={String(number)}
                dot={hasGaps(series) && { strokeDasharray: '' }}
                isAnimationActive={false}
                legendType="plainline"
                name={answerText(series.name, t)}
                stroke={colour}
                strokeDasharray={DASHES[number % COLOURS]}
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
                stroke="var(--bui-bg-inherit)"
              />
            );
          })}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}

/** A value between two gaps has no line: it is seen only as a dot. */
function hasGaps({ values }: Series): boolean {
  return values.length === 1 || values.includes(null);
}

/** Parts of what is counted are not marked on the axis. */
function isWhole({ values }: Series): boolean {
  return values.every(value => value === null || Number.isInteger(value));
}
