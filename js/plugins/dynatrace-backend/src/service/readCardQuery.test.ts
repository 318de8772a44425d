import { readCardQuery } from './readCardQuery';

const entityRef = 'component:default/cart';

describe('readCardQuery', () => {
  it('reads a request for all environments and the default timeframe', () => {
    expect(readCardQuery({ entityRef })).toEqual({
      entityRef: { kind: 'component', namespace: 'default', name: 'cart' },
      from: undefined,
      to: undefined,
      environments: undefined,
    });
  });

  it('takes the default namespace where the reference has none', () => {
    expect(readCardQuery({ entityRef: 'Component:cart' }).entityRef).toEqual({
      kind: 'Component',
      namespace: 'default',
      name: 'cart',
    });
  });

  it('reads the timeframe as it stands', () => {
    expect(
      readCardQuery({
        entityRef,
        from: '2026-01-31T12:00:00+02:00',
        to: '2026-01-31T10:00:00.5Z',
      }),
    ).toMatchObject({
      from: '2026-01-31T12:00:00+02:00',
      to: '2026-01-31T10:00:00.5Z',
    });
  });

  it('reads one environment or several, each once', () => {
    expect(
      readCardQuery({ entityRef, environment: 'production' }).environments,
    ).toEqual(['production']);
    expect(
      readCardQuery({ entityRef, environment: ['b', 'a', 'b'] }).environments,
    ).toEqual(['b', 'a']);
  });

  it.each([
    ['true', true],
    ['false', false],
  ])('reads the flag `refresh=%s`', (refresh, expected) => {
    expect(readCardQuery({ entityRef, refresh }).refresh).toBe(expected);
  });

  it.each([
    ['a missing entity', {}, '`entityRef` is missing'],
    ['an empty entity', { entityRef: ' ' }, '`entityRef` is empty'],
    ['an entity without kind', { entityRef: 'cart' }, '`cart` is not an'],
    ['an entity without name', { entityRef: 'a:b/' }, '`a:b/` is not an'],
    [
      'two entities',
      { entityRef: [entityRef, entityRef] },
      '`entityRef` is not a single',
    ],
    ['a nested entity', { entityRef: { a: 'b' } }, '`entityRef` is not a'],
    ['a word as time', { entityRef, from: 'yesterday' }, '`yesterday`'],
    [
      'a time without offset',
      { entityRef, from: '2026-01-31T12:00:00' },
      '`from`',
    ],
    [
      'a month that does not exist',
      { entityRef, to: '2026-13-31T12:00:00Z' },
      '`to`',
    ],
    ['an empty time', { entityRef, to: '' }, '`to` is empty'],
    [
      'a timeframe that ends before it starts',
      { entityRef, from: '2026-01-31T12:00:00Z', to: '2026-01-31T11:00:00Z' },
      'is not before',
    ],
    [
      'an empty timeframe',
      { entityRef, from: '2026-01-31T12:00:00Z', to: '2026-01-31T12:00:00Z' },
      'is not before',
    ],
    [
      'an empty environment',
      { entityRef, environment: ['production', ''] },
      '`environment` is empty',
    ],
    [
      'a nested environment',
      { entityRef, environment: { name: 'production' } },
      '`environment` is not',
    ],
    [
      'a flag that is a number',
      { entityRef, refresh: '1' },
      '`refresh` is `1`',
    ],
    ['an empty flag', { entityRef, refresh: '' }, '`refresh` is empty'],
    [
      'a repeated flag',
      { entityRef, refresh: ['true', 'true'] },
      '`refresh` is not a single',
    ],
  ])('refuses %s', (_, query, message) => {
    expect(() => readCardQuery(query)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringContaining(message),
      }),
    );
  });
});
