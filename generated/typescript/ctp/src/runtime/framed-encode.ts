// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Writing framed text. */
import { encodeValue } from './encode.js';
import { Refused, sorted, type Violation } from './findings.js';
import * as framed from './framed.js';
import type { Framing } from './framing.js';
import { octetsOf } from './octets.js';
import type { Member, Schema } from './schema.js';
import { isMembers, octets, Raw, textOf, type Decoded, type Members, type Value } from './values.js';
import { constant } from './walk.js';
import * as words from './words.js';

/** The message's text. What does not conform is found by {@link check}, not here; but no value breaks out of its line. */
export function encode(schema: Schema, framing: Framing, decoded: Decoded): string {
  const message = schema.messages[decoded.message]!;
  const envelope = schema.envelopes[message.envelope]!;
  const record = schema.types[message.body]!;
  let out = '';
  for (const part of framing.start) {
    if (part.text !== undefined) out += part.text;
    else if (part.member === undefined) out += inLine(decoded.tag);
    else out += inLine(said(schema, framing, envelope.members[part.member]!, decoded.envelope) ?? '');
  }
  out += framing.newline;
  const members: Members = isMembers(decoded.body) ? decoded.body : new Map();
  let body: string | null = null;
  for (const member of record.members) {
    if (member.name === framed.BODY) body = said(schema, framing, member, members);
    else {
      const text = written(schema, framing, member, members);
      if (text !== null) out += header(framing, member.name, text);
    }
  }
  if (framing.length !== null && body !== null) out += header(framing, framing.length, String(octets(body)));
  const declared = new Set(record.members.map((member) => member.name));
  for (const [name, value] of members) if (!declared.has(name)) out += header(framing, name, textOfValue(schema, null, value, null));
  out += framing.until + framing.newline;
  if (!framing.hasBody) return out;
  out += body ?? '';
  if (framing.marker === null) return out;
  return out + (body ? framing.newline : '') + framing.marker + framing.newline;
}

/** Everything for which a receiver with the same schema would refuse the message, or read another. */
export function check(schema: Schema, framing: Framing, decoded: Decoded): readonly Violation[] {
  let read: Decoded;
  try {
    read = framed.decode(schema, framing, octetsOf(encode(schema, framing, decoded)), true);
  } catch (refused) {
    if (refused instanceof Refused) return refused.violations;
    throw refused;
  }
  const message = schema.messages[decoded.message]!;
  return sorted([
    ...lost(schema, schema.envelopes[message.envelope]!.members, decoded.envelope, read.envelope, true),
    ...lost(schema, schema.types[message.body]!.members, decoded.body, read.body, false),
  ]);
}

/** The text of a value of a type. */
function textOfValue(schema: Schema, type: number | null, value: Value, separator: string | null): string {
  const known = type === null ? null : schema.types[type]!;
  if (known?.kind === 'nullable') return textOfValue(schema, known.of, value, separator);
  if (typeof value === 'string') return known?.format === 'uuid' ? value.toLowerCase() : value;
  if (known?.kind === 'list' && Array.isArray(value)) {
    return value.map((item) => textOfValue(schema, known.of, item, null)).join(separator ?? '');
  }
  if (value instanceof Raw) {
    const parsed: unknown = JSON.parse(value.text);
    return typeof parsed === 'string' ? parsed : value.text;
  }
  return json(schema, type, value);
}

const json = (schema: Schema, type: number | null, value: Value) => (type === null ? textOf(value) : encodeValue(schema, type, value));

/** The text of a member's value, or of its default. */
function said(schema: Schema, framing: Framing, member: Member, values: Members): string | null {
  const given = values.get(member.name);
  if (given === undefined && member.default === null) return null;
  const value = given === undefined ? constant(schema, member.type, member.default!) : given;
  return textOfValue(schema, member.type, value, framing.lists.get(member.name) ?? null);
}

/** The text of a member, if it is written. */
function written(schema: Schema, framing: Framing, member: Member, values: Members): string | null {
  if (member.default !== null && !member.always) {
    const value = values.get(member.name);
    if (value === undefined || json(schema, member.type, value) === member.default) return null;
  }
  return said(schema, framing, member, values);
}

function header(framing: Framing, name: string, value: string): string {
  return `${inLine(name)}${framing.separator}${framing.trim && value ? ' ' : ''}${inLine(value)}${framing.newline}`;
}

/** Text that stays in its line: a line end in it is written as a space. */
const inLine = (text: string) => text.replace(/[\r\n]/g, ' ');

/** The values that are read as others than they were written from. */
function lost(schema: Schema, declared: readonly Member[], sent: Value, read: Value, isStart: boolean): Violation[] {
  if (!isMembers(sent)) return [];
  const found: Violation[] = [];
  for (const [name, value] of sent) {
    const type = declared.find((member) => member.name === name)?.type ?? null;
    const text = json(schema, type, value);
    const again = isMembers(read) ? read.get(name) : undefined;
    if (again !== undefined && json(schema, type, again) === text) continue;
    const pointer = isStart ? `(${name})` : name;
    found.push({ pointer, rule: 'charset', expected: 'a value that its place in the text can hold', actual: words.shorten(text) });
  }
  return found;
}
