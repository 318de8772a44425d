import { mockCredentials } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { createComponentFinder } from './createComponentFinder';

const webshop: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'System',
  metadata: { name: 'webshop' },
};
const books: Entity = { ...webshop, metadata: { name: 'books' } };
const cart: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'cart', namespace: 'default' },
  relations: [{ type: 'partOf', targetRef: 'system:default/webshop' }],
};
const ada = mockCredentials.user('user:default/ada');
const ben = mockCredentials.user('user:default/ben');

describe('createComponentFinder', () => {
  const catalog = catalogServiceMock({ entities: [cart] });
  const asked = jest.spyOn(catalog, 'getEntities');
  let find: ReturnType<typeof createComponentFinder>;

  beforeEach(() => {
    jest.useFakeTimers();
    asked.mockClear();
    find = createComponentFinder({ catalog });
  });

  afterEach(() => jest.useRealTimers());

  it('asks the catalog once for all cards of a page', async () => {
    const answers = await Promise.all([find(webshop, ada), find(webshop, ada)]);
    answers.push(await find(webshop, mockCredentials.user('user:default/ada')));
    expect(answers).toEqual([[cart], [cart], [cart]]);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('asks for each user, on behalf of that user', async () => {
    await find(webshop, ada);
    asked.mockResolvedValueOnce({ items: [] });
    expect(await find(webshop, ben)).toEqual([]);
    expect(asked.mock.calls.map(([, options]) => options)).toEqual([
      { credentials: ada },
      { credentials: ben },
    ]);
  });

  it('asks for each entity', async () => {
    expect(await find(webshop, ada)).toEqual([cart]);
    expect(await find(books, ada)).toEqual([]);
  });

  it('keeps nothing for services', async () => {
    await find(webshop, mockCredentials.service());
    await find(webshop, mockCredentials.service());
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('asks again after a few seconds, and after a failure', async () => {
    asked.mockRejectedValueOnce(new Error('the catalog is down'));
    await expect(find(webshop, ada)).rejects.toThrow('the catalog is down');
    expect(await find(webshop, ada)).toEqual([cart]);
    jest.advanceTimersByTime(10_000);
    expect(await find(webshop, ada)).toEqual([cart]);
    expect(asked).toHaveBeenCalledTimes(3);
  });
});
