import { createExtensionTester } from '@backstage/frontend-test-utils';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { readFileSync } from 'fs';
import { resolve } from 'path';
import { parse } from 'yaml';
import { cart } from './__testUtils__/cart';
import { cardDefinitions } from './cards/cardDefinitions';
import { createCardExtension } from './extensions/createCardExtension';
import { dynatraceEntityContent } from './extensions/dynatraceEntityContent';

const readme = readFileSync(resolve(__dirname, '../README.md'), 'utf8');
const [, example] =
  /```yaml\n(# app-config\.yaml\n[^]*?)```/.exec(readme) ?? [];
const [card, tab]: Array<Record<string, { config: object }>> =
  parse(example).app.extensions;

const [kubernetesDeployments] = cardDefinitions.filter(
  ({ id }) => id === 'kubernetes-deployments',
);

describe('configuration in the README', () => {
  it('is of extensions that the plugin has', () => {
    expect([...Object.keys(card), ...Object.keys(tab)]).toEqual([
      'entity-card:dynatrace/kubernetes-deployments',
      'entity-content:dynatrace',
    ]);
  });

  it('is understood by the card', () => {
    const tester = createExtensionTester(
      createCardExtension(kubernetesDeployments),
      Object.values(card)[0],
    );
    expect(tester.get(EntityCardBlueprint.dataRefs.type)).toBe('content');
    const filter = tester.get(EntityCardBlueprint.dataRefs.filterFunction);
    expect(filter?.(cart)).toBe(false);
    expect(
      filter?.({
        ...cart,
        metadata: {
          name: 'cart',
          annotations: { 'backstage.io/kubernetes-id': 'cart' },
        },
      }),
    ).toBe(true);
  });

  it('is understood by the tab', () => {
    const tester = createExtensionTester(
      dynatraceEntityContent,
      Object.values(tab)[0],
    );
    expect(tester.get(EntityContentBlueprint.dataRefs.title)).toBe(
      'Observability',
    );
  });
});
