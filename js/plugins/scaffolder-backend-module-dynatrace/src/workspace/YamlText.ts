import {
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Pair,
  parseAllDocuments,
  ParsedNode,
  Scalar,
  visit,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import { InputError } from '@backstage/errors';
import { isDeepStrictEqual } from 'node:util';

/**
 * Keys of maps and places in sequences, from the top of a document.
 */
export type YamlPath = ReadonlyArray<string | number>;

/** What can be set: a text, or a tree of them. */
export type YamlValue =
  string | boolean | YamlValue[] | { [key: string]: YamlValue };

/**
 * The text of a YAML or JSON file, of one or more documents, that is changed by splicing: every line without a change
 * stays byte for byte what it was, with its comments, quotes and order.
 *
 * The positions come from the concrete syntax tree of the `yaml` package. After every change the text is read again,
 * and a change that would have touched anything else is refused.
 */
export class YamlText {
  private documents: Document.Parsed[];

  /**
   * Reads a file.
   *
   * @param file - its name, for messages
   * @throws InputError where it is not YAML, or a template that only becomes YAML
   */
  static parse(file: string, text: string): YamlText {
    return new YamlText(file, text, parseDocuments(file, text));
  }

  private constructor(
    private readonly file: string,
    private source: string,
    documents: Document.Parsed[],
  ) {
    this.documents = documents;
  }

  /** The text as it is now. */
  get text(): string {
    return this.source;
  }

  /** The documents as plain values; `undefined` for an empty one. */
  get values(): unknown[] {
    return this.documents.map(document => document.toJS() ?? undefined);
  }

  /**
   * Sets the value at a path, and makes the maps on the way there. A value that is there already, whatever its quotes,
   * changes nothing.
   *
   * @param document - the place of the document in the file
   * @returns whether the text has changed
   * @throws InputError where the change cannot be made without another one
   */
  set(document: number, path: YamlPath, value: YamlValue): boolean {
    const before = this.values;
    const wanted = withValue(before[document], path, value);
    if (isDeepStrictEqual(before[document], wanted)) {
      return false;
    }
    return this.splice(
      document,
      path,
      wanted,
      this.edit(document, path, value),
    );
  }

  private edit(index: number, path: YamlPath, value: YamlValue): Edit {
    const document = this.documents[index];
    let node: unknown = document.contents;
    let parent: Pair | undefined;
    for (const [depth, key] of path.entries()) {
      if (isAlias(node)) {
        throw this.refusal(
          path.slice(0, depth),
          'is an alias of another place',
        );
      }
      if (anchorOf(node)) {
        throw this.refusal(
          path.slice(0, depth),
          `has the anchor \`${anchorOf(node)}\`, so that the change would reach other places`,
        );
      }
      const rest = path.slice(depth);
      if (isMap(node) && typeof key === 'string') {
        const pair = node.items.find(item => keyOf(item) === key);
        if (!pair) {
          return this.addToMap(node, parent, rest, value);
        }
        parent = pair;
        node = pair.value;
      } else if (isSeq(node) && typeof key === 'number') {
        if (key >= node.items.length) {
          return this.addToSequence(node, parent, rest, value);
        }
        parent = undefined;
        node = node.items[key];
      } else if (isEmpty(node)) {
        return this.fillIn(node as Scalar | null, parent, rest, value);
      } else {
        throw this.refusal(
          path.slice(0, depth),
          `is not a ${typeof key === 'string' ? 'map' : 'list'}`,
        );
      }
    }
    return this.replace(node, parent, path, value);
  }

  /** Another value for a scalar, in its place. */
  private replace(
    node: unknown,
    parent: Pair | undefined,
    path: YamlPath,
    value: YamlValue,
  ): Edit {
    if (isEmpty(node) && !anchorOf(node)) {
      return this.fillIn(node as Scalar | null, parent, [], value);
    }
    if (isAlias(node) || anchorOf(node)) {
      throw this.refusal(path, 'is shared with other places by an anchor');
    }
    if (!isScalar(node) || typeof value === 'object') {
      throw this.refusal(path, 'has a value of another kind');
    }
    const [start, end] = node.range!;
    const old = this.source.slice(start, end);
    const tail = old.endsWith('\n') ? this.newline : '';
    return { start, end, text: flow(value, quoteOf(node)) + tail };
  }

  private addToMap(
    map: YAMLMap,
    parent: Pair | undefined,
    [key, ...rest]: YamlPath,
    value: YamlValue,
  ): Edit {
    const tree = nested(rest, value);
    if (map.flow) {
      return this.addToFlow(map, parent, { [key as string]: tree });
    }
    const first = (map.items[0].key as ParsedNode).range[0];
    const indent = this.columnOf(first);
    return this.insertLines(
      map,
      block({ [key as string]: tree }, indent, this.step),
    );
  }

  private addToSequence(
    sequence: YAMLSeq,
    parent: Pair | undefined,
    [, ...rest]: YamlPath,
    value: YamlValue,
  ): Edit {
    const tree = nested(rest, value);
    if (sequence.flow) {
      return this.addToFlow(sequence, parent, [tree]);
    }
    const indent = this.columnOf(sequence.range![0]);
    return this.insertLines(sequence, block([tree], indent, this.step));
  }

  /** A map or sequence in braces: within them, or in lines of its own where it is empty and stands in a block. */
  private addToFlow(
    collection: YAMLMap | YAMLSeq,
    parent: Pair | undefined,
    tree: { [key: string]: YamlValue } | YamlValue[],
  ): Edit {
    const [start, end] = collection.range!;
    if (collection.items.length === 0 && parent && !this.isWithinFlow(start)) {
      return this.fillIn(collection, parent, [], tree);
    }
    const json = this.source.trimStart().startsWith('{');
    const quote = json ? 'QUOTE_DOUBLE' : undefined;
    const inner = flow(tree, quote, json).slice(1, -1).trim();
    const last = collection.items.at(-1);
    if (!last) {
      const [left, right] = Array.isArray(tree) ? ['[', ']'] : ['{ ', ' }'];
      return { start, end, text: left + inner + right };
    }
    const at = endOf(last) ?? end - 1;
    const lines = this.source.slice(start, at).match(/\r?\n[ \t]*(?=\S)/g);
    // The comma that may stand after the last item stays where it is.
    const comma = /^\s*,/.exec(this.source.slice(at, end));
    if (comma) {
      const after = at + comma[0].length;
      const gap = lines ? lines.at(-1)! : ' ';
      return { start: after, end: after, text: `${gap}${inner},` };
    }
    return {
      start: at,
      end: at,
      text: `,${lines ? lines.at(-1)! : ' '}${inner}`,
    };
  }

  /** A value for a key that has none. */
  private fillIn(
    node: Scalar | YAMLMap | YAMLSeq | null | undefined,
    parent: Pair | undefined,
    path: YamlPath,
    value: YamlValue,
  ): Edit {
    const key = parent?.key as ParsedNode | undefined;
    if (!key) {
      throw this.refusal(path, 'has no key to stand under');
    }
    const tree = nested(path, value);
    const colon = this.source.indexOf(':', key.range[1]) + 1;
    const range = node?.range;
    // Nothing may stand anywhere between the colon and the next line; right after the colon it is safe.
    const [start, end] = range && range[1] > range[0] ? range : [colon, colon];
    if (typeof tree !== 'object') {
      const gap = this.source[start - 1] === ':' ? ' ' : '';
      return { start, end, text: gap + flow(tree, undefined) };
    }
    if (this.isWithinFlow(key.range[0])) {
      return {
        start,
        end,
        text: ` ${flow(tree, undefined)}`.slice(start > colon ? 1 : 0),
      };
    }
    const indent = this.columnOf(key.range[0]);
    const lines = block(
      tree,
      Array.isArray(tree) ? indent : indent + this.step,
      this.step,
    );
    const lineEnd = this.lineEnd(end);
    // From the colon on, as the space before what was there would be left at the end of the line.
    const from = end > start ? colon : end;
    const rest = this.source.slice(end, lineEnd);
    return {
      start: from,
      end: lineEnd,
      text: rest.trimEnd() + lines.map(line => this.newline + line).join(''),
    };
  }

  private insertLines(collection: YAMLMap | YAMLSeq, lines: string[]): Edit {
    const end = endOf(collection.items.at(-1)!) ?? collection.range![1];
    // A block scalar ends with its newline, everything else before it.
    const at = this.source[end - 1] === '\n' ? end : this.lineEnd(end);
    const text = lines.map(line => this.newline + line).join('');
    if (at > 0 && at === end && this.source[at - 1] === '\n') {
      return {
        start: at,
        end: at,
        text: text.slice(this.newline.length) + this.newline,
      };
    }
    return { start: at, end: at, text };
  }

  private splice(
    document: number,
    path: YamlPath,
    wanted: unknown,
    edit: Edit,
  ): boolean {
    const before = this.values;
    const text =
      this.source.slice(0, edit.start) +
      edit.text +
      this.source.slice(edit.end);
    let documents: Document.Parsed[];
    try {
      documents = parseDocuments(this.file, text);
    } catch {
      throw this.refusal(path, 'cannot be changed in its place');
    }
    const after = documents.map(it => it.toJS() ?? undefined);
    before[document] = wanted;
    if (!isDeepStrictEqual(after, before)) {
      throw this.refusal(path, 'cannot be changed without another change');
    }
    this.source = text;
    this.documents = documents;
    return true;
  }

  private refusal(path: YamlPath, problem: string): InputError {
    const place = path.length > 0 ? `\`${path.join('.')}\`` : 'the document';
    return new InputError(
      `${this.file}: ${place} ${problem}; make the change by hand, or write the map out`,
    );
  }

  private get newline(): string {
    return this.source.includes('\r\n') ? '\r\n' : '\n';
  }

  /** By how much the file indents. */
  private get step(): number {
    const indent = /^( +)[^\s#-]/m.exec(this.source)?.[1].length ?? 2;
    return indent > 8 ? 2 : indent;
  }

  private columnOf(at: number): number {
    return at - (this.source.lastIndexOf('\n', at - 1) + 1);
  }

  private lineEnd(at: number): number {
    const end = this.source.indexOf('\n', at);
    const line = end < 0 ? this.source.length : end;
    return this.source[line - 1] === '\r' && line > at ? line - 1 : line;
  }

  private isWithinFlow(at: number): boolean {
    let within = false;
    const visitor = {
      Collection(_: unknown, node: YAMLMap | YAMLSeq) {
        const [start, end] = node.range!;
        within ||= node.flow === true && start < at && at < end;
      },
    };
    this.documents.forEach(document => visit(document, visitor));
    return within;
  }
}

type Edit = { start: number; end: number; text: string };

function parseDocuments(file: string, text: string): Document.Parsed[] {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines });
  const documents: Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  const at = templateAt(text, documents);
  if (at !== undefined) {
    throw new InputError(
      `${file}, line ${lines.linePos(at).line}: this is a template, and only becomes YAML when it is rendered; put the value into the values file, or the overlay, that the template reads`,
    );
  }
  for (const { errors } of documents) {
    if (errors.length > 0) {
      const [{ pos, message }] = errors;
      const { line, col } = lines.linePos(pos[0]);
      throw new InputError(
        `${file}, line ${line}, column ${col}: this is not YAML: ${message.split('\n')[0]}`,
      );
    }
  }
  return documents;
}

