// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/**
 * TOON (Token-Oriented Object Notation, version 4): documents to JSON.
 *
 * Decoding is strict and complete. What it gives is JSON text without white space, the number tokens as they stand; names that stand twice
 * in one object stand twice there too, for whoever reads it to refuse.
 */
import { isNumber, octets, quote } from './values.js';

const INDENT = 2;

/** Why a document is not read: `text` (at a line), `size` or `depth`. */
export class Wrong extends Error {
  constructor(
    readonly what: 'text' | 'size' | 'depth',
    readonly line = 0,
  ) {
    super(`${what} ${line}`);
  }
}

/** One line that says something. */
interface Line {
  readonly number: number;
  readonly depth: number;
  readonly content: string;
  readonly afterBlank: boolean;
}

/** What a header line declares. */
interface Header {
  readonly key: string | null;
  readonly count: bigint;
  readonly delimiter: string;
  readonly keyed: boolean;
  readonly fields: readonly (readonly ['leaf' | 'open' | 'close', string])[];
  readonly nesting: number;
  readonly inline: string;
}

/**
 * Decodes a document to JSON text of at most `size` octets, nested at most `depth` deep. A list may stand at the document's root or as the
 * one member of the document's object. Throws {@link Wrong}.
 */
export function toJson(document: string, depth: number, size: number, isList: boolean): string {
  const decoder = new Decoder(document, depth, size);
  const start = decoder.root(isList);
  return start !== null && isList ? decoder.out.slice(start, -1).join('') : decoder.out.join('');
}

class Malformed extends Error {}

class Decoder {
  readonly out: string[] = [];
  private readonly lines: string[];
  private number = 0;
  private peeked: Line | null = null;
  private octets = 0;
  private depth = 0;
  private spans = 0;

  constructor(
    document: string,
    private deepest: number,
    private readonly most: number,
  ) {
    this.lines = (document.startsWith('\ufeff') ? document.slice(1) : document).split('\n');
  }

  private wrong(): Wrong {
    return new Wrong('text', this.number);
  }

  private peek(): Line | null {
    let afterBlank = false;
    while (!this.peeked && this.number < this.lines.length) {
      const line = trimEnd(this.lines[this.number++]!.replace(/\r$/, ''));
      const content = trimStart(line);
      const spaces = line.length - content.length;
      if (!content) afterBlank = true;
      else if (content.startsWith('#')) continue;
      else if (spaces % INDENT || content.startsWith('\t')) throw this.wrong();
      else this.peeked = { number: this.number, depth: spaces / INDENT, content, afterBlank };
    }
    return this.peeked;
  }

  /** Writes the whole document; of an object with one member gives where that member's value starts. */
  root(isList: boolean): number | null {
    const line = this.peek();
    if (!line) {
      this.open('{');
      this.close('}');
      return null;
    }
    if (line.depth) throw this.wrong();
    const header = this.header(line.content);
    if (header && header.key === null) {
      this.peeked = null;
      this.tableOrList(header, 0);
    } else if (!header && line.content === '[]') {
      this.peeked = null;
      this.push('[]');
    } else if (!header && find(line.content, ':') < 0) {
      this.peeked = null;
      this.primitive(line.content);
    } else {
      this.deepest += isList ? 1 : 0;
      this.open('{');
      const [members, start] = this.fields(0, 0);
      this.close('}');
      return members === 1 ? start : null;
    }
    if (this.peek()) throw this.wrong();
    return null;
  }

  private fields(depth: number, count: number): [number, number] {
    let members = count;
    let first = 0;
    for (let line = this.at(depth); line; line = this.at(depth)) {
      this.pass(line);
      if (members) this.push(',');
      members++;
      const start = this.field(line.content, depth);
      if (members === 1) first = start;
    }
    return [members, first];
  }

  private field(content: string, depth: number): number {
    const header = this.header(content);
    if (header) {
      const start = this.key(this.some(header.key));
      this.tableOrList(header, depth);
      return start;
    }
    const colon = find(content, ':');
    if (colon < 0) throw this.wrong();
    const start = this.key(this.some(keyOf(content.slice(0, colon))));
    const token = trim(content.slice(colon + 1));
    if (token === '') {
      this.open('{');
      this.fields(depth + 1, 0);
      this.close('}');
    } else if (token === '[]') this.push('[]');
    else this.primitive(token);
    return start;
  }

  private tableOrList(header: Header, depth: number): void {
    this.open(header.keyed ? '{' : '[');
    let count: number;
    if (header.inline) {
      count = this.cells(header);
    } else {
      const outside = this.spans;
      count = this.scope(header, depth + 1, outside);
      this.spans = outside;
    }
    if (BigInt(count) !== header.count) throw this.wrong();
    this.close(header.keyed ? '}' : ']');
  }

