import { Entity } from '@backstage/catalog-model';
import {
  createExtensionTester,
  mockApis,
  renderTestApp,
} from '@backstage/frontend-test-utils';
import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { createTestEntityPage } from '@backstage/plugin-catalog-react/testUtils';
import { screen, waitFor } from '@testing-library/react';
import { answer, table, workload } from '../__testUtils__/answers';
import { cart } from '../__testUtils__/cart';
import { respondWith } from '../__testUtils__/respondWith';
import { dynatraceApiRef } from '../api';
import { dynatraceEntityContent } from './dynatraceEntityContent';

const body = {
  ...answer({ sections: [table({ rows: [workload({ name: 'cart' })] })] }),
  id: 'custom.errors',
  answer: answer({ sections: [table({ rows: [workload({ name: 'cart' })] })] }),
};

const system: Entity = { ...cart, kind: 'System' };
const bare: Entity = { ...cart, metadata: { name: 'bare' } };

const queries = [{ queryId: 'custom.errors' }];

/** What the tab of an entity asks for. */
function draw(
  entity: Entity,
  config: { cards?: string[]; queries?: Array<{ [key: string]: string }> },
) {
  const { api, requests } = respondWith({ body });
  renderTestApp({
    extensions: [createTestEntityPage({ entity }), dynatraceEntityContent],
    apis: [[dynatraceApiRef, api], mockApis.permission()],
    config: {
      app: { extensions: [{ 'entity-content:test': { config } }] },
    },
  });
  return () => requests.map(({ url }) => url.pathname.split('/').pop());
}

describe('the tab, as it is configured', () => {
  it('shows the chosen cards in their order, and no others', async () => {
    const asked = draw(cart, {
      cards: ['vulnerabilities', 'problems', 'slos'],
    });
    await screen.findByRole('grid', { name: 'Problems' });
    const titles = screen.getAllByRole('article').map(article => {
      const [heading] = article.getElementsByTagName('h2');
      return heading.textContent;
    });
    expect(titles).toEqual(['Vulnerabilities', 'Problems']);
    expect(asked().toSorted()).toEqual(['problems', 'vulnerabilities']);
  });

  it('shows queries of the configuration for components', async () => {
    const asked = draw(bare, {
      queries: [{ queryId: 'custom.errors', title: 'Errors' }],
    });
    await screen.findByRole('grid', { name: 'Errors' });
    expect(asked()).toEqual(['errors']);
  });

  it('shows no query for a system', async () => {
    const asked = draw(system, {
      cards: ['problems'],
      queries,
    });
    await screen.findByRole('grid', { name: 'Problems' });
    await waitFor(() => expect(asked()).toEqual(['problems']));
  });

  it.each([
    [{}, 'cart', cart, true],
    [{}, 'an entity without annotations', bare, false],
    [{ cards: ['slos' as const] }, 'cart', cart, false],
    [{ cards: ['slos' as const] }, 'a system', system, true],
    [{ cards: [] }, 'a system', system, false],
    [{ cards: [], queries }, 'an entity without annotations', bare, true],
    [{ cards: [], queries }, 'a system', system, false],
  ])('with %j is or is not there for %s', (config, _, entity, expected) => {
    const filter = createExtensionTester(dynatraceEntityContent, {
      config,
    }).get(EntityContentBlueprint.dataRefs.filterFunction);
    expect(filter?.(entity)).toBe(expected);
  });

  it('refuses a card that there is not', () => {
    expect(() =>
      createExtensionTester(dynatraceEntityContent, {
        config: { cards: ['nothing' as 'slos'] },
      }).get(EntityContentBlueprint.dataRefs.title),
    ).toThrow(/cards/);
  });
});
