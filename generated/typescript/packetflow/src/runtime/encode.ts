// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Writing messages and values in their canonical text. */
import * as documents from './documents.js';
import type { Member, Schema, Type } from './schema.js';
import { integerOf, isMembers, isNumber, NumberText, quote, Raw, textOf, writeFloat, type Decoded, type Members, type Value } from './values.js';
import { defaultText } from './walk.js';

/** The message's text. What does not conform is written as the JSON that it is. */
export function encode(schema: Schema, decoded: Decoded): string {
  const message = schema.messages[decoded.message]!;
  const envelope = schema.envelopes[message.envelope]!;
  const writer = new Writer(schema);
  const members: Members = new Map(decoded.envelope);
  for (const member of envelope.members) {
    let encoding = said(member, members) ?? 'json';
    if (encoding === 'toon' && !writer.hasTables(message.body, decoded.body, member.name)) {
      sayJson(member, members);
      encoding = 'json';
    }
    writer.encodings.set(member.name, encoding);
  }
  const out = [`${quote(envelope.tag)}:${quote(decoded.tag)}`];
  out.push(...writer.declared(envelope.members.slice(0, envelope.position), members));
  const { body } = decoded;
  if (envelope.body !== null) {
    out.push(`${quote(envelope.body)}:${writer.value(message.body, body)}`);
  } else if (schema.types[message.body]!.kind === 'record' && isMembers(body)) {
    out.push(...writer.record(schema.types[message.body]!, body));
  } else if (isMembers(body)) {
    for (const [name, value] of body) out.push(`${quote(name)}:${textOf(value)}`);
  } else if (body instanceof Raw) {
    const inner = body.text.trim().slice(1, -1);
    if (inner.trim()) out.push(inner);
  }
  out.push(...writer.declared(envelope.members.slice(envelope.position), members));
  return `{${out.join(',')}}`;
}

/** The text of one value of a type. */
export function encodeValue(schema: Schema, type: number, value: Value): string {
  return new Writer(schema).value(type, value);
}

/** The text of a member, or of its default. */
export function said(member: Member, members: Members): string | null {
  const value = members.get(member.name);
  if (value === undefined) return defaultText(member);
  return typeof value === 'string' ? value : null;
}

class Writer {
  readonly encodings = new Map<string, string>();

  constructor(private readonly schema: Schema) {}

  value(type: number, value: Value): string {
    const known = this.schema.types[type]!;
    switch (known.kind) {
      case 'nullable':
        return this.value(known.of, value);
      case 'int':
      case 'float':
        return value instanceof NumberText && isNumber(value.text) ? canonical(known.kind, value.text) : textOf(value);
      case 'string':
        return known.format === 'uuid' && typeof value === 'string' ? quote(value.toLowerCase()) : textOf(value);
      case 'list':
        return Array.isArray(value) ? `[${value.map((item) => this.value(known.of, item)).join(',')}]` : textOf(value);
      case 'map':
        if (!isMembers(value)) break;
        return `{${[...value].map(([name, item]) => `${quote(name)}:${this.value(known.of, item)}`).join(',')}}`;
      case 'record':
        return isMembers(value) ? `{${this.record(known, value).join(',')}}` : textOf(value);
      case 'union': {
        const tag = isMembers(value) ? value.get(known.tag) : undefined;
        const of = typeof tag === 'string' ? known.cases.get(tag) : undefined;
        if (!isMembers(value) || typeof tag !== 'string' || of === undefined) break;
        const record = this.schema.types[of]!;
        const out = [`${quote(known.tag)}:${quote(tag)}`, ...this.declared(record.members, value)];
        if (record.open) out.push(...kept(record.members, value, known.tag));
        return `{${out.join(',')}}`;
      }
    }
    return textOf(value);
  }

  record(known: Type, members: Members): string[] {
    const out = this.declared(known.members, members);
    return known.open ? [...out, ...kept(known.members, members, null)] : out;
  }

  declared(declared: readonly Member[], given: Members): string[] {
    const members = this.patched(declared, given);
    const out: string[] = [];
    for (const member of declared) {
      const value = members.get(member.name);
      if (value === undefined) {
        if (member.default !== null && member.always) out.push(`${quote(member.name)}:${member.default}`);
        continue;
      }
      const payload = this.schema.payload(member.type);
      const text = payload ? this.payload(payload, value, declared, members) : this.value(member.type, value);
      if (member.default === null || member.always || text !== member.default) out.push(`${quote(member.name)}:${text}`);
    }
    return out;
  }

