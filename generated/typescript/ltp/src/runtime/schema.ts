// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** A protocol's tables, read once. */
import type { Codec } from './documents.js';
import { Framing } from './framing.js';

/** What a receiver enforces while it reads. */
export interface Limits {
  readonly message: number;
  readonly depth: number;
  readonly string: number;
  readonly list: number;
  readonly members: number;
}

interface PatternTable {
  readonly source: string;
  readonly classes: readonly number[];
  readonly next: readonly number[];
  readonly stride: number;
  readonly accepting: readonly number[];
}

const encoder = new TextEncoder();

/** A regular expression as the table of its automaton: one look-up an octet, no backtracking. */
export class Pattern {
  readonly source: string;
  private readonly accepting: ReadonlySet<number>;

  constructor(private readonly table: PatternTable) {
    this.source = table.source;
    this.accepting = new Set(table.accepting);
  }

  matches(text: string): boolean {
    const { classes, next, stride } = this.table;
    let state = 1;
    for (const octet of encoder.encode(text)) {
      state = next[state * stride + classes[octet]!] ?? 0;
      if (state === 0) return false;
    }
    return this.accepting.has(state);
  }
}

/** A member of a record or an envelope. */
export class Member {
  readonly name: string;
  readonly type: number;
  readonly accepts: readonly string[];
  readonly optional: boolean;
  /** What absent means, as canonical text. */
  readonly default: string | null;
  readonly always: boolean;
  /** What a sender says where nothing is said. */
  readonly fill: string | null;

  constructor(table: any) {
    this.name = table.name;
    this.type = table.type;
    this.accepts = table.accepts ?? [];
    this.optional = table.optional ?? false;
    this.default = table.default ?? null;
    this.always = table.always ?? false;
    this.fill = table.fill ?? this.default;
  }

  get required(): boolean {
    return !this.optional && this.default === null;
  }
}

/** What a value may be. */
export class Type {
  readonly kind: string;
  readonly name: string;
  readonly integers: readonly (readonly [bigint, bigint])[];
  readonly floats: readonly (readonly [number | null, number | null, boolean])[];
  readonly length: readonly [number, number | null] | null;
  readonly oneOf: readonly string[];
  readonly pattern: Pattern | null;
  readonly format: string | null;
  readonly of: number;
  readonly toonKey: string | null;
  readonly members: readonly Member[];
  readonly byName: ReadonlyMap<string, number>;
  readonly open: boolean;
  readonly variants: readonly string[];
  readonly tag: string;
  readonly cases: ReadonlyMap<string, number>;
  readonly kindMember: string;
  readonly encoding: string | null;
  readonly encodingInEnvelope: boolean;

  constructor(table: any) {
    this.kind = table.is;
    this.name = table.name ?? '';
    const ranges = table.ranges ?? [];
    this.integers = this.kind === 'float' ? [] : ranges.map(([start, end]: [string, string]) => [BigInt(start), BigInt(end)]);
    this.floats = this.kind === 'float' ? ranges : [];
    this.length = table.length ? [Number(table.length[0]), table.length[1] === null ? null : Number(table.length[1])] : null;
    this.oneOf = table.one_of ?? [];
    this.pattern = table.pattern ? new Pattern(table.pattern) : null;
    this.format = table.format ?? null;
    this.of = table.of ?? 0;
    this.toonKey = table.toon_key ?? null;
    this.members = (table.members ?? []).map((member: unknown) => new Member(member));
    this.byName = places(this.members);
    this.open = table.open ?? false;
    this.variants = table.variants ?? [];
    this.tag = table.tag ?? '';
    this.cases = new Map(table.cases ?? table.kinds ?? []);
    this.kindMember = table.kind ?? '';
    this.encoding = table.encoding?.name ?? null;
    this.encodingInEnvelope = table.encoding?.envelope ?? false;
  }
}

