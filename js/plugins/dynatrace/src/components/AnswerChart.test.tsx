import { renderInTestApp } from '@backstage/frontend-test-utils';
import { Chart } from '@grailstage/backstage-plugin-dynatrace-common';
import { screen, within } from '@testing-library/react';
import { AnswerChart } from './AnswerChart';

const chart: Chart = {
  key: 'pass-rate',
  title: 'Pass rate',
  kind: 'line',
  unit: 'percent',
  times: ['2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'],
  series: [
    { name: 'unit', values: [100, 97.5] },
    { name: 'load', values: [null, 80], status: 'error' },
  ],
};

describe('AnswerChart', () => {
  it('says in a table what it draws', async () => {
    renderInTestApp(<AnswerChart chart={chart} />);
    const table = await screen.findByRole('table', { name: 'Pass rate' });
    const rows = within(table)
      .getAllByRole('row')
      .map(row => [...row.children].map(cell => cell.textContent));
    expect(rows).toEqual([
      ['Time', 'unit', 'load'],
      ['Nov 20', '100%', 'unknown'],
      ['Nov 21', '97.5%', '80%'],
    ]);
  });

  it.each(['line', 'stacked-bars'] as const)(
    'is a figure of %s with a title',
    async kind => {
      renderInTestApp(<AnswerChart chart={{ ...chart, kind }} />);
      expect(
        await screen.findByRole('figure', { name: 'Pass rate' }),
      ).toBeInTheDocument();
    },
  );
});
