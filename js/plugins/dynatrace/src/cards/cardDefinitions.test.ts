import { Entity } from '@backstage/catalog-model';
import { evaluateFilterPredicate } from '@backstage/filter-predicates';
import { cardIdForQueryId } from '@grailstage/backstage-plugin-dynatrace-common';
import { cart } from '../__testUtils__/cart';
import { cardDefinitions } from './cardDefinitions';

const value = 'cart';

function entityWith(annotations?: Record<string, string>): Entity {
  return { ...cart, metadata: { name: 'cart', annotations } };
}

describe.each(cardDefinitions)('card $id', definition => {
  it('answers the query id that the peer plugin has for it', () => {
    const { id, queryId } = definition;
    expect(queryId === undefined || cardIdForQueryId(queryId) === id).toBe(
      true,
    );
  });

  it.each(definition.annotations)('is shown for `%s` alone', annotation => {
    const entity = entityWith({ [annotation]: value });
    expect(definition.isAvailable(entity)).toBe(true);
    expect(evaluateFilterPredicate(definition.filter, entity)).toBe(true);
  });

  it.each([
    ['no annotations', undefined],
    ['foreign annotations', { 'github.com/project-slug': 'a/b' }],
  ])('is not shown for %s', (_, annotations) => {
    const entity = entityWith(annotations);
    expect(definition.isAvailable(entity)).toBe(false);
    expect(evaluateFilterPredicate(definition.filter, entity)).toBe(false);
  });

  it('loads', async () => {
    await expect(definition.load()).resolves.toBeInstanceOf(Function);
  });
});
