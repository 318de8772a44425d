import { YamlText, YamlPath, YamlValue } from './YamlText';

/** The text with a value set, in the first document. */
function set(text: string, path: YamlPath, value: YamlValue, document = 0) {
  const yaml = YamlText.parse('file.yaml', text);
  yaml.set(document, path, value);
  return yaml.text;
}

describe('YamlText', () => {
  it.each<[string, string, YamlPath, YamlValue, string]>([
    [
      'replaces a scalar',
      'a: 1 # one\nb: 2\n',
      ['b'],
      'x',
      'a: 1 # one\nb: x\n',
    ],
    ['keeps quotes', "a: 'x'  # c\n", ['a'], "it's", "a: 'it''s'  # c\n"],
    [
      'quotes what would read as a number',
      'a: x\n',
      ['a'],
      '1.20',
      'a: "1.20"\n',
    ],
    [
      'keeps the comment of the last item',
      'a:\n  b: c # d\n  # e\nf: g\n',
      ['a', 'x'],
      'z',
      'a:\n  b: c # d\n  x: z\n  # e\nf: g\n',
    ],
    [
      'makes the maps on the way',
      'a: b\n',
      ['m', 'k', 'o'],
      'p',
      'a: b\nm:\n  k:\n    o: p\n',
    ],
    ['works without a newline at the end', 'a: b', ['c'], 'd', 'a: b\nc: d'],
    [
      'fills a key without value',
      'a:\n  b: # why\n  c: d\n',
      ['a', 'b', 'x'],
      'z',
      'a:\n  b: # why\n    x: z\n  c: d\n',
    ],
    [
      'fills an explicit null',
      'a: ~ # why\nb: c\n',
      ['a', 'x'],
      'z',
      'a: # why\n  x: z\nb: c\n',
    ],
    [
      'writes an empty map out',
      'a: {} # why\nb: c\n',
      ['a', 'x'],
      'z',
      'a: # why\n  x: z\nb: c\n',
    ],
    [
      'adds to a flow map',
      'a: { b: c } # why\n',
      ['a', 'x'],
      'z',
      'a: { b: c, x: z } # why\n',
    ],
    [
      'adds to a flow map of several lines',
      'a: {\n  b: c,\n  d: e\n}\n',
      ['a', 'x'],
      'z',
      'a: {\n  b: c,\n  d: e,\n  x: z\n}\n',
    ],
    [
      'keeps a trailing comma',
      'a: {\n  b: c,\n}\n',
      ['a', 'x'],
      'z',
      'a: {\n  b: c,\n  x: z,\n}\n',
    ],
    [
      'adds after a text block',
      'a:\n  b: |\n    one\n    two\nc: d\n',
      ['a', 'x'],
      'z',
      'a:\n  b: |\n    one\n    two\n  x: z\nc: d\n',
    ],
    [
      'keeps CRLF',
      'a:\r\n  b: c\r\nd: e\r\n',
      ['a', 'x'],
      'z',
      'a:\r\n  b: c\r\n  x: z\r\nd: e\r\n',
    ],
    [
      'keeps the indentation of the file',
      'a:\n    b: c\n',
      ['m', 'k'],
      'o',
      'a:\n    b: c\nm:\n    k: o\n',
    ],
    [
      'reaches into lists',
      'a:\n- b: c\n- b: d\n',
      ['a', 1, 'x'],
      'z',
      'a:\n- b: c\n- b: d\n  x: z\n',
    ],
    [
      'adds to a list',
      'a:\n  - b: c # d\n',
      ['a', 1],
      { b: 'x', k: 'z' },
      'a:\n  - b: c # d\n  - b: x\n    k: z\n',
    ],
    [
      'adds to JSON',
      '{\n  "a": {\n    "b": "c"\n  },\n  "d": 1\n}\n',
      ['a', 'x'],
      'z',
      '{\n  "a": {\n    "b": "c",\n    "x": "z"\n  },\n  "d": 1\n}\n',
    ],
    [
      'adds a map to JSON',
      '{\n  "a": 1\n}\n',
      ['b', 'x'],
      'z',
      '{\n  "a": 1,\n  "b": { "x": "z" }\n}\n',
    ],
    [
      'leaves merge keys alone',
      'base: &b\n  x: z\na:\n  <<: *b\n  c: d\n',
      ['a', 'e'],
      'f',
      'base: &b\n  x: z\na:\n  <<: *b\n  c: d\n  e: f\n',
    ],
  ])('%s', (_, before, path, value, after) => {
    expect(set(before, path, value)).toBe(after);
    expect(set(after, path, value)).toBe(after);
  });

  it('changes the document that is meant', () => {
    const text = '# first\n---\na: b\n---\n# c\na: d # e\n...\n';
    expect(set(text, ['x'], 'z', 1)).toBe(
      '# first\n---\na: b\n---\n# c\na: d # e\nx: z\n...\n',
    );
  });

  it('changes nothing where the value is there, whatever its quotes', () => {
    const yaml = YamlText.parse('f', 'a: "b"\n');
    expect(yaml.set(0, ['a'], 'b')).toBe(false);
  });

  it('makes a text of a number', () => {
    expect(set('a: 1.0\n', ['a'], '1.0')).toBe('a: "1.0"\n');
  });

  it.each<[string, string, YamlPath, RegExp]>([
    ['an alias', 'x: &x { a: b }\nz: *x\n', ['z', 'c'], /`z` is an alias/],
    ['an anchor', 'x: &x { a: b }\nz: *x\n', ['x', 'c'], /anchor `x`/],
    ['an anchored value', 'x: &x a\nz: *x\n', ['x'], /shared/],
    [
      'a scalar where a map is needed',
      'a: b\n',
      ['a', 'c'],
      /`a` is not a map/,
    ],
    ['a map where a text is needed', 'a: { b: c }\n', ['a'], /another kind/],
  ])('refuses %s', (_, text, path, message) => {
    const yaml = YamlText.parse('k8s/app.yaml', text);
    expect(() => yaml.set(0, path, 'v')).toThrow(message);
    expect(() => yaml.set(0, path, 'v')).toThrow('k8s/app.yaml');
    expect(yaml.text).toBe(text);
  });

  it.each([
    ['a value', 'a: b\nimage: {{ .Values.image }}\n', 2],
    ['a part of a value', 'name: app-{{ .Release.Name }}\n', 1],
    ['a line', 'a: b\n{{- if .Values.x }}\nc: d\n{{- end }}\n', 2],
  ])('refuses a template: %s', (_, text, line) => {
    expect(() => YamlText.parse('templates/app.yaml', text)).toThrow(
      `templates/app.yaml, line ${line}: this is a template`,
    );
  });

  it('takes braces in quotes, text blocks and comments for what they are', () => {
    const text =
      'a: "{{ $labels.pod }}"\n# {{ not here }}\nb: |\n  {{ nor here }}\n';
    expect(set(text, ['c'], 'd')).toBe(`${text}c: d\n`);
  });

  it('says where a file is not YAML', () => {
    expect(() => YamlText.parse('f.yaml', 'a: b\n c: [\n')).toThrow(
      /^f\.yaml, line \d+, column \d+: this is not YAML: /,
    );
  });
});
