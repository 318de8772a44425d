import { mockApis } from '@backstage/frontend-test-utils';
import {
  Cell,
  Column,
  ColumnKind,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { dynatraceTranslationRef } from '../translation';
import german from '../translations/de';
import { csvField } from './csvField';
import { csvFileName } from './csvFileName';
import { tableToCsv } from './tableToCsv';

const english = mockApis.translation().getTranslation(dynatraceTranslationRef);
if (!english.ready) {
  throw new Error('the translations are not ready');
}
const { t } = english;

function column(key: string, kind: ColumnKind, more?: Partial<Column>): Column {
  return { key, title: key, kind, ...more };
}

/** The lines of a table of one column and one row, without byte order mark. */
function lines(kind: ColumnKind, cell: Cell, more?: Partial<Column>): string[] {
  const csv = tableToCsv(
    { columns: [column('a', kind, more)], rows: [[cell]] },
    ({ title }) => title,
    t,
  );
  expect(csv.startsWith('\uFEFF')).toBe(true);
  expect(csv.endsWith('\r\n')).toBe(true);
  return csv.slice(1, -2).split('\r\n');
}

describe('csvField', () => {
  it.each([
    ['=1+1', `"'=1+1"`],
    ['=HYPERLINK("https://evil.example","x")', null],
    ['+1', `"'+1"`],
    ['-2+3', `"'-2+3"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    ['  =1', `"'  =1"`],
    ['\u00a0=1', `"'\u00a0=1"`],
    ['＝1', `"'＝1"`],
    ['＋1', `"'＋1"`],
    ['－1', `"'－1"`],
    ['＠x', `"'＠x"`],
  ])('takes the formula out of %j', (text, expected) => {
    expect(csvField(text)).toBe(
      expected ?? `"'=HYPERLINK(""https://evil.example"",""x"")"`,
    );
  });

  it('gives a text no way out of its quotes', () => {
    expect(csvField('a","=cmd|\'/c calc\'!A1')).toBe(
      '"a"",""=cmd|\'/c calc\'!A1"',
    );
    expect(csvField('a\r\n=1')).toBe('"a\r\n=1"');
  });

  it.each([
    ['', '""'],
    ['cart', '"cart"'],
    ['a=b', '"a=b"'],
    ["'quoted", '"\'quoted"'],
    ['Größe, €', '"Größe, €"'],
    [-5.25, '-5.25'],
    [1234567.89, '1234567.89'],
    [undefined, ''],
  ])('leaves %j as it is', (value, expected) => {
    expect(csvField(value)).toBe(expected);
  });
});

describe('tableToCsv', () => {
  it.each<[ColumnKind, Cell, string[]]>([
    ['text', 'cart', ['"a"', '"cart"']],
    ['text', null, ['"a"', '']],
    ['count', -3, ['"a"', '-3']],
    ['timestamp', '2026-11-21T12:00:00Z', ['"a"', '"2026-11-21T12:00:00Z"']],
    [
      'link',
      { text: '=1', url: 'https://a.example/?x=1,2', detail: 'Pod' },
      ['"a","a (URL)"', `"'=1 (Pod)","https://a.example/?x=1,2"`],
    ],
    [
      'entity',
      { text: 'cart', entityRef: 'component:default/cart' },
      ['"a"', '"cart"'],
    ],
    ['link', 'only text', ['"a","a (URL)"', '"only text",']],
    [
      'links',
      [
        { text: 'b', url: 'https://b.example' },
        { text: 'c', url: 'https://c.example' },
      ],
      ['"a","a (URL)"', '"b; c","https://b.example https://c.example"'],
    ],
    [
      'links',
      [
        { text: 'b', url: '' },
        { text: 'c', url: 'https://c.example' },
      ],
      ['"a","a (URL)"', '"b; c","https://c.example"'],
    ],
    ['links', [{ text: 'b', url: '' }], ['"a","a (URL)"', '"b",']],
    ['links', [], ['"a","a (URL)"', ',']],
    [
      'readiness',
      { ready: 2, desired: 3, status: 'warning' },
      ['"a","a (desired)"', '2,3'],
    ],
    [
      'readiness',
      { ready: null, desired: 3, status: 'unknown' },
      ['"a","a (desired)"', ',3'],
    ],
    [
      'status',
      { status: 'ok', label: '-pass', detail: '3 of 3' },
      ['"a"', `"'-pass (3 of 3)"`],
    ],
    ['sparkline', { points: [1, null, 2.5], last: 2.5 }, ['"a"', '2.5']],
    ['sparkline', { points: [null], last: null }, ['"a"', '']],
    ['record', { record: { a: ['"'] } }, ['"a"', '"{""a"":[""\\""""]}"']],
  ])('writes a %s', (kind, cell, expected) => {
    expect(lines(kind, cell)).toEqual(expected);
  });

  it('says titles and states in the language of the reader', () => {
    const translate = (key: string, values?: { title?: string }) =>
      new Map<string, string>(Object.entries(german))
        .get(key)
        ?.replace('{{title}}', values?.title ?? '');
    const csv = tableToCsv(
      {
        columns: [
          column('a', 'readiness'),
          column('b', 'link'),
          column('c', 'status'),
        ],
        rows: [
          [
            { ready: 1, desired: 2, status: 'warning' },
            { text: 'passed', url: 'https://b.example' },
            { status: 'ok', label: 'passed', detail: 'in maintenance' },
          ],
        ],
      },
      ({ title }) => title,
      translate as unknown as typeof t,
    );
    expect(csv.slice(1)).toBe(
      '"a","a (gewünscht)","b","b (URL)","c"\r\n' +
        '1,2,"passed","https://b.example","bestanden (in Wartung)"\r\n',
    );
  });

  it('says in the title what numbers count', () => {
    expect(lines('number', 99.5, { unit: 'percent' })).toEqual([
      '"a (%)"',
      '99.5',
    ]);
    expect(lines('number', 1500, { unit: 'milliseconds' })).toEqual([
      '"a (ms)"',
      '1500',
    ]);
  });

  it('takes the formula out of titles, too', () => {
    expect(lines('text', 'x', { title: '=1' })).toEqual([`"'=1"`, '"x"']);
  });

  it('writes a field for every column of a row that is too short', () => {
    const csv = tableToCsv(
      { columns: [column('a', 'text'), column('b', 'count')], rows: [['x']] },
      ({ title }) => title,
      t,
    );
    expect(csv).toBe('\uFEFF"a","b"\r\n"x",\r\n');
  });
});

describe('csvFileName', () => {
  it.each([
    [['cart', 'pipelines', 'latest-runs'], 'cart-pipelines-latest-runs.csv'],
    [['../../etc', 'a b\\c:d'], 'etc-a-b-c-d.csv'],
    [['größe', ''], 'größe.csv'],
    [['..'], 'table.csv'],
  ])('makes a name of %j', (parts, expected) => {
    expect(csvFileName(...parts)).toBe(expected);
  });
});
