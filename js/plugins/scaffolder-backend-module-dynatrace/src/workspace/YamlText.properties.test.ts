import { parseAllDocuments } from 'yaml';
import { YamlPath, YamlText } from './YamlText';

/** Numbers from 0 up to a bound, the same ones for the same seed (mulberry32). */
function randomOf(seed: number): (bound: number) => number {
  let state = seed;
  return bound => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  };
}

const keys = [
  'app',
  'dt.owner',
  'app.kubernetes.io/version',
  'tier',
  '"quoted key"',
];
const scalars = [
  'cart',
  "'single'",
  '"double # no comment"',
  '1.20',
  'true',
  'a b c',
  '"${VERSION}"',
  '~',
  '',
];
const comments = ['', '', ' # why', '   # - not: an item'];

/** A map in lines as people write them: comments, blank lines, lists, text blocks, braces. */
function writeMap(
  random: (bound: number) => number,
  indent: string,
  depth: number,
): string[] {
  const lines: string[] = [];
  const chosen = keys.filter(() => random(3) > 0);
  for (const key of chosen.length > 0 ? chosen : ['only']) {
    if (random(5) === 0) {
      lines.push(`${random(2) ? indent : ''}# about ${key}`);
    }
    if (random(8) === 0) {
      lines.push('');
    }
    const comment = comments[random(comments.length)];
    switch (depth > 0 ? random(7) : 0) {
      case 1:
        lines.push(
          `${indent}${key}: |${random(2) ? '-' : ''}`,
          `${indent}  text {{ as }} is`,
          '',
          `${indent}    # no comment`,
        );
        break;
      case 2:
        lines.push(`${indent}${key}: { a: b, c: [d, e] }${comment}`);
        break;
      case 3:
        lines.push(`${indent}${key}: {}${comment}`);
        break;
      case 4:
        lines.push(
          `${indent}${key}:${comment}`,
          `${indent}- name: x${comment}`,
          `${indent}  value: "1"`,
          `${indent}- name: z`,
        );
        break;
      case 5:
      case 6:
        lines.push(
          `${indent}${key}:${comment}`,
          ...writeMap(random, `${indent}  `, depth - 1),
        );
        break;
      default:
        lines.push(
          `${indent}${key}: ${scalars[random(scalars.length)]}${comment}`.trimEnd(),
        );
    }
  }
  return lines;
}

/** Whether one list of lines is another with lines left out. */
function isWithin(lines: string[], all: string[]): boolean {
  let next = 0;
  for (const line of all) {
    if (line === lines[next]) {
      next += 1;
    }
  }
  return next === lines.length;
}

/** The value at a path of one of the documents. */
function at(documents: unknown, document: number, path: YamlPath): any {
  const value = (documents as Array<{ toJS(): any }>)[document].toJS();
  return path.reduce((it, key) => it?.[key], value);
}

const cases = 100;

it(`keeps every other line of ${cases} random files, and changes nothing the second time`, () => {
  let edits = 0;
  for (let seed = 0; seed < cases; seed += 1) {
    const random = randomOf(seed);
    const documents = Array.from({ length: 1 + random(3) }, () =>
      writeMap(random, '', 2).join('\n'),
    );
    const newline = random(6) === 0 ? '\r\n' : '\n';
    const text = (
      documents.join('\n---\n') + (random(3) ? '\n' : '')
    ).replaceAll('\n', newline);
    const document = random(documents.length);
    const path: YamlPath = Array.from({ length: 1 + random(3) }, () => {
      const key = keys[random(keys.length)];
      return key.startsWith('"') ? JSON.parse(key) : key;
    });
    const value = ['v1', '1.0', 'a: b', '#', "it's"][random(5)];
    const yaml = YamlText.parse(`seed-${seed}.yaml`, text);
    let refusal: unknown;
    try {
      yaml.set(document, path, value);
    } catch (error) {
      refusal = error;
    }
    // A scalar may be in the way: that is said, and nothing done.
    const isRefused =
      /is not a map|another kind/.test(String(refusal)) && yaml.text === text;
    expect({ seed, refusal }).toEqual({
      seed,
      refusal: isRefused ? refusal : undefined,
    });
    if (isRefused) {
      continue;
    }
    edits += 1;
    const [before, after] = [text, yaml.text].map(it => it.split(newline));
    // At most one line may change: the one that held the value, the braces or nothing before.
    const without = before.findIndex((line, index) => line !== after[index]);
    const rest = before.filter((_, index) => index !== without);
    const isTextBlock = /\n/.test(
      at(parseAllDocuments(text), document, path) ?? '',
    );
    const isKept =
      isTextBlock || isWithin(before, after) || isWithin(rest, after);
    expect({ seed, changed: isKept ? '' : yaml.text }).toEqual({
      seed,
      changed: isKept ? '' : text,
    });
    const read = at(parseAllDocuments(yaml.text), document, path);
    expect({ seed, read }).toEqual({ seed, read: value });

    const again = YamlText.parse('again.yaml', yaml.text);
    expect(again.set(document, path, value)).toBe(false);
    expect(again.text).toBe(yaml.text);
  }
  expect(edits).toBeGreaterThan(cases / 2);
});
