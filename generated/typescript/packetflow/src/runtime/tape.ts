// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/**
 * A JSON text as a tree of places: what the walk moves over.
 *
 * Grammar, half surrogate pairs and depth are refused here. Of a list or object past its limit only as much is recorded as the limit allows.
 */
import type { Limits } from './schema.js';
import { NumberText, octets, type Value } from './values.js';

export type Shape = 'null' | 'bool' | 'number' | 'string' | 'list' | 'object';

/** One value: what it is, where it stands, and what it holds. */
export class Node {
  end = 0;
  /** Items or members that stand there; of a string, its octets. */
  count = 0;
  string = '';
  integer = false;
  readonly items: Node[] = [];
  readonly names: Node[] = [];

  constructor(
    readonly shape: Shape,
    readonly start: number,
  ) {}
}

/** Why a whole text cannot be read: the rule, and the octet. */
export class Unreadable extends Error {
  constructor(
    readonly rule: string,
    readonly at: number,
  ) {
    super(`${rule} at octet ${at}`);
  }
}

/** A text and its nodes. */
export class Tape {
  constructor(
    readonly text: string,
    readonly root: Node,
  ) {}

  /** The node's text as it stands. */
  raw(node: Node): string {
    return this.text.slice(node.start, node.end);
  }

  /** The node as a value without raw parts. */
  value(node: Node): Value {
    switch (node.shape) {
      case 'string':
        return node.string;
      case 'number':
        return new NumberText(this.raw(node));
      case 'bool':
        return this.text[node.start] === 't';
      case 'list':
        return node.items.map((item) => this.value(item));
      case 'object':
        return new Map(node.names.map((name, index) => [name.string, this.value(node.items[index]!)]));
      default:
        return null;
    }
  }
}

/** Reads a text in which at most `depth` objects and lists may be nested. Throws {@link Unreadable}. */
export function parse(text: string, depth: number, lists = Infinity, members = Infinity): Tape {
  return new Tape(text, new Parser(text, depth, lists, members).run());
}

const ESCAPES: { [kind: string]: string } = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const WORDS: readonly (readonly [string, Shape])[] = [['true', 'bool'], ['false', 'bool'], ['null', 'null']];

class Parser {
  at = 0;
  private readonly open: Node[] = [];
  /** How many lists and objects are open outside the one that is past its limit. */
  private muted = -1;

  constructor(
    readonly text: string,
    private readonly depth: number,
    private readonly lists: number,
    private readonly members: number,
  ) {}

  fail(rule: string, at: number): Unreadable {
    return new Unreadable(rule, octets(this.text.slice(0, at)));
  }

  space(): string {
    for (;;) {
      const unit = this.text.charCodeAt(this.at);
      if (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9) return this.text[this.at] ?? '';
      this.at++;
    }
  }

  run(): Node {
    const root = this.one();
    this.space();
    if (this.at < this.text.length) throw this.fail('syntax', this.at);
    return root;
  }

  /** One value, with all that it holds. */
  one(): Node {
    let root: Node | undefined;
    for (;;) {
      const first = this.space();
      const start = this.at;
      let node: Node;
      if (first === '{' || first === '[') {
        if (this.open.length >= this.depth) throw this.fail('depth', start);
        node = new Node(first === '{' ? 'object' : 'list', start);
        this.at++;
        this.keep(node);
        this.open.push(node);
      } else {
        node = first === '"' ? this.string() : first === '-' || (first >= '0' && first <= '9') ? this.number() : this.word();
        this.keep(node);
      }
      root ??= node;
      if (!this.next()) return root;
    }
  }

  private keep(node: Node): void {
    if (this.muted < 0) this.open.at(-1)?.items.push(node);
  }

  /** Passes what stands between two values; says whether another follows. */
  private next(): boolean {
    for (;;) {
      const node = this.open.at(-1);
      if (!node) return false;
      const isObject = node.shape === 'object';
      const first = node.count === 0;
      const found = this.space();
      if (found === (isObject ? '}' : ']')) {
        this.at++;
        this.open.pop();
        node.end = this.at;
        if (this.muted >= this.open.length) this.muted = -1;
        continue;
      }
      if (!found || !(first || found === ',')) throw this.fail('syntax', this.at);
      if (!first) this.at++;
      node.count++;
      if (node.count > (isObject ? this.members : this.lists) && this.muted < 0) this.muted = this.open.length - 1;
      if (isObject) {
        if (this.space() !== '"') throw this.fail('syntax', this.at);
        const name = this.string();
        if (this.muted < 0) node.names.push(name);
        if (this.space() !== ':') throw this.fail('syntax', this.at);
        this.at++;
      }
      return true;
    }
  }