  private scope(header: Header, depth: number, outside: number): number {
    let count = 0;
    for (let line = this.at(depth); line; line = this.at(depth)) {
      this.pass(line);
      this.spans = outside + 1;
      if (count) this.push(',');
      count++;
      if (header.keyed) {
        const colon = find(line.content, ':');
        if (colon < 0) throw this.wrong();
        this.key(this.some(keyOf(line.content.slice(0, colon))));
        this.row(header, line.content.slice(colon + 1));
      } else if (!header.fields.length) {
        this.item(line, depth);
      } else {
        const at = find(line.content, `${header.delimiter}:`);
        if (at >= 0 && line.content[at] === ':') throw this.wrong();
        this.row(header, line.content);
      }
    }
    return count;
  }

  private cells(header: Header): number {
    const tokens = split(header.inline, header.delimiter);
    tokens.forEach((token, index) => {
      if (index) this.push(',');
      this.primitive(token);
    });
    return tokens.length;
  }

  private row(header: Header, row: string): void {
    if (this.depth + header.nesting > this.deepest) throw new Wrong('depth');
    const tokens = split(row, header.delimiter);
    let next = 0;
    let opened = true;
    this.push('{');
    for (const [what, name] of header.fields) {
      if (what === 'close') {
        this.push('}');
        opened = false;
        continue;
      }
      if (!opened) this.push(',');
      opened = false;
      this.push(name);
      if (what === 'leaf') {
        const token = tokens[next++];
        if (token === undefined) throw this.wrong();
        this.primitive(token);
      } else {
        this.push('{');
        opened = true;
      }
    }
    if (next < tokens.length) throw this.wrong();
    this.push('}');
  }

  private item(line: Line, depth: number): void {
    if (line.content !== '-' && !line.content.startsWith('- ')) throw this.wrong();
    const content = line.content === '-' ? '' : trim(line.content.slice(2));
    if (content === '') {
      this.open('{');
      this.close('}');
      return;
    }
    if (content === '[]') {
      this.push('[]');
      return;
    }
    const header = this.header(content);
    if (header && header.key === null) {
      if (header.fields.length) throw this.wrong();
      this.tableOrList(header, depth);
    } else if (!header && find(content, ':') < 0) {
      this.primitive(content);
    } else {
      this.open('{');
      this.field(content, depth + 1);
      this.fields(depth + 1, 1);
      this.close('}');
    }
  }

  private at(depth: number): Line | null {
    const line = this.peek();
    if (line && line.depth > depth) throw this.wrong();
    return line && line.depth === depth ? line : null;
  }

  private pass(line: Line): void {
    if (line.afterBlank && this.spans > 0) throw new Wrong('text', line.number);
    this.peeked = null;
  }

  private header(content: string): Header | null {
    try {
      return headerOf(content);
    } catch (error) {
      throw error instanceof Malformed ? this.wrong() : error;
    }
  }

  private key(key: string): number {
    this.push(`${quote(key)}:`);
    return this.out.length;
  }

  private primitive(token: string): void {
    this.push(this.some(primitive(token)));
  }

  private open(bracket: string): void {
    if (++this.depth > this.deepest) throw new Wrong('depth');
    this.push(bracket);
  }

  private close(bracket: string): void {
    this.depth--;
    this.push(bracket);
  }

  private push(text: string): void {
    this.out.push(text);
    this.octets += octets(text);
    if (this.octets > this.most) throw new Wrong('size');
  }

  private some(found: string | null): string {
    if (found === null) throw this.wrong();
    return found;
  }
}

const trimStart = (text: string) => text.replace(/^ +/, '');

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === ' ') end--;
  return text.slice(0, end);
}

const trim = (text: string) => trimStart(trimEnd(text));

/** Where the first of the wanted characters stands outside of quotes; -1 if nowhere. */
function find(text: string, wanted: string): number {
  let quoted = false;
  let escaped = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (!quoted) {
      quoted = character === '"';
      if (wanted.includes(character)) return at;
      continue;
    }
    quoted = escaped || character !== '"';
    escaped = !escaped && character === '\\';
  }
  return -1;
}

function split(text: string, delimiter: string): string[] {
  let rest = trim(text);
  const tokens: string[] = [];
  if (!rest) return tokens;
  for (;;) {
    const at = find(rest, delimiter);
    tokens.push(trim(at < 0 ? rest : rest.slice(0, at)));
    if (at < 0) return tokens;
    rest = rest.slice(at + 1);
  }
}

/** Where the quote stands that closes the quoted token at the text's start; -1 if nowhere. */
function closing(text: string): number {
  if (!text.startsWith('"')) return -1;
  let escaped = false;
  for (let at = 1; at < text.length; at++) {
    if (!escaped && text[at] === '"') return at;
    escaped = !escaped && text[at] === '\\';
  }
  return -1;
}

