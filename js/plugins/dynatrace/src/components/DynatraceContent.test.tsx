import { renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router-dom';
import { answer, table, workload } from '../__testUtils__/answers';
import { cart } from '../__testUtils__/cart';
import { errorBody, respondWith } from '../__testUtils__/respondWith';
import { dynatraceApiRef } from '../api';
import { DynatraceContent } from './DynatraceContent';

function Address() {
  return <output>{useLocation().search}</output>;
}

/** Drawn in every card: what is looked up by its role takes long in many rows. */
const sections = [table({ rows: [workload({ name: 'cart' })] })];

/** Backstage remembers decisions for a while: this entity is of one test. */
const denied = { ...cart.metadata, name: 'denied' };

/** The tab of a component at an address; a card has a timeframe where it is asked for one. */
function draw(
  search: string,
  { api, requests } = respondWith({ body: answer({ sections }) }),
) {
  renderInTestApp(
    <EntityProvider entity={cart}>
      <DynatraceContent />
      <Address />
    </EntityProvider>,
    {
      apis: [[dynatraceApiRef, api]],
      initialRouteEntries: [`/${search}`],
    },
  );
  return requests;
}

async function choose(picker: RegExp, option: string) {
  await userEvent.click(await screen.findByRole('button', { name: picker }));
  await userEvent.click(await screen.findByRole('option', { name: option }));
}

describe('DynatraceContent', () => {
  it('asks every card for the timeframe and environments of the address', async () => {
    const requests = draw(
      '?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00%2B01:00&environment=production',
    );
    await screen.findByRole('grid', { name: 'Kubernetes workloads' });
    expect(requests.length).toBeGreaterThan(1);
    for (const { url } of requests) {
      expect(Object.fromEntries(url.searchParams)).toEqual({
        entityRef: 'component:default/cart',
        from: '2026-11-01T00:00:00.000Z',
        to: '2026-11-01T23:00:00.000Z',
        environment: 'production',
      });
    }
  });

  it('keeps a chosen timeframe in the address, and does not ask cards about the present again', async () => {
    const requests = draw('?tab=1');
    await screen.findByRole('grid', { name: 'Kubernetes workloads' });
    const before = requests.length;
    await choose(/Timeframe/, 'Last 7 days');
    await waitFor(() =>
      expect(document.querySelector('output')).toHaveTextContent(
        '?tab=1&from=now-7d',
      ),
    );
    expect(
      screen.getAllByText('the present, whatever the timeframe').length,
    ).toBeGreaterThan(0);
    expect(requests).toHaveLength(before);
  });

  it('keeps the answer of a card about the present where a refresh fails after a timeframe was chosen', async () => {
    const backend = respondWith({ body: answer({ sections }) });
    const requests = draw('', backend);
    const name = 'Kubernetes workloads';
    await screen.findByRole('grid', { name });
    await choose(/Timeframe/, 'Last 7 days');
    const before = requests.length;
    jest
      .spyOn(backend.api, 'getCardAnswer')
      .mockRejectedValue(new Error('it is down'));
    await userEvent.click(
      screen.getByRole('button', { name: `Refresh ${name}` }),
    );
    expect(await screen.findByText(/^Could not refresh/)).toBeInTheDocument();
    expect(screen.getByRole('grid', { name })).toBeInTheDocument();
    expect(backend.api.getCardAnswer).toHaveBeenCalledTimes(1);
    expect(requests).toHaveLength(before);
  });

  it('says once that the reader may not see the cards, and asks nothing', async () => {
    const { api, requests } = respondWith({ body: answer({ sections }) });
    renderInTestApp(
      <EntityProvider entity={{ ...cart, metadata: denied }}>
        <DynatraceContent />
      </EntityProvider>,
      {
        apis: [
          [dynatraceApiRef, api],
          [
            permissionApiRef,
            { authorize: async () => ({ result: AuthorizeResult.DENY }) },
          ],
        ],
      },
    );
    const card = await screen.findByRole('article', {
      name: 'Cards of Dynatrace',
    });
    await waitFor(() => expect(card).toHaveTextContent('dynatrace.card.read'));
    expect(screen.getAllByRole('article')).toEqual([card]);
    expect(requests).toEqual([]);
  });

  it('says once that no environment is configured, and asks again on request', async () => {
    const nothing = { facts: [], sections: [], environments: [] };
    const backend = respondWith({
      body: answer({ state: 'not-configured', ...nothing }),
    });
    draw('', backend);
    await waitFor(() => expect(screen.getAllByRole('article')).toHaveLength(1));
    expect(
      screen.getAllByText('No Dynatrace environment is configured'),
    ).toHaveLength(1);
    jest
      .spyOn(backend.api, 'getCardAnswer')
      .mockResolvedValue(answer({ sections }));
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByRole('grid', { name: 'Kubernetes workloads' });
  });

  it('asks for the chosen timeframe, counted from now', async () => {
    const timeframe = {
      from: '2026-10-22T12:00:00Z',
      to: '2026-11-21T12:00:00Z',
    };
    const requests = draw(
      '',
      respondWith({ body: answer({ sections, timeframe }) }),
    );
    await screen.findByRole('grid', { name: 'Kubernetes workloads' });
    const before = requests.length;
    await choose(/Timeframe/, 'Last 24 hours');
    await waitFor(() => expect(requests).toHaveLength(2 * before));
    for (const { url } of requests.slice(before)) {
      const [from, to] = ['from', 'to'].map(name =>
        Date.parse(url.searchParams.get(name) ?? ''),
      );
      expect(to - from).toBe(86_400_000);
    }
  });

  it('offers the environments that are configured, also those that were not asked', async () => {
    const requests = draw('?environment=preproduction');
    await screen.findByRole('grid', { name: 'Kubernetes workloads' });
    await choose(/Environments/, 'production');
    await waitFor(() =>
      expect(document.querySelector('output')).toHaveTextContent(
        '?environment=preproduction&environment=production',
      ),
    );
    expect(requests.at(-1)?.url.searchParams.getAll('environment')).toEqual([
      'preproduction',
      'production',
    ]);
  });

  it.each([
    ['?from=soon', /soon as from, which is not a time/],
    ['?from=now-1d&to=now-2d', /ends before it starts/],
    ['?to=now', /without its start/],
  ])('says what is wrong with `%s`, and leads back', async (search, text) => {
    const requests = draw(`${search}&environment=production`);
    const reset = await screen.findByRole('button', {
      name: 'Drop the timeframe',
    });
    expect(document.body).toHaveTextContent(text);
    expect(requests).toHaveLength(0);
    await userEvent.click(reset);
    await screen.findByRole('grid', { name: 'Kubernetes workloads' });
    expect(document.querySelector('output')?.textContent).toBe(
      '?environment=production',
    );
  });

  it('says once that an environment is none, and leads back to all', async () => {
    const unknown = errorBody({
      status: 404,
      name: 'NotFoundError',
      message: 'there is no environment `staging`',
      code: 'unknown-environment',
      help: 'the configured environments are `production`, `preproduction`',
    });
    const backend = respondWith(unknown);
    draw('?environment=staging&from=now-7d', backend);
    const reset = await screen.findByRole('button', {
      name: 'Show all environments',
    });
    expect(screen.getAllByRole('alert')).toHaveLength(1);
    expect(screen.getByRole('alert')).toHaveTextContent(
      'The configured environments are production, preproduction.',
    );
    await userEvent.click(reset);
    await waitFor(() =>
      expect(document.querySelector('output')?.textContent).toBe(
        '?from=now-7d',
      ),
    );
  });
});
