import { Section } from '@grailstage/backstage-plugin-dynatrace-common';

const DAYS = 14;
const SERIES = 8;

const chart = {
  type: 'chart' as const,
  times: Array.from({ length: DAYS }, (_, day) =>
    new Date(Date.UTC(2026, 10, 8 + day)).toISOString(),
  ),
  series: Array.from({ length: SERIES }, (_, number) => ({
    name: `service-${number}`,
    values: Array.from(
      { length: DAYS },
      (__, day) => 2 + number + Math.sin(day + number),
    ),
  })),
};

/** As many series as a chart has at most, as lines and as bars. */
export const charts: Section[] = [
  { ...chart, key: 'lines', title: 'Lines', kind: 'line' },
  { ...chart, key: 'bars', title: 'Bars', kind: 'stacked-bars' },
];
