// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Reading messages by the tables: accepts, or explains everything that is wrong. */
import { Refused, type Violation } from './findings.js';
import { named, readableOf, unreadable, utf8 } from './refusals.js';
import { places, type Envelope, type Message, type Schema, type Type } from './schema.js';
import { parse, Unreadable, type Tape } from './tape.js';
import { octets, quote, Raw, type Decoded, type Members, type Value } from './values.js';
import { encodingOf, member, NOTHING, Walk, type Sorted } from './walker.js';
import * as words from './words.js';

export { constant, defaultText, kindOf, Walk } from './walker.js';

/** A walk over the text of a message. */
class MessageWalk extends Walk {
  /** Reads a message: the tag names it, the envelope holds it. */
  message(tape: Tape): Decoded | null {
    const { root } = tape;
    if (root.shape !== 'object') {
      this.findings.note('type', 'an object', tape.raw(root));
      this.audit(tape, root);
      return null;
    }
    const which = this.which(tape);
    if (!which) {
      this.audit(tape, root);
      return null;
    }
    const message = this.schema.messages[which[0]]!;
    return this.carried(tape, which[0], which[1], message, this.schema.envelopes[message.envelope]!);
  }

  /** Which message it is, and what the tag says. */
  private which(tape: Tape): [number, string] | null {
    const { root } = tape;
    if (root.count > this.schema.limits.members) return null;
    const standing = this.schema.tagNames.filter((name) => member(root, name));
    for (const name of standing) {
      const value = member(root, name)!;
      if (value.shape === 'string' && value.count <= this.schema.limits.string) {
        const found = this.schema.find(name, value.string);
        if (found !== null) return [found, value.string];
      }
    }
    const own = this.schema.messages.filter((message) => this.schema.envelopes[message.envelope]!.tag);
    const tags = words.listed(
      own.map((message) => (message.tag !== null ? quote(message.tag) : `text that matches \`${message.pattern?.source ?? ''}\``)),
    );
    const name = standing[0] ?? this.schema.tagNames[0] ?? '';
    const tag = this.tag(tape, root, name, tags);
    if (tag !== null) this.findings.noteAt(name, 'unknown_tag', tags, quote(tag));
    return null;
  }

  private carried(tape: Tape, index: number, tag: string, message: Message, envelope: Envelope): Decoded | null {
    const bodyType = this.schema.types[message.body]!;
    const isRecord = bodyType.kind === 'record';
    const beside = envelope.body === null || (message.flat && !member(tape.root, envelope.body));
    const flat = beside && isRecord ? bodyType.members : [];
    const members = [...envelope.members, ...flat];
    const byName = flat.length ? places(members) : envelope.byName;
    const found = this.sort(tape, tape.root, byName, members, envelope.tag, envelope.body);
    if (!found) return null;
    const first = envelope.members.length;
    envelope.members.forEach((declared, at) => {
      const kind = this.schema.within(declared.type).kind;
      if (kind === 'enum' || kind === 'string') this.encodings.set(declared.name, encodingOf(declared, found.places[at] ?? null));
    });
    const own: Members = new Map();
    this.declared(tape, found.places.slice(0, first), envelope.members, own);
    let body: Value;
    if (beside) {
      body = this.beside(tape, found, first, message, envelope, bodyType, isRecord);
    } else {
      this.auditUnknown(tape, found);
      body = this.inside(tape, found, message, envelope, bodyType, isRecord);
    }
    return { message: index, tag, envelope: own, body };
  }

  private inside(tape: Tape, found: Sorted, message: Message, envelope: Envelope, bodyType: Type, isRecord: boolean): Value {
    const name = envelope.body ?? '';
    if (found.body) {
      this.findings.enter(name);
      const value = this.value(tape, found.body[1], message.body);
      this.findings.leave();
      return value;
    }
    if (envelope.bodyOptional && canBeEmpty(bodyType, isRecord)) {
      const empty = parse('{}', this.schema.limits.depth);
      return this.value(empty, empty.root, message.body);
    }
    this.findings.noteAt(name, 'required', 'an object', NOTHING);
    return null;
  }

  private beside(tape: Tape, found: Sorted, first: number, message: Message, envelope: Envelope, bodyType: Type, isRecord: boolean): Value {
    if (!isRecord) {
      this.auditUnknown(tape, found);
      return new Raw(`{${found.unknown.map(([name, value]) => `${tape.raw(name)}:${tape.raw(value)}`).join(',')}}`);
    }
    const own = found.places.slice(first);
    if (envelope.body !== null && !own.some((place) => place) && !canBeEmpty(bodyType, isRecord)) {
      this.auditUnknown(tape, found);
      this.findings.noteAt(envelope.body, 'required', `an object (or the members of ${message.name} beside the others)`, NOTHING);
      return null;
    }
    const members: Members = new Map();
    this.declared(tape, own, bodyType.members, members);
    this.rest(tape, found, bodyType.open, members);
    return members;
  }
}

/** Reads and validates one message. Throws {@link Refused} with everything that is wrong with it. */
export function decode(schema: Schema, frame: string | Uint8Array): Decoded {
  const size = typeof frame === 'string' ? octets(frame) : frame.length;
  const walk = new MessageWalk(schema);
  let text: string | null = null;
  let tape: Tape | null = null;
  let decoded: Decoded | null = null;
  let violations: readonly Violation[];
  try {
    if (size > schema.limits.message) throw new Unreadable('size', schema.limits.message);
    text = typeof frame === 'string' ? frame : utf8(frame);
    tape = parse(text, schema.limits.depth, schema.limits.list, schema.limits.members);
    decoded = walk.message(tape);
    violations = walk.findings.finish();
  } catch (refused) {
    if (!(refused instanceof Unreadable)) throw refused;
    const [expected, actual] = unreadable(refused, text ?? '', schema, size);
    violations = [{ pointer: '', rule: refused.rule, expected, actual }];
  }
  if (decoded && !violations.length) return decoded;
  const [tag, name] = text === null ? [null, null] : named(schema, text, tape);
  const another: Violation = { pointer: '', rule: 'type', expected: 'a message', actual: 'another' };
  const readable = size <= schema.limits.message ? readableOf(schema, tape) : new Map();
  throw new Refused(violations.length ? violations : [another], tag, name, size, readable);
}

/** Reads one value of a type, as if it stood by itself. Throws {@link Refused}. */
export function decodeValue(schema: Schema, type: number, text: string): Value {
  const size = octets(text);
  const walk = new Walk(schema);
  let tape: Tape;
  try {
    if (size > schema.limits.message) throw new Unreadable('size', schema.limits.message);
    tape = parse(text, schema.limits.depth, schema.limits.list, schema.limits.members);
  } catch (refused) {
    if (!(refused instanceof Unreadable)) throw refused;
    const [expected, actual] = unreadable(refused, text, schema, size);
    throw new Refused([{ pointer: '', rule: refused.rule, expected, actual }], null, null, size);
  }
  const value = walk.value(tape, tape.root, type);
  const violations = walk.findings.finish();
  if (violations.length) throw new Refused(violations, null, null, size);
  return value;
}

function canBeEmpty(bodyType: Type, isRecord: boolean): boolean {
  return !isRecord || !bodyType.members.some((declared) => declared.required);
}
