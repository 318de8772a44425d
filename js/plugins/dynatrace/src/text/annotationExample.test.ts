import { dynatraceCards } from '@grailstage/backstage-plugin-dynatrace-common';
import { annotationExample } from './annotationExample';

const annotations = [...new Set(Object.values(dynatraceCards).flat())];

describe('annotationExample', () => {
  it.each(annotations)('has a value for `%s` that it takes', annotation => {
    const form = new Map<string, RegExp>([
      ['backstage.io/kubernetes-id', /^cart$/],
      ['argocd/app-name', /^cart-production$/],
      ['dynatrace.com/dynatrace-entity-id', /^[A-Z_]+-[0-9A-F]{16}$/],
    ]);
    const pair = /(\/.*cart$)|(=cart$)/;
    expect(annotationExample(annotation, 'cart')).toMatch(
      form.get(annotation) ?? pair,
    );
  });

  it.each(['example.com/other', 'constructor'])(
    'has the name of the entity for `%s`, which it does not know',
    annotation => {
      expect(annotationExample(annotation, 'cart')).toBe('cart');
    },
  );
});
