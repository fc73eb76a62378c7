// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Reading values by the tables: accepts, or explains everything that is wrong. Whole messages are read by `walk.ts`. */
import * as documents from './documents.js';
import { Findings } from './findings.js';
import { isDatetime, isUuid } from './formats.js';
import type { Member, Schema, Type } from './schema.js';
import { unreadable } from './refusals.js';
import { parse, Unreadable, type Node, type Tape } from './tape.js';
import { Wrong } from './toon.js';
import { integerOf, quote, Raw, type Members, type Value } from './values.js';
import * as words from './words.js';

export const NOTHING = 'nothing';
const ONCE = 'a name that stands once';

export type Place = readonly [name: Node, value: Node];

/** An object's members by what the schema calls them. */
export interface Sorted {
  tag: Place | null;
  body: Place | null;
  places: (Place | null)[];
  unknown: Place[];
}

const KINDS: { [kind: string]: string } = {
  json: 'a value', payload: 'a value', bool: 'true or false', int: 'an integer', uint: 'an unsigned integer', float: 'a number',
  string: 'a string', enum: 'a string', list: 'a list', object: 'an object', map: 'an object', record: 'an object', union: 'an object',
};

/** The kind of value that a type is, in words. */
export function kindOf(schema: Schema, type: number): string {
  const known = schema.types[type]!;
  return known.kind === 'nullable' ? `${kindOf(schema, known.of)} or null` : KINDS[known.kind]!;
}

/** A walk over one text. What it gives back counts only if nothing was noted. */
export class Walk {
  readonly findings = new Findings();
  /** What the envelope's members say of encodings. */
  protected readonly encodings = new Map<string, string>();

  constructor(protected readonly schema: Schema) {}

  value(tape: Tape, node: Node, type: number): Value {
    if (this.findings.full) return null;
    let known = this.schema.types[type]!;
    let nullable = false;
    while (known.kind === 'nullable') {
      known = this.schema.types[known.of]!;
      nullable = true;
    }
    const { shape } = node;
    if (shape === 'null' && nullable) return null;
    switch (known.kind) {
      case 'json':
      case 'payload':
        return this.raw(tape, node);
      case 'string':
        if (shape === 'string') return this.text(tape, node, known);
        break;
      case 'enum':
        if (shape === 'string') return this.variant(tape, node, known);
        break;
      case 'float':
        if (shape === 'number') return this.double(tape.raw(node), known);
        break;
      case 'int':
      case 'uint':
        if (shape === 'number' && node.integer) return this.integer(tape.raw(node), known);
        break;
      case 'bool':
        if (shape === 'bool') return tape.text[node.start] === 't';
        break;
      case 'list':
        if (shape === 'list') return this.list(tape, node, known);
        break;
      case 'record':
        if (shape === 'object') return this.record(tape, node, known);
        break;
      case 'union':
        if (shape === 'object') return this.union(tape, node, known);
        break;
      case 'map':
        if (shape === 'object') return this.map(tape, node, known);
        break;
      case 'object':
        if (shape === 'object') return this.raw(tape, node);
        break;
    }
    this.findings.note('type', kindOf(this.schema, type), tape.raw(node));
    this.audit(tape, node);
    return null;
  }

  private raw(tape: Tape, node: Node): Raw {
    this.audit(tape, node);
    return new Raw(tape.raw(node));
  }

  private integer(raw: string, known: Type): Value {
    const value = integerOf(raw, known.kind === 'int');
    if (value === null) {
      this.findings.note('number', `${known.kind === 'int' ? 'a signed' : 'an unsigned'} 64-bit integer`, raw);
    } else if (known.integers.length && !known.integers.some(([start, end]) => start <= value && value <= end)) {
      this.findings.note('range', words.integers(known.integers), raw);
    }
    return value;
  }

  private double(raw: string, known: Type): Value {
    const value = Number(raw);
    if (!Number.isFinite(value)) {
      this.findings.note('number', 'a finite double', raw);
    } else if (known.floats.length && !known.floats.some((bounds) => isInside(value, bounds))) {
      this.findings.note('range', words.floats(known.floats), raw);
    }
    return value;
  }

