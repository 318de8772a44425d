import { renderInTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import {
  Cell,
  ColumnKind,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { AnswerCell } from './AnswerCell';

async function draw(kind: ColumnKind, cell: Cell, exactTimes?: boolean) {
  renderInTestApp(
    <div data-testid="cell">
      <AnswerCell
        cell={cell}
        exactTimes={exactTimes}
        kind={kind}
        unit="percent"
      />
    </div>,
    { mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef } },
  );
  return screen.findByTestId('cell');
}

describe('AnswerCell', () => {
  it.each<[ColumnKind, Cell, string]>([
    ['text', null, '–unknown'],
    ['text', '2026-11-21T12:00:00Z', '2026-11-21T12:00:00Z'],
    ['number', 99.95, '99.95%'],
    ['count', 1200, '1,200'],
    ['status', { status: 'ok', label: 'Pass', detail: '3 of 3' }, 'Pass3 of 3'],
    ['record', { record: { a: [1, null] } }, '{ "a": [ 1, null ] }'],
    [
      'sparkline',
      { points: [1, null, 3, 2], last: 2 },
      'from 1% to 3%, last 2%',
    ],
    ['sparkline', { points: [null], last: null }, 'unknown'],
  ])('draws a %s', async (kind, cell, expected) => {
    const drawn = await draw(kind, cell);
    expect(drawn.textContent?.replace(/\s+/g, ' ')).toBe(expected);
  });

  it('leads to the page of an entity', async () => {
    const drawn = await draw('entity', {
      text: 'Cart',
      entityRef: 'component:default/cart',
    });
    const link = drawn.querySelector('a');
    expect(link).toHaveTextContent(/^Cart$/);
    expect(link).toHaveAttribute('href', '/catalog/default/component/cart');
    expect(link).not.toHaveAttribute('target');
  });

  it('says how long ago a time is, and when exactly', async () => {
    const drawn = await draw('timestamp', '2020-01-01T00:00:00Z');
    expect(drawn).toHaveTextContent(/days ago$/);
    expect(drawn.querySelector('time')).toHaveAttribute(
      'datetime',
      '2020-01-01T00:00:00.000Z',
    );
  });

  it.each<[string, ColumnKind, Cell, RegExp]>([
    ['a time', 'timestamp', '2020-01-01T12:00:00Z', /ago(.*)Jan 1, 2020/],
    [
      'a course',
      'sparkline',
      { points: [1, 3], last: 3 },
      /last 3%from 1% to 3%, last 3%$/,
    ],
  ])('says more of %s to the keyboard', async (_, kind, cell, expected) => {
    const drawn = await draw(kind, cell);
    expect(drawn.textContent).not.toMatch(expected);
    await userEvent.tab();
    const button = within(drawn).getByRole('button');
    expect(button).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    expect(button).toHaveAttribute('aria-expanded', 'true');
    expect(drawn.textContent).toMatch(expected);
    await userEvent.keyboard('{Enter}');
    expect(drawn.textContent).not.toMatch(expected);
  });

  it('draws a time as it is where that is asked for', async () => {
    const drawn = await draw('timestamp', '2020-01-01T12:00:00Z', true);
    expect(drawn).toHaveTextContent(/^Jan 1, 2020, \d+:00:00/);
    expect(within(drawn).queryByRole('button')).not.toBeInTheDocument();
  });

  it('lets the keyboard scroll a record', async () => {
    const drawn = await draw('record', { record: { a: 1 } });
    await userEvent.tab();
    expect(within(drawn).getByRole('group')).toHaveFocus();
  });

  it('draws each of several links', async () => {
    const drawn = await draw('links', [
      { text: 'Chat', url: 'https://chat.example' },
      { text: 'Wiki', url: 'https://wiki.example', detail: 'runbook' },
    ]);
    const links = [...drawn.querySelectorAll('a')].map(({ href }) => href);
    expect(links).toEqual(['https://chat.example/', 'https://wiki.example/']);
    expect(drawn).toHaveTextContent('runbook');
  });
});