/** The place of the first `{{` that is not within quotes, a text block or a comment. */
function templateAt(
  text: string,
  documents: Document.Parsed[],
): number | undefined {
  const quoted: Array<[number, number]> = [];
  for (const document of documents) {
    visit(document, {
      Scalar(_, node) {
        if (node.type !== 'PLAIN' && node.range) {
          quoted.push([node.range[0], node.range[1]]);
        }
      },
    });
  }
  for (const { index } of text.matchAll(/\{\{/g)) {
    const line = text.slice(text.lastIndexOf('\n', index) + 1, index);
    const isComment = /(^|\s)#/.test(line);
    if (
      !isComment &&
      !quoted.some(([from, to]) => from <= index && index < to)
    ) {
      return index;
    }
  }
  return undefined;
}

function anchorOf(node: unknown): string | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
}

function isEmpty(node: unknown): boolean {
  return (
    node === null ||
    node === undefined ||
    (isScalar(node) && node.value === null && !node.anchor)
  );
}

function keyOf(pair: Pair): unknown {
  return isScalar(pair.key) ? pair.key.value : undefined;
}

/** One past the last character of an item. */
function endOf(item: unknown): number | undefined {
  const node = (item as Partial<Pair>)?.key
    ? ((item as Pair).value ?? (item as Pair).key)
    : item;
  if ((isMap(node) || isSeq(node)) && !node.flow && node.items.length > 0) {
    return endOf(node.items.at(-1));
  }
  const range = (node as Partial<ParsedNode> | undefined)?.range;
  return range?.[1];
}

function quoteOf(node: Scalar): string | undefined {
  return node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE'
    ? node.type
    : undefined;
}

function nested(path: YamlPath, value: YamlValue): YamlValue {
  return path.reduceRight<YamlValue>(
    (inner, key) => (typeof key === 'number' ? [inner] : { [key]: inner }),
    value,
  );
}

/** A value in one line. */
function flow(value: YamlValue, quote?: string, json = false): string {
  if (Array.isArray(value)) {
    return `[${value.map(item => flow(item, quote, json)).join(', ')}]`;
  }
  if (typeof value === 'object') {
    const items = Object.entries(value).map(
      ([key, item]) =>
        `${scalar(key, json ? quote : undefined)}: ${flow(item, quote, json)}`,
    );
    return items.length > 0 ? `{ ${items.join(', ')} }` : '{}';
  }
  return typeof value === 'boolean' ? String(value) : scalar(value, quote);
}

/** A map or sequence in lines. */
function block(value: YamlValue, indent: number, step: number): string[] {
  const space = ' '.repeat(indent);
  if (Array.isArray(value)) {
    return value.flatMap(item => {
      if (typeof item !== 'object') {
        return [`${space}- ${flow(item)}`];
      }
      const [first, ...rest] = block(item, indent + 2, step);
      return [`${space}- ${first.trimStart()}`, ...rest];
    });
  }
  if (typeof value !== 'object') {
    return [space + flow(value)];
  }
  return Object.entries(value).flatMap(([key, item]) => {
    const isTree = typeof item === 'object' && Object.keys(item).length > 0;
    if (!isTree) {
      return [`${space}${scalar(key)}: ${flow(item)}`];
    }
    return [`${space}${scalar(key)}:`, ...block(item, indent + step, step)];
  });
}

/** A text that reads as a text: `1.0`, `true` and `2026-01-01` get quotes, also for readers of YAML 1.1. */
function scalar(text: string, quote?: string): string {
  const isPlain =
    /^[A-Za-z_/.][\w./-]*$/.test(text) &&
    !/^(y|n|yes|no|on|off|true|false|null|~|\.nan|\.inf)$/i.test(text) &&
    !/^\.?\d/.test(text);
  if (quote === 'QUOTE_SINGLE' && !/[\n\r\t]/.test(text)) {
    return `'${text.replaceAll("'", "''")}'`;
  }
  return quote === undefined && isPlain ? text : JSON.stringify(text);
}

/** The same value with another one at a path. */
function withValue(from: unknown, path: YamlPath, value: YamlValue): unknown {
  const [key, ...rest] = path;
  if (key === undefined) {
    return value;
  }
  if (typeof key === 'number') {
    const list = Array.isArray(from) ? [...from] : [];
    list[key] = withValue(list[key], rest, value);
    return list;
  }
  const map = { ...(from as object | undefined) } as Record<string, unknown>;
  map[key] = withValue(map[key], rest, value);
  return map;
}
