import { renderInTestApp } from '@backstage/frontend-test-utils';
import { Chart } from '@grailstage/backstage-plugin-dynatrace-common';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloneElement, ReactElement } from 'react';
import { AnswerChart } from './AnswerChart';

/** Nothing has a size here, and charts draw only what has one. */
jest.mock('recharts', () => ({
  ...jest.requireActual('recharts'),
  ResponsiveContainer: (props: {
    children: ReactElement<{ width: number; height: number }>;
  }) => cloneElement(props.children, { width: 400, height: 200 }),
}));

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

async function draw(values: Partial<Chart> = {}) {
  renderInTestApp(
    <AnswerChart chart={{ ...chart, ...values }} fileName="pass-rate.csv" />,
  );
  return screen.findByRole('figure', { name: 'Pass rate' });
}

/** The texts along the axis of the values. */
function valueTicks(figure: HTMLElement): Array<string | null> {
  return [...figure.querySelectorAll('.recharts-yAxis-tick-labels text')].map(
    tick => tick.textContent,
  );
}

describe('AnswerChart', () => {
  it('says in a table what it draws', async () => {
    await draw();
    const table = screen.getByRole('table', { name: 'Pass rate' });
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
      expect(await draw({ kind })).toBeInTheDocument();
    },
  );

  it('shows its values on request, where the keyboard can scroll them', async () => {
    const figure = await draw();
    const group = () =>
      within(figure).queryByRole('group', { name: 'Pass rate' });
    expect(group()).not.toBeInTheDocument();
    const toggle = screen.getByRole('button', {
      name: 'Show values of Pass rate',
    });
    await userEvent.click(toggle);
    expect(toggle).toHaveAttribute('aria-pressed', 'true');
    expect(
      within(figure).getByRole('group', { name: 'Pass rate' }),
    ).toHaveAttribute('tabindex', '0');
    expect(screen.getAllByRole('table')).toHaveLength(1);
    await userEvent.click(toggle);
    expect(group()).not.toBeInTheDocument();
  });

  it('saves its values as CSV', async () => {
    const files: Blob[] = [];
    URL.createObjectURL = blob => {
      files.push(blob as Blob);
      return 'blob:csv';
    };
    URL.revokeObjectURL = () => {};
    const click = jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(() => {});
    await draw();
    await userEvent.click(
      screen.getByRole('button', {
        name: 'Download Pass rate as CSV, all rows',
      }),
    );
    click.mockRestore();
    const text = await files[0].text();
    expect(text.replace('\uFEFF', '').trimEnd().split('\r\n')).toEqual([
      '"Time","unit (%)","load (%)"',
      '"2026-11-20T00:00:00Z",100,',
      '"2026-11-21T00:00:00Z",97.5,80',
    ]);
  });

  it('tells eight lines apart by colours and by dashes', async () => {
    const figure = await draw({
      series: Array.from({ length: 8 }, (_, index) => ({
        name: `line ${index}`,
        values: [index, index],
      })),
    });
    const lines = [...figure.querySelectorAll('.recharts-line-curve')];
    expect(lines).toHaveLength(8);
    for (const attribute of ['stroke', 'stroke-dasharray']) {
      const looks = lines.map(line => line.getAttribute(attribute));
      expect(new Set(looks).size).toBe(8);
    }
  });

  it('names series in the order in which it stacks them', async () => {
    const figure = await draw({
      kind: 'stacked-bars',
      series: ['passed', 'failed', 'error'].map(name => ({
        name,
        values: [1, 2],
      })),
    });
    const names = [...figure.querySelectorAll('.recharts-legend-item-text')];
    expect(names.map(({ textContent }) => textContent)).toEqual([
      'passed',
      'failed',
      'error',
    ]);
  });

  it.each([
    ['parts of averages', [0.3, 0.1], true],
    ['only whole numbers of what is counted', [0, 1], false],
  ])('marks on the axis %s', async (_, values, hasParts) => {
    const figure = await draw({
      unit: undefined,
      series: [{ name: 'a', values }],
    });
    const ticks = valueTicks(figure);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.some(text => text?.includes('.'))).toBe(hasParts);
  });
});

describe('the colours of charts', () => {
  /** Of a card: `--bui-bg-neutral-1`. */
  const backgrounds = { light: '#ffffff', dark: '#424141' };
  const css = readFileSync(join(__dirname, 'ChartPicture.module.css'), 'utf8');
  const colours = [...css.matchAll(/chart-\d: (#[0-9a-f]{6})/g)].map(
    ([, colour]) => colour,
  );

  it('are as many as there are series at most', () => {
    expect(new Set(colours).size).toBe(8);
  });

  it.each(Object.entries(backgrounds))('stand out in %s', (_, background) => {
    for (const colour of colours) {
      expect(contrast(colour, background)).toBeGreaterThanOrEqual(3);
    }
  });
});

/** As WCAG defines it. */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map(at => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map(part =>
      part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
    );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
