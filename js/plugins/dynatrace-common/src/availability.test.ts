import { Entity } from '@backstage/catalog-model';
import {
  isDynatraceAvailable,
  isKubernetesDeploymentsAvailable,
  isPipelinesAvailable,
  isReleaseValidationsAvailable,
  isSlosAvailable,
  isTeamAvailable,
} from './availability';

function componentWith(annotations?: Record<string, string>): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'cart', annotations },
  };
}

describe('availability', () => {
  it.each([
    ['a Kubernetes id', { 'backstage.io/kubernetes-id': 'webshop.cart' }],
    [
      'a label selector',
      { 'backstage.io/kubernetes-label-selector': 'app in (cart)' },
    ],
    [
      'an id and a namespace',
      {
        'backstage.io/kubernetes-id': 'webshop.cart',
        'backstage.io/kubernetes-namespace': 'webshop',
      },
    ],
  ])('shows the card for %s', (_, annotations) => {
    const entity = componentWith(annotations);
    expect(isKubernetesDeploymentsAvailable(entity)).toBe(true);
    expect(isTeamAvailable(entity)).toBe(false);
    expect(isDynatraceAvailable(entity)).toBe(true);
  });

  it.each([
    ['no annotations at all', undefined],
    ['only a namespace', { 'backstage.io/kubernetes-namespace': 'webshop' }],
    ['a blank id', { 'backstage.io/kubernetes-id': ' ' }],
    ['foreign annotations', { 'example.com/project-slug': 'a/b' }],
  ])('hides the card for %s', (_, annotations) => {
    const entity = componentWith(annotations);
    expect(isKubernetesDeploymentsAvailable(entity)).toBe(false);
    expect(isDynatraceAvailable(entity)).toBe(false);
  });

  it.each(['System', 'domain', 'Group'])(
    'shows all cards for a %s without annotations',
    kind => {
      const entity = { ...componentWith(), kind };
      expect(isPipelinesAvailable(entity)).toBe(true);
      expect(isTeamAvailable(entity)).toBe(true);
      expect(isDynatraceAvailable(entity)).toBe(true);
    },
  );

  it.each(['', 'service=cart'])(
    'shows the validations for the guardian tags `%s`',
    tags => {
      const entity = componentWith({ 'dynatrace.com/guardian-tags': tags });
      expect(isReleaseValidationsAvailable(entity)).toBe(true);
      expect(isDynatraceAvailable(entity)).toBe(true);
    },
  );

  it.each(['', 'service=cart'])(
    'shows the objectives for the tags `%s`',
    tags => {
      const entity = componentWith({ 'dynatrace.com/slo-tags': tags });
      expect(isSlosAvailable(entity)).toBe(true);
    },
  );

  it('shows each card for its own annotations only', () => {
    const entity = componentWith({ 'github.com/project-slug': 'a/b' });
    expect(isPipelinesAvailable(entity)).toBe(true);
    expect(isKubernetesDeploymentsAvailable(entity)).toBe(false);
    expect(isDynatraceAvailable(entity)).toBe(true);
  });
});
