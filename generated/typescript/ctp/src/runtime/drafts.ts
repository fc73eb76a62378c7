// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** What an application asks to send, what it chooses, and what was stored for it. */
import { Refused, type Violation } from './findings.js';
import { encodeValue } from './encode.js';
import { expectedTags } from './framed.js';
import type { Member, Schema } from './schema.js';
import { parse, Unreadable } from './tape.js';
import { isMembers, Raw, textOf, type Decoded, type Members, type Value } from './values.js';
import { shorten } from './words.js';
import { constant, decode, decodeValue, kindOf } from './walk.js';

/** The member of a draft that names a message which is framed text. */
const TAG = '(tag)';

/** A message that an application asks to send: its body, and what it says of the envelope; the rest is filled in. */
export interface Draft {
  readonly message: number;
  readonly tag: string;
  readonly envelope: Members;
  readonly body: Value | undefined;
}

/** Reads the JSON form: the message as it is sent, without what is to be filled in. Throws {@link Refused}. */
export function parseDraft(schema: Schema, text: string): Draft {
  try {
    const tape = parse(text, schema.limits.depth, schema.limits.list, schema.limits.members);
    return draftOf(schema, tape.value(tape.root));
  } catch (refused) {
    if (refused instanceof Unreadable) decode(schema, text);
    throw refused;
  }
}

/** The draft that an object's members make. Throws {@link Refused} if they name no message. */
export function draftOf(schema: Schema, members: Value): Draft {
  for (const name of schema.framed ? [''] : schema.tagNames) {
    const tag = isMembers(members) ? members.get(name || TAG) : undefined;
    const message = typeof tag === 'string' ? schema.find(name, tag) : null;
    if (!isMembers(members) || typeof tag !== 'string' || message === null) continue;
    const envelope = schema.envelopes[schema.messages[message]!.envelope]!;
    const own = new Set(envelope.members.map((member) => member.name));
    const ofEnvelope = new Map([...members].filter(([known]) => own.has(known)));
    const beside = new Map([...members].filter(([known]) => !own.has(known) && known !== (envelope.tag || TAG)));
    return { message, tag, envelope: ofEnvelope, body: envelope.body === null ? beside : members.get(envelope.body) };
  }
  if (schema.framed) {
    const expected = `an object with "${TAG}": ${expectedTags(schema, schema.framed)}`;
    throw new Refused([{ pointer: '', rule: 'type', expected, actual: shorten(textOf(members)) }]);
  }
  decode(schema, textOf(members));
  throw new Refused([{ pointer: '', rule: 'type', expected: 'a message', actual: 'another' }]);
}

/** The message, with the defaults of what is left out. It need not conform. */
export function filled(schema: Schema, draft: Draft): Decoded {
  const message = schema.messages[draft.message]!;
  const envelope = filledMembers(schema, schema.envelopes[message.envelope]!.members, draft.envelope);
  const given = draft.body ?? (new Map() as Members);
  const type = schema.types[message.body]!;
  const body = type.kind === 'record' && isMembers(given) ? filledMembers(schema, type.members, given) : given;
  return { message: draft.message, tag: draft.tag, envelope, body };
}

function filledMembers(schema: Schema, members: readonly Member[], given: Members): Members {
  const made = new Map(given);
  for (const member of members) {
    if (!made.has(member.name) && member.fill !== null) made.set(member.name, constant(schema, member.type, member.fill));
  }
  return made;
}

/** An object of members that are given; of the others, and of those that may be absent and are none, the default. */
export function withDefaults(schema: Schema, members: readonly Member[], given: Members): Members {
  const made: Members = new Map();
  for (const member of members) {
    const value = given.get(member.name);
    if (value !== undefined && (value !== null || member.required)) made.set(member.name, value);
    else if (member.fill !== null) made.set(member.name, constant(schema, member.type, member.fill));
  }
  return made;
}

/** The persisted variables of a stored object; none where it does not conform. */
export function load(schema: Schema, persists: readonly any[], stored: string | null): Value[] {
  let members: Value = null;
  try {
    if (stored !== null) {
      const tape = parse(stored, schema.limits.depth, schema.limits.list, schema.limits.members);
      members = tape.value(tape.root);
    }
  } catch (refused) {
    if (!(refused instanceof Unreadable)) throw refused;
  }
  return persists.map((declared) => {
    const value = isMembers(members) ? members.get(declared.name) : undefined;
    return value === undefined ? null : read(() => decodeValue(schema, declared.type, textOf(value)));
  });
}

/** The object of those persisted variables that are not none; `null` if all are. */
export function kept(schema: Schema, persists: readonly any[], values: readonly Value[]): string | null {
  const members = persists
    .map((declared, index) => [declared.name, values[index] ?? null, declared.type] as const)
    .filter(([, value]) => value !== null)
    .map(([name, value, type]): [string, Value] => [name, new Raw(encodeValue(schema, type, value))]);
  return members.length ? textOf(new Map(members)) : null;
}

/** The value that conforms; none of what does not. */
export function read(reading: () => Value): Value {
  try {
    return reading();
  } catch (refused) {
    if (refused instanceof Refused) return null;
    throw refused;
  }
}

const UNITS: { [unit: string]: number } = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * The values of a role's options: those that are given, else as declared. Durations are milliseconds, or text such as `"45 s"`. Throws
 * {@link Refused} with all that is wrong.
 */
export function readOptions(schema: Schema, role: any, given: Members, evaluate: (before: Value[], expr: any) => Value): Value[] {
  const violations: Violation[] = [];
  const values: Value[] = [];
  for (const declared of role.options) {
    const pointer = `/${declared.name}`;
    const value = given.get(declared.name);
    if (value === undefined) {
      if (declared.init === null && !declared.nullable) {
        violations.push({ pointer, rule: 'required', expected: kindOf(schema, declared.type), actual: 'nothing' });
      }
      values.push(declared.init === null ? null : evaluate(values, declared.init));
      continue;
    }
    if (value === null && declared.nullable) {
      values.push(null);
      continue;
    }
    let text = textOf(value);
    if (declared.duration && typeof value === 'string') {
      const match = /^\s*([0-9_]+)\s*(ms|s|min|h|d)\s*$/.exec(value);
      if (match) text = String(Number(match[1]!.replaceAll('_', '')) * UNITS[match[2]!]!);
    }
    try {
      values.push(decodeValue(schema, declared.type, text));
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      violations.push(...refused.violations.map((violation) => ({ ...violation, pointer: pointer + violation.pointer })));
      values.push(null);
    }
  }
  const known: string[] = role.options.map((declared: any) => declared.name);
  for (const name of given.keys()) {
    if (!known.includes(name)) {
      violations.push({ pointer: `/${name}`, rule: 'one_of', expected: `one of ${known.join(', ')}`, actual: `the unknown option \`${name}\`` });
    }
  }
  if (violations.length) throw new Refused(violations);
  return values;
}