  /** The members, those that name an encoding corrected where a payload cannot be written in it. */
  private patched(declared: readonly Member[], given: Members): Members {
    let members = given;
    for (const member of declared) {
      const payload = this.schema.payload(member.type);
      if (!payload || payload.encoding === null || payload.encodingInEnvelope) continue;
      const naming = declared.find((other) => other.name === payload.encoding);
      const value = given.get(member.name);
      if (!naming || said(naming, members) !== 'toon' || value === undefined) continue;
      if (this.document(payload, value, declared, given) === null) {
        members = new Map(members);
        sayJson(naming, members);
      }
    }
    return members;
  }

  private payload(payload: Type, value: Value, declared: readonly Member[], members: Members): string {
    let encoding: string | null = 'json';
    if (payload.encoding !== null && payload.encodingInEnvelope) encoding = this.encodings.get(payload.encoding) ?? 'json';
    else if (payload.encoding !== null) {
      const naming = declared.find((other) => other.name === payload.encoding);
      encoding = naming ? said(naming, members) : null;
    }
    if (encoding === 'toon' && value !== null) {
      const document = this.document(payload, value, declared, members);
      if (document !== null) return quote(document);
    }
    const known = kindOf(payload, declared, members);
    return known === undefined ? textOf(value) : this.value(known, value);
  }

  /** The TOON document of a payload, if it has one that we write. */
  private document(payload: Type, value: Value, declared: readonly Member[], members: Members): string | null {
    if (value === null) return '';
    const known = kindOf(payload, declared, members);
    if (known === undefined) return typeof value === 'string' ? value : null;
    const of = this.schema.types[known]!;
    return of.kind === 'list' && Array.isArray(value) ? documents.write(this.schema.codec, of.toonKey, this.value(known, value)) : null;
  }

  /** Whether each payload whose encoding stands in an envelope's member has a TOON document. */
  hasTables(type: number, value: Value, naming: string): boolean {
    let known = this.schema.types[type]!;
    if (known.kind === 'nullable') return this.hasTables(known.of, value, naming);
    const { of } = known;
    if (known.kind === 'list' && Array.isArray(value)) return value.every((item) => this.hasTables(of, item, naming));
    if (!isMembers(value)) return true;
    if (known.kind === 'map') return [...value.values()].every((item) => this.hasTables(of, item, naming));
    if (known.kind === 'union') {
      const tag = value.get(known.tag);
      const record = typeof tag === 'string' ? known.cases.get(tag) : undefined;
      if (record === undefined) return true;
      known = this.schema.types[record]!;
    }
    return known.members.every((member) => {
      const item = value.get(member.name);
      if (item === undefined) return true;
      const payload = this.schema.payload(member.type);
      if (!payload) return this.hasTables(member.type, item, naming);
      const isNamed = payload.encodingInEnvelope && payload.encoding === naming;
      return !isNamed || this.document(payload, item, known.members, value) !== null;
    });
  }
}

function canonical(kind: 'int' | 'float', text: string): string {
  if (kind === 'float') return Number.isFinite(Number(text)) ? writeFloat(Number(text)) : text;
  const integer = /[.eE]/.test(text) ? null : integerOf(text, true);
  return integer === null ? text : String(integer);
}

function kept(declared: readonly Member[], members: Members, tag: string | null): string[] {
  const known = new Set(declared.map((member) => member.name));
  return [...members].filter(([name]) => !known.has(name) && name !== tag).map(([name, value]) => `${quote(name)}:${textOf(value)}`);
}

function kindOf(payload: Type, declared: readonly Member[], members: Members): number | undefined {
  const naming = declared.find((member) => member.name === payload.kindMember);
  const kind = naming ? said(naming, members) : null;
  return kind === null ? undefined : payload.cases.get(kind);
}

/** Makes the member that names an encoding say JSON: by being absent where it can. */
function sayJson(member: Member, members: Members): void {
  members.delete(member.name);
  if (!member.optional) members.set(member.name, 'json');
}
