import { renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import {
  CacheOutcome,
  CardAnswer,
} from '@grailstage/backstage-plugin-dynatrace-common';
import {
  act,
  fireEvent,
  screen,
  waitFor,
  within,
} from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  answer,
  answered,
  failed,
  table,
  unreachableNote,
  workload,
} from '../__testUtils__/answers';
import { cart } from '../__testUtils__/cart';
import { respondWith } from '../__testUtils__/respondWith';
import { DynatraceApi, dynatraceApiRef } from '../api';
import { AnswerCard } from './AnswerCard';

function draw(api: DynatraceApi) {
  return renderInTestApp(
    <EntityProvider entity={cart}>
      <AnswerCard card="kubernetes-deployments" />
    </EntityProvider>,
    { apis: [[dynatraceApiRef, api]] },
  );
}

/** The texts of a column, row by row. */
async function column(index: number): Promise<Array<string | null>> {
  const grid = await screen.findByRole('grid');
  const [, ...rows] = within(grid).getAllByRole('row');
  return rows.map(row => {
    const cells = row.querySelectorAll('[role=rowheader], [role=gridcell]');
    // Without the title of the column, which a narrow card shows in each cell.
    return cells[index].lastElementChild?.textContent ?? null;
  });
}

describe('AnswerCard, refreshed', () => {
  it('asks again on refresh', async () => {
    const { api, requests } = respondWith(
      { body: answer() },
      {
        body: answer({
          sections: [table({ rows: [workload({ name: 'checkout' })] })],
        }),
      },
    );
    draw(api);
    expect(await column(0)).toHaveLength(5);
    await userEvent.click(
      screen.getByRole('button', { name: 'Refresh Kubernetes workloads' }),
    );
    await waitFor(async () =>
      expect(await column(0)).toEqual([
        'checkout (opens in a new tab)Deployment',
      ]),
    );
    expect(requests.map(({ url }) => url.searchParams.get('refresh'))).toEqual([
      null,
      'true',
    ]);
  });

  it('keeps the last answer where a refresh fails, says so, and recovers', async () => {
    const { api } = respondWith(
      { body: answer() },
      { failure: new TypeError('Failed to fetch') },
      {
        body: answer({
          sections: [table({ rows: [workload({ name: 'checkout' })] })],
        }),
      },
    );
    draw(api);
    expect(await column(0)).toHaveLength(5);
    await userEvent.click(
      screen.getByRole('button', { name: 'Refresh Kubernetes workloads' }),
    );
    expect(
      await screen.findByText(/^Could not refresh, last updated /),
    ).toBeInTheDocument();
    expect(await column(0)).toHaveLength(5);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(async () => expect(await column(0)).toHaveLength(1));
    expect(screen.queryByText(/^Could not refresh/)).not.toBeInTheDocument();
  });

  it('keeps the last answer where no environment answers any more, and says why', async () => {
    const noEnvironment = answer({
      state: 'failed',
      sections: [table({ rows: [] })],
      notes: [unreachableNote],
      environments: [failed('production'), failed('preproduction')],
    });
    const { api } = respondWith(
      { body: answer() },
      { body: noEnvironment },
      { body: noEnvironment },
      {
        body: answer({
          sections: [table({ rows: [workload({ name: 'checkout' })] })],
        }),
      },
    );
    draw(api);
    expect(await column(0)).toHaveLength(5);
    const refresh = () =>
      userEvent.click(
        screen.getByRole('button', { name: 'Refresh Kubernetes workloads' }),
      );
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await refresh();
      expect(
        await screen.findByText(/^Could not refresh, last updated /),
      ).toBeInTheDocument();
      const reasons = screen.getByRole('list', {
        name: 'No Dynatrace environment answered',
      });
      expect(reasons).toHaveTextContent('Dynatrace cannot be reached');
      expect(await column(0)).toHaveLength(5);
    }
    await refresh();
    await waitFor(async () => expect(await column(0)).toHaveLength(1));
    expect(screen.queryByText(/^Could not refresh/)).not.toBeInTheDocument();
  });
});

describe('AnswerCard, as time goes by', () => {
  const hour = 3_600_000;

  beforeEach(() => {
    jest.useFakeTimers({ advanceTimers: true });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function aged(cache: CacheOutcome, ageMillis: number): CardAnswer {
    return answer({
      askedAt: new Date().toISOString(),
      environments: [
        answered('production', 3, 1),
        { ...answered('preproduction', 2, 1), cache, ageMillis },
      ],
    });
  }

  async function pass(millis: number) {
    await act(() => jest.advanceTimersByTimeAsync(millis));
  }

  it('marks what the backend is renewing with its age, and asks once more', async () => {
    const { api, requests } = respondWith(
      { body: aged('stale', 3.5 * hour) },
      { body: aged('hit', 0) },
    );
    draw(api);
    expect(
      await screen.findByText('updated 3 hours ago, being renewed'),
    ).toBeInTheDocument();
    expect(requests).toHaveLength(1);
    await pass(5_000);
    expect(await screen.findByText('updated now')).toBeInTheDocument();
    expect(screen.queryByText(/being renewed/)).not.toBeInTheDocument();
    expect(requests.map(({ url }) => url.searchParams.get('refresh'))).toEqual([
      null,
      null,
    ]);
    await pass(60_000);
    expect(requests).toHaveLength(2);
  });

  it('does not ask again and again for what stays out of date', async () => {
    const { api, requests } = respondWith({
      body: aged('stale', 3.5 * hour),
    });
    draw(api);
    await screen.findByText(/being renewed/);
    await pass(60_000);
    expect(requests).toHaveLength(2);
    expect(screen.getByText(/being renewed/)).toBeInTheDocument();
  });

  it('does not ask once more for what is fresh', async () => {
    const { api, requests } = respondWith({ body: aged('hit', 1.5 * hour) });
    draw(api);
    expect(await screen.findByText('updated 1 hour ago')).toBeInTheDocument();
    await pass(60_000);
    expect(requests).toHaveLength(1);
  });

  it('renews the age of what could not be refreshed', async () => {
    const { api } = respondWith(
      { body: aged('hit', 0) },
      { failure: new TypeError('Failed to fetch') },
    );
    draw(api);
    expect(await column(0)).toHaveLength(5);
    fireEvent.click(
      screen.getByRole('button', { name: 'Refresh Kubernetes workloads' }),
    );
    expect(
      await screen.findByText('Could not refresh, last updated now'),
    ).toBeInTheDocument();
    await pass(2.5 * hour);
    expect(
      screen.getByText('Could not refresh, last updated 2 hours ago'),
    ).toBeInTheDocument();
  });
});
