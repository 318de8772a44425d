import { Chart, Table } from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * The values of a chart as a table: a row for each time, a column for each series.
 */
export function chartTable(chart: Chart): Pick<Table, 'columns' | 'rows'> {
  return {
    columns: [
      { key: 'time', title: 'Time', kind: 'timestamp' },
      ...chart.series.map(({ name }, index) => ({
        key: String(index),
        title: name,
        kind: 'number' as const,
        unit: chart.unit,
      })),
    ],
    rows: chart.times.map((time, index) => [
      time,
      ...chart.series.map(({ values }) => values[index] ?? null),
    ]),
  };
}
