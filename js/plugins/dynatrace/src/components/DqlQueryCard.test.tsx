import { renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { screen } from '@testing-library/react';
import { answer } from '../__testUtils__/answers';
import { cart } from '../__testUtils__/cart';
import {
  BackendResponse,
  errorBody,
  respondWith,
} from '../__testUtils__/respondWith';
import { dynatraceApiRef } from '../api';
import { DqlQueryCard } from './DqlQueryCard';

function draw(queryId: string, ...responses: BackendResponse[]) {
  const { api, requests } = respondWith(...responses);
  renderInTestApp(
    <EntityProvider entity={cart}>
      <DqlQueryCard queryId={queryId} title="Errors of this hour" />
    </EntityProvider>,
    { apis: [[dynatraceApiRef, api]] },
  );
  return requests;
}

describe('DqlQueryCard', () => {
  it.each(['custom.error logs', 'CUSTOM.error logs'])(
    'asks the query `%s` of the configuration',
    async queryId => {
      const requests = draw(queryId, {
        body: { id: 'custom.error logs', answer: answer() },
      });
      expect(await screen.findByRole('grid')).toBeInTheDocument();
      expect(
        screen.getByRole('article', { name: 'Errors of this hour' }),
      ).toBeInTheDocument();
      expect(requests.map(({ url }) => url.pathname)).toEqual([
        expect.stringMatching(/\/v1\/queries\/custom\/error%20logs$/),
      ]);
    },
  );

  it('says which queries the configuration has where it lacks this one', async () => {
    draw(
      'custom.errors',
      errorBody({
        status: 404,
        name: 'NotFoundError',
        code: 'unknown-query',
        message: 'there is no query `custom.errors`',
        help: 'known are `custom.lines`',
      }),
    );
    expect(
      await screen.findByText('There is no such query'),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: /try again/i }),
    ).not.toBeInTheDocument();
  });

  it('asks nothing for an id of the namespace dynatrace that is not known', async () => {
    const requests = draw('dynatrace.weather', { body: {} });
    expect(await screen.findByText('dynatrace.weather')).toBeInTheDocument();
    expect(screen.getByText('dynatrace.releases')).toBeInTheDocument();
    expect(requests).toEqual([]);
  });
});