  private word(): Node {
    for (const [word, shape] of WORDS) {
      if (this.text.startsWith(word, this.at)) {
        const node = new Node(shape, this.at);
        node.end = this.at += word.length;
        return node;
      }
    }
    throw this.fail('syntax', this.at);
  }

  private digits(at: number): number {
    let end = at;
    while (this.text.charCodeAt(end) >= 48 && this.text.charCodeAt(end) <= 57) end++;
    if (end === at) throw this.fail('syntax', at);
    return end;
  }

  private number(): Node {
    const node = new Node('number', this.at);
    let at = this.at;
    let integer = true;
    if (this.text[at] === '-') at++;
    at = this.text[at] === '0' ? at + 1 : this.digits(at);
    if (this.text[at] === '.') {
      integer = false;
      at = this.digits(at + 1);
    }
    if (this.text[at] === 'e' || this.text[at] === 'E') {
      integer = false;
      at++;
      if (this.text[at] === '+' || this.text[at] === '-') at++;
      at = this.digits(at);
    }
    node.integer = integer;
    node.end = this.at = at;
    return node;
  }

  string(): Node {
    const node = new Node('string', this.at);
    const { text } = this;
    let at = this.at + 1;
    let out = '';
    for (;;) {
      let end = at;
      for (;;) {
        const unit = text.charCodeAt(end);
        if (!(unit >= 0x20) || unit === 0x22 || unit === 0x5c) break;
        end++;
      }
      out += text.slice(at, end);
      if (text[end] === '"') {
        node.string = out;
        node.count = octets(out);
        node.end = this.at = end + 1;
        return node;
      }
      if (text[end] !== '\\') throw this.fail('syntax', end);
      const [part, after] = this.escape(end);
      out += part;
      at = after;
    }
  }

  private escape(at: number): [string, number] {
    const kind = this.text[at + 1] ?? '';
    if (kind === 'u') {
      const unit = this.hex(at + 2);
      if (unit >= 0xd800 && unit < 0xdc00) {
        if (this.text.slice(at + 6, at + 8) !== '\\u') throw this.fail('surrogate', at);
        const low = this.hex(at + 8);
        if (low < 0xdc00 || low >= 0xe000) throw this.fail('surrogate', at);
        return [String.fromCharCode(unit, low), at + 12];
      }
      if (unit >= 0xdc00 && unit < 0xe000) throw this.fail('surrogate', at);
      return [String.fromCharCode(unit), at + 6];
    }
    const plain = ESCAPES[kind];
    if (plain === undefined) throw this.fail('syntax', at);
    return [plain, at + 2];
  }

  private hex(at: number): number {
    for (let index = at; index < at + 4; index++) {
      if (!/^[0-9a-fA-F]$/.test(this.text[index] ?? '')) throw this.fail('syntax', index);
    }
    return parseInt(this.text.slice(at, at + 4), 16);
  }
}

/** The text of a member of the object that a text begins with; what stands behind it may be broken. */
export function findString(text: string, wanted: string, limits: Limits, passable: (node: Node) => boolean): string | null {
  const parser = new Parser(text, limits.depth - 1, limits.list, limits.members);
  try {
    if (parser.space() !== '{') return null;
    parser.at++;
    for (let count = 0; ; ) {
      const first = parser.space();
      if (count > 0) {
        if (first !== ',') return null;
        parser.at++;
        parser.space();
      }
      count++;
      if (count > limits.members || text[parser.at] !== '"') return null;
      const name = parser.string();
      if (name.count > limits.string || parser.space() !== ':') return null;
      parser.at++;
      const value = parser.one();
      if (name.string === wanted) return value.shape === 'string' && value.count <= limits.string ? value.string : null;
      if (!passable(value)) return null;
    }
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}