/** What carries messages. */
export class Envelope {
  readonly name: string;
  readonly tag: string;
  readonly members: readonly Member[];
  readonly byName: ReadonlyMap<string, number>;
  readonly body: string | null;
  readonly position: number;
  readonly bodyOptional: boolean;

  constructor(table: any) {
    this.name = table.name;
    this.tag = table.tag;
    this.members = table.members.map((member: unknown) => new Member(member));
    this.byName = places(this.members);
    this.body = table.body?.name ?? null;
    this.position = table.body?.position ?? this.members.length;
    this.bodyOptional = table.body?.optional ?? false;
  }
}

/** A message. */
export class Message {
  readonly name: string;
  readonly tag: string | null;
  readonly pattern: Pattern | null;
  readonly envelope: number;
  readonly body: number;
  readonly flat: boolean;

  constructor(table: any) {
    this.name = table.name;
    this.tag = table.tag;
    this.pattern = table.pattern ? new Pattern(table.pattern) : null;
    this.envelope = table.envelope;
    this.body = table.body;
    this.flat = table.flat;
  }
}

/** Everything that the walk and the machines read. */
export class Schema {
  readonly limits: Limits;
  readonly types: readonly Type[];
  readonly envelopes: readonly Envelope[];
  readonly messages: readonly Message[];
  readonly tiers: readonly any[][];
  readonly digests: readonly any[];
  readonly sessions: readonly any[];
  readonly tagNames: readonly string[];
  readonly groups: readonly any[];
  readonly works: readonly any[];
  /** How messages stand as text, if they do. */
  readonly framed: Framing | null;
  /** What carries payloads in a string, in place of TOON. */
  readonly codec: Codec | null = null;

  constructor(text: string) {
    const tables = JSON.parse(text);
    this.limits = tables.limits;
    this.types = tables.types.map((table: unknown) => new Type(table));
    this.envelopes = tables.envelopes.map((table: unknown) => new Envelope(table));
    this.messages = tables.messages.map((table: unknown) => new Message(table));
    this.tiers = tables.tiers;
    this.digests = tables.digests;
    this.sessions = tables.sessions;
    this.groups = tables.groups;
    this.works = tables.works;
    this.framed = tables.framing ? new Framing(tables.framing) : null;
    this.tagNames = [...new Set(this.envelopes.map((envelope) => envelope.tag).filter((tag) => tag !== ''))];
  }

  /** The same, with a codec of the application's. */
  carrying(codec: Codec): Schema {
    return Object.create(this, { codec: { value: codec } }) as Schema;
  }

  /** A role's table. */
  role(session: string, role: string): any {
    const found = this.sessions.find((known) => known.name === session)?.roles.find((known: any) => known.name === role);
    if (!found) throw new Error(`no role ${session}.${role}`);
    return found;
  }

  /** The message that a tag's text names, where the tag member has that name. */
  find(member: string, tag: string): number | null {
    for (const byText of [true, false]) {
      const found = this.messages.findIndex(
        (message) =>
          this.envelopes[message.envelope]!.tag === member && (byText ? message.tag === tag : (message.pattern?.matches(tag) ?? false)),
      );
      if (found >= 0) return found;
    }
    return null;
  }

  /** The payload that a type is, `null` aside. */
  payload(type: number): Type | null {
    let found = this.types[type]!;
    while (found.kind === 'nullable') found = this.types[found.of]!;
    return found.kind === 'payload' ? found : null;
  }

  /** The record that a type is, `null` aside. */
  within(type: number): Type {
    let found = this.types[type]!;
    while (found.kind === 'nullable') found = this.types[found.of]!;
    return found;
  }
}

/** Which member each name is read as. */
export function places(members: readonly Member[]): Map<string, number> {
  const found = new Map<string, number>();
  members.forEach((member, index) => {
    for (const name of [member.name, ...member.accepts]) if (!found.has(name)) found.set(name, index);
  });
  return found;
}
