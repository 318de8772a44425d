import { Entity } from '@backstage/catalog-model';
import { evaluateFilterPredicate } from '@backstage/filter-predicates';
import { cart } from '../__testUtils__/cart';
import { cardDefinitions, cardForQueryId } from './cardDefinitions';

const value = 'cart';

function entityWith(annotations?: Record<string, string>): Entity {
  return { ...cart, metadata: { name: 'cart', annotations } };
}

describe.each(cardDefinitions)('card $id', definition => {
  it('is found by its query id', () => {
    expect(cardForQueryId(definition.queryId.toUpperCase())).toBe(definition);
    expect(cardForQueryId(definition.queryId)).toBe(definition);
  });

  it('is shown for each of its annotations alone', () => {
    for (const annotation of definition.annotations) {
      const entity = entityWith({ [annotation]: value });
      expect(definition.isAvailable(entity)).toBe(true);
      expect(evaluateFilterPredicate(definition.filter, entity)).toBe(true);
    }
  });

  it.each([
    ['no annotations', undefined],
    ['foreign annotations', { 'example.com/project-slug': 'a/b' }],
  ])('is not shown for %s', (_, annotations) => {
    const entity = entityWith(annotations);
    expect(definition.isAvailable(entity)).toBe(false);
    expect(evaluateFilterPredicate(definition.filter, entity)).toBe(false);
  });

  it('is shown for a system, whatever its annotations', () => {
    const entity = { ...entityWith(), kind: 'System' };
    expect(definition.isAvailable(entity)).toBe(true);
    expect(evaluateFilterPredicate(definition.filter, entity)).toBe(true);
  });
});