  private text(tape: Tape, node: Node, known: Type): Value {
    if (!this.isShortEnough(node)) return null;
    const text = node.string;
    const wrong = (rule: string, expected: string) => this.findings.note(rule, expected, tape.raw(node));
    if (known.length) {
      const [least, most] = known.length;
      let characters = 0;
      for (const _ of text) characters++;
      if (characters < least || (most !== null && characters > most)) wrong('length', words.length(least, most, 'character'));
    }
    if (known.oneOf.length && !known.oneOf.includes(text)) wrong('one_of', words.oneOf(known.oneOf));
    if (known.pattern && !known.pattern.matches(text)) wrong('pattern', `text that matches \`${known.pattern.source}\``);
    if (known.format === 'uuid') {
      if (!isUuid(text)) wrong('format', 'a UUID');
      return text.toLowerCase();
    }
    if (known.format === 'datetime' && !isDatetime(text)) wrong('format', 'an RFC 3339 date and time');
    return text;
  }

  private variant(tape: Tape, node: Node, known: Type): Value {
    if (!this.isShortEnough(node)) return null;
    if (!known.open && !known.variants.includes(node.string)) this.findings.note('one_of', words.oneOf(known.variants), tape.raw(node));
    return node.string;
  }

  private list(tape: Tape, node: Node, known: Type): Value {
    if (!this.isFewEnough(node)) return null;
    this.counted(tape, node, known, 'item');
    const items: Value[] = [];
    for (const [index, item] of node.items.entries()) {
      this.findings.enterItem(index);
      items.push(this.value(tape, item, known.of));
      this.findings.leave();
      if (this.findings.full) break;
    }
    return items;
  }

  private map(tape: Tape, node: Node, known: Type): Value {
    const found = this.sort(tape, node, new Map(), []);
    if (!found) return null;
    this.counted(tape, node, known, 'member');
    const members: Members = new Map();
    for (const [name, value] of found.unknown) {
      this.findings.enter(name.string);
      members.set(name.string, this.value(tape, value, known.of));
      this.findings.leave();
    }
    return members;
  }

  private counted(tape: Tape, node: Node, known: Type, one: string): void {
    if (!known.length) return;
    const [least, most] = known.length;
    if (node.count < least || (most !== null && node.count > most)) {
      this.findings.note('length', words.length(least, most, one), tape.raw(node));
    }
  }

  private record(tape: Tape, node: Node, known: Type): Value {
    const found = this.sort(tape, node, known.byName, known.members);
    if (!found) return null;
    const members: Members = new Map();
    this.declared(tape, found.places, known.members, members);
    this.rest(tape, found, known.open, members);
    return members;
  }

  private union(tape: Tape, node: Node, known: Type): Value {
    const tag = this.tag(tape, node, known.tag, words.oneOf(known.cases.keys()));
    if (tag === null) {
      this.audit(tape, node);
      return null;
    }
    const of = known.cases.get(tag);
    if (of === undefined) {
      if (!known.open) this.findings.noteAt(known.tag, 'one_of', words.oneOf(known.cases.keys()), quote(tag));
      return this.raw(tape, node);
    }
    const record = this.schema.types[of]!;
    const found = this.sort(tape, node, record.byName, record.members, known.tag);
    if (!found) return null;
    const members: Members = new Map([[known.tag, tag]]);
    this.declared(tape, found.places, record.members, members);
    this.rest(tape, found, record.open, members);
    return members;
  }

  /** The text of the member that tells what an object is. */
  protected tag(tape: Tape, node: Node, name: string, expected: string): string | null {
    const value = member(node, name);
    if (!value) {
      this.findings.noteAt(name, 'required', expected, NOTHING);
      return null;
    }
    this.findings.enter(name);
    let tag: string | null = null;
    if (value.shape !== 'string') this.findings.note('type', 'a string', tape.raw(value));
    else if (this.isShortEnough(value)) tag = value.string;
    this.findings.leave();
    return tag;
  }