function keyOf(token: string): string | null {
  const trimmed = trim(token);
  return trimmed.startsWith('"') ? unquoted(trimmed) : trimmed;
}

function primitive(token: string): string | null {
  if (token.startsWith('"')) {
    const text = unquoted(token);
    return text === null ? null : quote(text);
  }
  return token === 'true' || token === 'false' || token === 'null' || isNumber(token) ? token : quote(token);
}

const ESCAPES: { [kind: string]: string } = { '\\': '\\', '"': '"', n: '\n', r: '\r', t: '\t' };

function unquoted(token: string): string | null {
  if (closing(token) + 1 !== token.length) return null;
  const inner = token.slice(1, -1);
  let out = '';
  for (let at = 0; at < inner.length; ) {
    const character = inner[at]!;
    if (character !== '\\') {
      if (character < ' ' && character !== '\t') return null;
      out += character;
      at++;
      continue;
    }
    const kind = inner[at + 1] ?? '';
    if (kind === 'u') {
      const digits = inner.slice(at + 2, at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) return null;
      const unit = parseInt(digits, 16);
      if (unit >= 0xd800 && unit < 0xe000) return null;
      out += String.fromCharCode(unit);
      at += 6;
      continue;
    }
    const plain = ESCAPES[kind];
    if (plain === undefined) return null;
    out += plain;
    at += 2;
  }
  return out;
}

/** Reads a line as a header: `key[2]{a,b}:`. `null` if it is of another kind. */
function headerOf(content: string): Header | null {
  const bracket = bracketOf(content);
  if (bracket < 0) return null;
  const before = content.slice(0, bracket);
  let rest = content.slice(bracket + 1);
  if (before.endsWith(' ') || before.endsWith('\t')) throw new Malformed();
  const key = before ? keyOf(before) : null;
  if (before && key === null) throw new Malformed();
  const digits = /^[0-9]*/.exec(rest)![0];
  if (!/^(?:0|[1-9][0-9]*)$/.test(digits) || digits.length > 20 || BigInt(digits) >= 1n << 64n) throw new Malformed();
  rest = rest.slice(digits.length);
  const keyed = rest.startsWith(':');
  if (keyed) rest = rest.slice(1);
  let delimiter = ',';
  if (rest.startsWith('|') || rest.startsWith('\t')) {
    delimiter = rest[0]!;
    rest = rest.slice(1);
  }
  if (!rest.startsWith(']')) throw new Malformed();
  rest = rest.slice(1);
  let fields: Header['fields'] = [];
  let nesting = 0;
  if (rest.startsWith('{')) [fields, nesting, rest] = fieldsOf(rest.slice(1), delimiter);
  if (!rest.startsWith(':')) throw new Malformed();
  const inline = trim(rest.slice(1));
  if ((!fields.length && keyed) || (fields.length && inline)) throw new Malformed();
  return { key, count: BigInt(digits), delimiter, keyed, fields, nesting, inline };
}

function bracketOf(content: string): number {
  if (content.startsWith('"')) {
    const end = closing(content);
    return end >= 0 && content[end + 1] === '[' ? end + 1 : -1;
  }
  const bracket = find(content, '[:');
  return bracket >= 0 && content[bracket] === '[' && find(content.slice(bracket), ':') >= 0 ? bracket : -1;
}

function fieldsOf(text: string, delimiter: string): [Header['fields'], number, string] {
  const fields: ['leaf' | 'open' | 'close', string][] = [];
  const groups: string[][] = [[]];
  let rest = text;
  let nesting = 1;
  for (;;) {
    const start = trimStart(rest);
    const end = start.startsWith('"') ? closing(start) + 1 : start.search(/[,|\t{}]/);
    if (end < 0 || (start.startsWith('"') && end === 0)) throw new Malformed();
    const name = trimEnd(start.slice(0, end));
    rest = trimStart(start.slice(end));
    const own = name ? keyOf(name) : null;
    if (own === null) throw new Malformed();
    groups.at(-1)!.push(own);
    if (rest.startsWith('{')) {
      rest = rest.slice(1);
      fields.push(['open', `${quote(own)}:`]);
      groups.push([]);
      nesting = Math.max(nesting, groups.length);
      continue;
    }
    fields.push(['leaf', `${quote(own)}:`]);
    while (rest.startsWith('}')) {
      rest = rest.slice(1);
      const names = groups.pop()!;
      if (new Set(names).size !== names.length) throw new Malformed();
      if (!groups.length) return [fields, nesting, rest];
      fields.push(['close', '']);
    }
    if (!rest.startsWith(delimiter)) throw new Malformed();
    rest = rest.slice(1);
  }
}
