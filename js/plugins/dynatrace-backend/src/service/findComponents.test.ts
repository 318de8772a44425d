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
const backOffice = entity('Domain', 'back-office', [
  ['partOf', 'domain:default/shop'],
]);
const books = entity('System', 'books', [
  ['partOf', 'domain:default/back-office'],
]);
const engineering = entity('Group', 'engineering', [
  ['childOf', 'group:default/circle'],
]);
const commerce = entity('Group', 'commerce', [
  ['childOf', 'group:default/engineering'],
]);
const orders = entity('Group', 'orders', [
  ['childOf', 'group:default/commerce'],
]);
/** Two groups that are each other's child, which a catalog does not refuse. */
const circle = entity('Group', 'circle', [
  ['childOf', 'group:default/engineering'],
]);
const cart: Entity = {
  ...entity('Component', 'cart', [
    ['partOf', 'system:default/webshop'],
    ['ownedBy', 'group:default/orders'],
  ]),
  spec: { lifecycle: 'production' },
};
cart.metadata.annotations = { 'backstage.io/kubernetes-id': 'webshop.cart' };
cart.metadata.tags = ['python'];
cart.metadata.links = [{ url: 'https://wiki.example/cart' }];
const search = entity('Component', 'search', [
  ['partOf', 'system:default/webshop'],
  ['partOf', 'system:default/books'],
  ['ownedBy', 'group:default/circle'],
]);
const ledger = entity('Component', 'ledger', [
  ['partOf', 'system:default/books'],
  ['ownedBy', 'group:default/orders'],
]);
const foreign = entity('Component', 'foreign', [
  ['partOf', 'system:default/elsewhere'],
  ['ownedBy', 'group:default/others'],
]);

const catalog = catalogServiceMock({
  entities: [
    ...[shop, webshop, backOffice, books],
    ...[engineering, commerce, orders, circle],
    ...[cart, search, ledger, foreign],
  ],
});
const credentials = mockCredentials.user();

async function namesBehind(
  subject: Entity,
  options = { catalog, credentials },
): Promise<string[] | undefined> {
  const components = await findComponents(subject, options);
  return components?.map(({ metadata }) => metadata.name).toSorted();
}

describe('findComponents', () => {
  it.each([
    ['a system', webshop, ['cart', 'search']],
    ['a domain, once', shop, ['cart', 'ledger', 'search']],
    ['a subdomain', backOffice, ['ledger', 'search']],
    ['a group', orders, ['cart', 'ledger']],
    ['a group of groups', commerce, ['cart', 'ledger']],
    ['groups in a circle', engineering, ['cart', 'ledger', 'search']],
    ['a domain without systems', entity('Domain', 'empty'), []],
  ])('finds the components of %s', async (_, subject, expected) => {
    expect(await namesBehind(subject)).toEqual(expected);
  });

  it('finds those of more systems than an address can name', async () => {
    const numbers = Array.from({ length: 120 }, (_, index) => index);
    const systems = numbers.map(number =>
      entity('System', `system-${number}`, [['partOf', 'domain:default/big']]),
    );
    const components = numbers.map(number =>
      entity('Component', `component-${number}`, [
        ['partOf', `system:default/system-${number}`],
      ]),
    );
    const big = catalogServiceMock({ entities: [...systems, ...components] });
    const asked = jest.spyOn(big, 'getEntities');
    expect(
      await namesBehind(entity('Domain', 'big'), { catalog: big, credentials }),
    ).toHaveLength(120);
    const lengths = asked.mock.calls.map(
      ([request]) => JSON.stringify(request).length,
    );
    expect(Math.max(...lengths)).toBeLessThan(4_000);
  });

  it('has all of a component: one card reads its tags, another one its links', async () => {
    const components = await findComponents(orders, { catalog, credentials });
    expect(components).toContainEqual(cart);
  });

  it('knows that a component stands for itself', async () => {
    expect(await namesBehind(cart)).toBeUndefined();
  });
});
