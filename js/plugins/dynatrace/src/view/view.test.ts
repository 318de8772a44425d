import { readCardView } from './readCardView';
import { resolveMoment } from './resolveMoment';
import { writeCardView } from './writeCardView';

const now = Date.parse('2026-11-21T12:00:00Z');

function read(query: string) {
  return readCardView(new URLSearchParams(query), now);
}

describe('resolveMoment', () => {
  it.each([
    ['now', '2026-11-21T12:00:00.000Z'],
    ['now-30m', '2026-11-21T11:30:00.000Z'],
    ['now-2h', '2026-11-21T10:00:00.000Z'],
    ['now-7d', '2026-11-14T12:00:00.000Z'],
    ['now-2w', '2026-11-07T12:00:00.000Z'],
    ['2026-11-01T00:00:00Z', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T00:00+01:00', '2026-10-31T23:00:00.000Z'],
  ])('understands `%s`', (text, expected) => {
    expect(resolveMoment(text, now)).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    'now+1d',
    'now-1y',
    'now-99999d',
    '2026-11-01',
    '2026-11-01T00:00:00',
    '2026-13-01T00:00:00Z',
  ])('refuses `%s`', text => {
    expect(resolveMoment(text, now)).toBeUndefined();
  });
});

describe('readCardView', () => {
  it('reads timeframe and environments, each of these once', () => {
    expect(
      read(
        'from=now-7d&to=now-1d&environment=b&environment=a&environment=b&environment=',
      ),
    ).toEqual({
      view: { from: 'now-7d', to: 'now-1d', environments: ['b', 'a'] },
    });
  });

  it('leaves all to the cards where the URL says nothing', () => {
    expect(read('tab=1')).toEqual({ view: { environments: [] } });
  });

  it.each([
    ['from=soon', { kind: 'moment', name: 'from', value: 'soon' }],
    ['from=now-1d&to=', { kind: 'moment', name: 'to', value: '' }],
    ['from=now', { kind: 'order', from: 'now', to: 'now' }],
    ['from=now-1d&to=now-2d', { kind: 'order', from: 'now-1d', to: 'now-2d' }],
    ['to=now-1d', { kind: 'start', to: 'now-1d' }],
  ])('says what is wrong with `%s`', (query, problem) => {
    expect(read(`${query}&environment=production`)).toEqual({
      view: { environments: ['production'] },
      problem,
    });
  });
});

describe('writeCardView', () => {
  it('replaces what the URL said before, and nothing else', () => {
    const params = new URLSearchParams(
      'from=soon&to=now&environment=a&tab=1&tab=2',
    );
    const written = writeCardView(params, {
      from: 'now-7d',
      environments: ['b', 'c&d'],
    });
    expect(written.toString()).toBe(
      'tab=1&tab=2&from=now-7d&environment=b&environment=c%26d',
    );
    expect(readCardView(written, now).view).toEqual({
      from: 'now-7d',
      to: undefined,
      environments: ['b', 'c&d'],
    });
  });
});