  protected declared(tape: Tape, found: readonly (Place | null)[], members: readonly Member[], out: Members): void {
    members.forEach((declared, index) => {
      const place = found[index];
      if (place) {
        const payload = this.schema.payload(declared.type);
        if (payload) {
          out.set(declared.name, this.payload(tape, declared, payload, place, found, members));
          return;
        }
        this.findings.enter(written(declared, place));
        out.set(declared.name, this.value(tape, place[1], declared.type));
        this.findings.leave();
      } else if (declared.default !== null) {
        out.set(declared.name, constant(this.schema, declared.type, declared.default));
      } else if (!declared.optional) {
        this.findings.noteAt(declared.name, 'required', kindOf(this.schema, declared.type), NOTHING);
      }
    });
  }

  protected rest(tape: Tape, found: Sorted, isOpen: boolean, out: Members): void {
    this.auditUnknown(tape, found);
    if (isOpen) for (const [name, value] of found.unknown) out.set(name.string, new Raw(tape.raw(value)));
  }

  /** An object's members by their places; notes names that stand twice or are too long, and too many members. */
  protected sort(
    tape: Tape,
    node: Node,
    byName: ReadonlyMap<string, number>,
    members: readonly Member[],
    tag: string | null = null,
    body: string | null = null,
  ): Sorted | null {
    if (node.shape !== 'object') {
      this.findings.note('type', 'an object', tape.raw(node));
      return null;
    }
    if (!this.isFewEnough(node)) return null;
    const found: Sorted = { tag: null, body: null, places: members.map(() => null), unknown: [] };
    const known = new Set<string>();
    node.names.forEach((name, index) => {
      const value = node.items[index]!;
      if (!this.isShortEnough(name)) return;
      const text = name.string;
      let expected = ONCE;
      if (text === tag || text === body) {
        const which = text === tag ? 'tag' : 'body';
        if (!found[which]) {
          found[which] = [name, value];
          return;
        }
      } else {
        const place = byName.get(text);
        if (place === undefined) {
          if (!known.has(text)) {
            known.add(text);
            found.unknown.push([name, value]);
            return;
          }
        } else if (!found.places[place]) {
          found.places[place] = [name, value];
          return;
        } else {
          const { name: own, accepts } = members[place]!;
          if (accepts.length) expected = `only one of its names (${own}, ${accepts.join(', ')})`;
        }
      }
      this.findings.noteAt(text, 'duplicate', expected, tape.raw(value));
    });
    return found;
  }

  /** Notes what breaks a rule for every value, whatever its type: names that stand twice, and the limits. */
  protected audit(tape: Tape, node: Node): void {
    if (this.findings.full) return;
    if (node.shape === 'string') {
      this.isShortEnough(node);
    } else if (node.shape === 'list') {
      if (!this.isFewEnough(node)) return;
      node.items.forEach((item, index) => {
        this.findings.enterItem(index);
        this.audit(tape, item);
        this.findings.leave();
      });
    } else if (node.shape === 'object') {
      const found = this.sort(tape, node, new Map(), []);
      if (found) this.auditUnknown(tape, found);
    }
  }

  protected auditUnknown(tape: Tape, found: Sorted): void {
    for (const [name, value] of found.unknown) {
      this.findings.enter(name.string);
      this.audit(tape, value);
      this.findings.leave();
    }
  }

  protected isShortEnough(node: Node): boolean {
    const limit = this.schema.limits.string;
    if (node.count <= limit) return true;
    this.findings.note('string_size', words.length(0, limit, 'octet'), words.count(node.count, 'octet'));
    return false;
  }

  private isFewEnough(node: Node): boolean {
    const isList = node.shape === 'list';
    const limit = isList ? this.schema.limits.list : this.schema.limits.members;
    if (node.count <= limit) return true;
    const one = isList ? 'item' : 'member';
    this.findings.note(isList ? 'list_size' : 'members', words.length(0, limit, one), words.count(node.count, one));
    return false;
  }

