// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Between the walk's values and what an application holds: plain objects, with the language's names. */
import * as codec from './codec.js';
import { digestOf } from './digest.js';
import type { Codec } from './documents.js';
import type { Draft } from './drafts.js';
import { encodeValue, said } from './encode.js';
import { Refused, type Violation } from './findings.js';
import type { Member, Schema } from './schema.js';
import { isMembers, NumberText, octets, plain, Raw, type Decoded, type Json, type Members, type Value } from './values.js';
import { constant, decodeValue, defaultText } from './walk.js';

/** A message that arrived: its name in the schema, what carries it, and what it says. */
export interface Message {
  readonly name: string;
  /** What names it on the wire. */
  readonly tag: string;
  readonly envelope: object;
  readonly body: object;
}

/** The names of members: on the wire, and in the language. */
export type Names = readonly (readonly [wire: string, name: string])[];

type Said = { readonly [name: string]: unknown };

export class Binding {
  constructor(
    readonly schema: Schema,
    private readonly records: { readonly [id: number]: Names },
    private readonly envelopes: { readonly [id: number]: Names },
  ) {}

  /** The same, where payloads are carried by a codec of the application's, if there is one. */
  carrying(codec: Codec | undefined): Binding {
    return codec ? new Binding(this.schema.carrying(codec), this.records, this.envelopes) : this;
  }

  /** Reads and validates one message. Throws {@link Refused} with everything that is wrong with it. */
  decode(frame: string | Uint8Array): Message {
    return this.message(codec.decode(this.schema, frame));
  }

  /** Everything that is wrong with a message, sorted; empty if and only if {@link decode} reads it. */
  explain(frame: string | Uint8Array): readonly Violation[] {
    try {
      codec.decode(this.schema, frame);
      return [];
    } catch (refused) {
      if (refused instanceof Refused) return refused.violations;
      throw refused;
    }
  }

  /** A message as an application sees it. */
  message(decoded: Decoded): Message {
    const message = this.schema.messages[decoded.message]!;
    const { members } = this.schema.envelopes[message.envelope]!;
    return {
      name: message.name,
      tag: decoded.tag,
      envelope: this.record(this.envelopes[message.envelope]!, members, decoded.envelope, false),
      body: this.object(message.body, decoded.body) as object,
    };
  }

  /** A digest of a list of records. Throws {@link Refused} if one does not conform. */
  digest(index: number, items: readonly object[]): string {
    const { schema } = this;
    const table = schema.digests[index];
    const listed = items.map((item) => decodeValue(schema, table.record, encodeValue(schema, table.record, this.value(table.record, item))));
    return digestOf(table, listed);
  }

  /** The message's canonical text. Throws {@link Refused} if it does not conform. */
  encode(message: Message): string {
    const index = this.schema.messages.findIndex((known) => known.name === message.name);
    const of = this.schema.messages[index];
    if (!of) throw new TypeError(`no message ${message.name}`);
    const draft = this.draft(index, message.body, message.envelope, message.tag);
    const decoded = { message: index, tag: draft.tag, envelope: draft.envelope, body: draft.body ?? new Map() };
    const violations = codec.check(this.schema, decoded);
    if (violations.length) throw new Refused(violations);
    return codec.encode(this.schema, decoded);
  }

  /** What an application asks to send. */
  draft(index: number, body: unknown, envelope: object, tag?: string): Draft {
    const message = this.schema.messages[index]!;
    const members = this.members(this.schema.envelopes[message.envelope]!.members, envelope, this.envelopes[message.envelope]!);
    return { message: index, tag: tag ?? message.tag ?? '', envelope: isMembers(members) ? members : new Map(), body: this.value(message.body, body) };
  }

  /**
   * An envelope in which what a role's stamps fill in, where nothing is said, can be said by its own name: it is moved to the record of which
   * it is a member.
   */
  lifted(role: any, index: number, envelope: object = {}): object {
    const { envelope: of } = this.schema.messages[index]!;
    const made: { [name: string]: unknown } = { ...envelope };
    for (const { envelope: stamped, path, absent } of role.states.flatMap((state: any) => state.stamps)) {
      if (stamped !== of || !absent || path.length !== 2) continue;
      const outer = this.schema.envelopes[of]!.members.findIndex((member) => member.name === path[0]);
      const record = this.schema.types.indexOf(this.schema.within(this.schema.envelopes[of]!.members[outer]!.type));
      const name = this.records[record]?.find(([wire]) => wire === path[1])?.[1];
      const holder = this.envelopes[of]![outer]![1];
      if (name === undefined || made[name] === undefined || this.envelopes[of]!.some(([, known]) => known === name)) continue;
      made[holder] = { ...(made[holder] as object | undefined), [name]: made[name] };
      delete made[name];
    }
    return made;
  }

  /** A value of a type as an application sees it. */
  object(type: number, value: Value): unknown {
    const known = this.schema.types[type]!;
    if (value instanceof Raw || value instanceof NumberText || value === null) return plain(value);
    if (known.kind === 'nullable') return this.object(known.of, value);
    if (known.kind === 'list' && Array.isArray(value)) return value.map((item) => this.object(known.of, item));
    if (!isMembers(value)) return plain(value);
    if (known.kind === 'map') return Object.fromEntries([...value].map(([name, item]) => [name, this.object(known.of, item)]));
    if (known.kind === 'record') return this.record(this.records[type]!, known.members, value, known.open);
    const tag = value.get(known.tag);
    const of = typeof tag === 'string' ? known.cases.get(tag) : undefined;
    if (of === undefined) return plain(value);
    const record = this.schema.types[of]!;
    return { [known.tag]: tag, ...this.record(this.records[of]!, record.members, value, record.open, known.tag) };
  }

