import { mockCredentials } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { findComponents } from './findComponents';

function entity(
  kind: string,
  name: string,
  relations: Array<[type: string, targetRef: string]> = [],
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: { name, namespace: 'default' },
    relations: relations.map(([type, targetRef]) => ({ type, targetRef })),
  };
}

const shop = entity('Domain', 'shop');
const webshop = entity('System', 'webshop', [
  ['partOf', 'domain:default/shop'],
]);
const orders = entity('Group', 'orders');
const cart = entity('Component', 'cart', [
  ['partOf', 'system:default/webshop'],
  ['ownedBy', 'group:default/orders'],
]);
const search = entity('Component', 'search', [
  ['partOf', 'system:default/webshop'],
  ['ownedBy', 'group:default/experience'],
]);
const ledger = entity('Component', 'ledger', [
  ['partOf', 'system:default/books'],
  ['ownedBy', 'group:default/orders'],
]);

async function namesBehind(subject: Entity): Promise<string[] | undefined> {
  const components = await findComponents(subject, {
    catalog: catalogServiceMock({
      entities: [shop, webshop, orders, cart, search, ledger],
    }),
    credentials: mockCredentials.user(),
  });
  return components?.map(({ metadata }) => metadata.name).toSorted();
}

describe('findComponents', () => {
  it.each([
    ['a system', webshop, ['cart', 'search']],
    ['a domain, through its systems', shop, ['cart', 'search']],
    ['a group', orders, ['cart', 'ledger']],
    ['a domain without systems', entity('Domain', 'empty'), []],
  ])('finds the components of %s', async (_, subject, expected) => {
    expect(await namesBehind(subject)).toEqual(expected);
  });

  it('knows that a component stands for itself', async () => {
    expect(await namesBehind(cart)).toBeUndefined();
  });
});