  /** A member of which a sibling says what it is. */
  private payload(
    tape: Tape,
    declared: Member,
    payload: Type,
    place: Place,
    found: readonly (Place | null)[],
    members: readonly Member[],
  ): Value {
    const index = members.findIndex((other) => other.name === payload.kindMember);
    let kind: string | null = null;
    let known: number | undefined;
    if (index >= 0) {
      const naming = found[index] ?? null;
      kind = naming ? (naming[1].shape === 'string' ? naming[1].string : null) : defaultText(members[index]!);
      if (kind !== null) {
        known = payload.cases.get(kind);
        if (known === undefined && !payload.open) {
          this.findings.noteAt(written(members[index]!, naming), 'one_of', words.oneOf(payload.cases.keys()), quote(kind));
        }
      }
    }
    const encoding = this.encoding(payload, found, members);
    const node = place[1];
    const nullable = this.schema.types[declared.type]!.kind === 'nullable';
    this.findings.enter(written(declared, place));
    let value: Value;
    if (nullable && node.shape === 'null') value = null;
    else if (known !== undefined && encoding === 'json') value = this.value(tape, node, known);
    else if (known !== undefined && encoding === 'toon') value = this.document(tape, node, known);
    else if (known === undefined && encoding === 'toon' && kind !== null) {
      value = node.shape === 'string' ? node.string : this.noDocument(tape, node);
    } else value = this.raw(tape, node);
    this.findings.leave();
    return value;
  }

  private encoding(payload: Type, found: readonly (Place | null)[], members: readonly Member[]): string {
    if (payload.encoding === null) return 'json';
    if (payload.encodingInEnvelope) return this.encodings.get(payload.encoding) ?? 'json';
    const index = members.findIndex((other) => other.name === payload.encoding);
    return index < 0 ? 'json' : encodingOf(members[index]!, found[index] ?? null);
  }

  /** A string that holds a TOON document. */
  private document(tape: Tape, node: Node, known: number): Value {
    if (node.shape !== 'string') return this.noDocument(tape, node);
    const { limits } = this.schema;
    const deepest = Math.max(limits.depth - this.findings.path.length, 0);
    let text: string;
    try {
      text = documents.read(this.schema.codec, node.string, deepest, limits.message, this.schema.types[known]!.kind === 'list');
    } catch (wrong) {
      if (!(wrong instanceof Wrong)) throw wrong;
      if (wrong.what === 'size') this.findings.note('size', `at most ${limits.message} octets as JSON`, tape.raw(node));
      else if (wrong.what === 'depth') this.findings.note('depth', `at most ${limits.depth} nested objects and lists`, tape.raw(node));
      else {
        if (this.schema.codec) {
          this.findings.note('encoding', 'a document that the codec reads', tape.raw(node));
          return null;
        }
        const lines = node.string.split('\n');
        if (lines.at(-1) === '') lines.pop();
        this.findings.note('encoding', `a TOON document (line ${wrong.line})`, (lines[wrong.line - 1] ?? '').replace(/\r$/, ''));
      }
      return null;
    }
    let inner: Tape;
    try {
      inner = parse(text, deepest, limits.list, limits.members);
    } catch (refused) {
      if (!(refused instanceof Unreadable)) throw refused;
      this.findings.note(refused.rule, ...unreadable(refused, text, this.schema));
      return null;
    }
    return this.value(inner, inner.root, known);
  }

  private noDocument(tape: Tape, node: Node): Value {
    this.findings.note('type', 'a string that holds a TOON document', tape.raw(node));
    this.audit(tape, node);
    return null;
  }
}

/** A default, as a value of its type. */
export function constant(schema: Schema, type: number, text: string): Value {
  const tape = parse(text, 256);
  return new Walk(schema).value(tape, tape.root, type);
}

/** The text that a member's default is. */
export function defaultText(declared: Member): string | null {
  return declared.default?.startsWith('"') ? parse(declared.default, 1).root.string : null;
}

function isInside(value: number, [start, end, included]: readonly [number | null, number | null, boolean]): boolean {
  return !(start !== null && value < start) && (end === null || value < end || (included && value === end));
}

export function member(node: Node, name: string): Node | undefined {
  const index = node.names.findIndex((known) => known.string === name);
  return index < 0 ? undefined : node.items[index];
}

/** What a member was read from: the name that stood there, or its own. */
function written(declared: Member, place: Place | null): string {
  return place && declared.accepts.length ? place[0].string : declared.name;
}

/** The encoding that a member names; absent means JSON. */
export function encodingOf(declared: Member, place: Place | null): string {
  if (!place) return defaultText(declared) ?? 'json';
  return place[1].shape === 'string' ? place[1].string : place[1].shape === 'null' ? 'json' : '';
}
