import { chartTimeFormat } from './chartTimeFormat';

/** A format as a browser in another time zone has it. */
function inZone(zone: string, times: string[]): string[] {
  const Format = Intl.DateTimeFormat;
  const spy = jest
    .spyOn(Intl, 'DateTimeFormat')
    .mockImplementation(
      (language, options) =>
        new Format(language, { timeZone: zone, ...options }),
    );
  try {
    return times.map(chartTimeFormat(times, 'en'));
  } finally {
    spy.mockRestore();
  }
}

describe('chartTimeFormat', () => {
  it.each(['America/Los_Angeles', 'UTC', 'Pacific/Auckland'])(
    'writes days of UTC as these days in %s',
    zone => {
      const days = ['2026-11-20T00:00:00Z', '2026-11-21T00:00:00.000000000Z'];
      expect(inZone(zone, days)).toEqual(['Nov 20', 'Nov 21']);
      expect(inZone(zone, days.slice(0, 1))).toEqual(['Nov 20']);
    },
  );

  it('writes other times in the zone of the reader', () => {
    const hours = ['2026-11-20T00:00:00Z', '2026-11-20T01:00:00Z'];
    expect(inZone('America/Los_Angeles', hours)).toEqual([
      'Nov 19, 04:00 PM',
      'Nov 19, 05:00 PM',
    ]);
  });

  it('leaves what is no time as it is', () => {
    expect(inZone('UTC', ['soon'])).toEqual(['soon']);
  });
});