  private record(names: Names, members: readonly Member[], value: Members, isOpen: boolean, tag = ''): object {
    const made: { [name: string]: unknown } = {};
    members.forEach((member, index) => {
      const item = value.get(member.name);
      if (item === undefined) return;
      const payload = this.schema.payload(member.type);
      const naming = payload && members.find((other) => other.name === payload.kindMember);
      const kind = naming ? said(naming, value) : null;
      const of = payload && kind !== null ? (payload.cases.get(kind) ?? member.type) : member.type;
      made[names[index]![1]] = this.object(of, item);
    });
    if (isOpen) {
      const known = new Set(members.map((member) => member.name));
      const extra = [...value].filter(([name]) => !known.has(name) && name !== tag);
      if (extra.length) made['extra'] = Object.fromEntries(extra.map(([name, item]) => [name, plain(item)]));
    }
    return made;
  }

  /** Any JSON of an application's, as its text. Throws {@link Refused} where a number is none. */
  text(given: unknown): string {
    return stringify(given);
  }

  /** What a record's member is called in the language. */
  nameOf(record: number, wire: string): string {
    return this.records[record]?.find(([known]) => known === wire)?.[1] ?? wire;
  }

  /** A default, given as its text, as an application sees it. */
  constant(type: number, text: string): unknown {
    return this.object(type, constant(this.schema, type, text));
  }

  /** What an application says of a type, as the walk holds it. */
  value(type: number, given: unknown): Value {
    const known = this.schema.types[type]!;
    if (known.kind === 'json' || known.kind === 'object' || known.kind === 'payload') return carried(given);
    if (given === null || given === undefined) return null;
    if (known.kind === 'nullable') return this.value(known.of, given);
    if (known.kind === 'list' && Array.isArray(given)) return given.map((item) => this.value(known.of, item));
    if (typeof given === 'object') {
      if (known.kind === 'record') return this.members(known.members, given, this.records[type]!);
      if (known.kind === 'map') return new Map(Object.entries(given).map(([name, item]) => [name, this.value(known.of, item)]));
      if (known.kind === 'union') {
        const tag = (given as Said)[known.tag];
        const of = typeof tag === 'string' ? known.cases.get(tag) : undefined;
        if (of === undefined || typeof tag !== 'string') return carried(given);
        const members = this.members(this.schema.types[of]!.members, given, this.records[of]!);
        return isMembers(members) ? new Map([[known.tag, tag], ...members]) : members;
      }
    }
    return typeof given === 'number' && !Number.isFinite(given) ? carried(given) : isScalar(given) ? given : carried(given);
  }

  /** The members that are said, by their names on the wire. */
  private members(members: readonly Member[], given: unknown, names: Names): Value {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return carried(given);
    const wires = new Map(names.map(([wire, name]) => [name, wire]));
    const { extra, ...own } = given as Said;
    const hasExtra = !wires.has('extra') && typeof extra === 'object' && extra !== null;
    const all = [...Object.entries(hasExtra ? own : (given as Said)), ...(hasExtra ? Object.entries(extra) : [])];
    const pairs = all.filter(([, value]) => value !== undefined).map(([name, value]): [string, unknown] => [wires.get(name) ?? name, value]);
    const saidOf = new Map(pairs);
    const made: Members = new Map();
    for (const [wire, value] of pairs) {
      const member = members.find((known) => known.name === wire);
      const payload = member && this.schema.payload(member.type);
      if (!member) made.set(wire, carried(value));
      else if (!payload) made.set(wire, this.value(member.type, value));
      else {
        const naming = members.find((known) => known.name === payload.kindMember);
        const kind = saidOf.get(payload.kindMember) ?? (naming ? defaultText(naming) : null);
        const of = typeof kind === 'string' ? payload.cases.get(kind) : undefined;
        made.set(wire, of === undefined ? carried(value) : this.value(of, value));
      }
    }
    return made;
  }
}

const isScalar = (given: unknown): given is string | number | boolean | bigint => ['string', 'number', 'boolean', 'bigint'].includes(typeof given);

/** Any JSON, as its text. */
function carried(given: unknown): Value {
  if (typeof given === 'string') return given;
  return new Raw(stringify(given));
}

function stringify(given: unknown): string {
  if (given === null || given === undefined) return 'null';
  if (typeof given === 'bigint') return String(given);
  if (typeof given === 'number' && !Number.isFinite(given)) {
    throw new Refused([{ pointer: '', rule: 'number', expected: 'finite numbers', actual: String(given) }]);
  }
  if (Array.isArray(given)) return `[${given.map(stringify).join(',')}]`;
  if (typeof given !== 'object') return JSON.stringify(given) ?? 'null';
  const members = Object.entries(given).filter(([, value]) => value !== undefined);
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${stringify(value)}`).join(',')}}`;
}

export type { Json };
export { octets };
