// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Reading framed text by the tables: each value becomes the JSON that it stands for, and the walk judges it. */
import { Refused, sorted, type Violation } from './findings.js';
import { Wrong, type Framing, type Lengths, type StartPart } from './framing.js';
import { bytesOf, lossyText, textOfOctets, trimmed, trimmedStart, validUpTo, type Octets } from './octets.js';
import { position, unreadable } from './positions.js';
import { NOTHING, PAUSE, Scan } from './scan.js';
import type { Member, Message, Schema, Type } from './schema.js';
import { parse } from './tape.js';
import { isNumber, quote, type Decoded, type Members, type Value } from './values.js';
import { Walk } from './walk.js';
import * as words from './words.js';

/** What the member is called that stands behind the head. */
export const BODY = '(body)';

/** A line `name: value`, and the octet at which the value begins. */
export interface Header {
  readonly name: string;
  readonly value: string;
  readonly at: number;
}

/** What can be read of a text, whole or not. Nothing in it is checked against the message's members. */
export interface Partial {
  /** What names the message, if the start line is whole. */
  readonly tag: string | null;
  /** The headers whose lines are whole. */
  readonly headers: readonly Header[];
  readonly headComplete: boolean;
  /** The octets of the body that are there, if the head is whole. */
  readonly body: Uint8Array;
  /** `complete`, `cut` (it could be the beginning of a message), or the rule that it breaks. */
  readonly state: string;
}

/**
 * Reads and validates one message. Throws {@link Refused} with everything that is wrong with it. `strict`: whether lengths that disagree are
 * refused; else they are the message's `lengths`.
 */
export function decode(schema: Schema, framing: Framing, frame: Octets, strict = framing.strict): Decoded {
  const reading = new Reading(schema, framing, frame);
  let parts: Parts;
  try {
    parts = takeApart(framing, schema.limits.message, strict, frame);
  } catch (wrong) {
    if (!(wrong instanceof Wrong)) throw wrong;
    throw refusal(schema, framing, frame, [unreadable(schema, framing, frame, wrong)]);
  }
  const decoded = reading.message(parts);
  const violations = sorted(reading.found);
  if (decoded && !violations.length) return { ...decoded, lengths: parts.lengths };
  const another: Violation = { pointer: '', rule: 'type', expected: 'a message', actual: 'another' };
  throw refusal(schema, framing, frame, violations.length ? violations : [another]);
}

/** Reads as much as there is of a text that may be cut off. */
export function partial(schema: Schema, framing: Framing, text: Octets, strict = framing.strict): Partial {
  let state = 'cut';
  let end = text.length;
  let whole: readonly [number, number] | null = null;
  try {
    whole = new Scan(framing).step(schema.limits.message, strict, text, PAUSE)?.body ?? null;
    if (whole) state = 'complete';
  } catch (wrong) {
    if (!(wrong instanceof Wrong)) throw wrong;
    // Of what is broken only the lines above count.
    [state, end] = [wrong.rule, wrong.at];
  }
  let tag: string | null = null;
  const headers: Header[] = [];
  let body: number | null = null;
  for (let at = 0, stop = text.indexOf('\n'); body === null && stop >= 0 && stop < end; at = stop + 1, stop = text.indexOf('\n', at)) {
    const line = framing.content(text.slice(at, stop));
    if (at === 0) tag = tagOf(framing, line);
    else if (line === framing.until) body = stop + 1;
    else headers.push(...headersOf(framing, text, at, stop));
  }
  const octets = body === null ? '' : whole ? text.slice(...whole) : text.slice(body);
  return { tag, headers, headComplete: body !== null, body: bytesOf(octets), state };
}

/** A frame taken apart. */
interface Parts {
  readonly start: Octets;
  readonly headers: readonly Header[];
  readonly headEnd: number;
  readonly body: string;
  readonly bodyAt: number;
  readonly lengths: Lengths | null;
}

function takeApart(framing: Framing, limit: number, strict: boolean, text: Octets): Parts {
  const extent = new Scan(framing).step(limit, strict, text, NOTHING);
  if (!extent) throw new Wrong('truncated', text.length);
  if (extent.end < text.length) throw new Wrong('trailing', extent.end);
  const [bodyAt, end] = extent.body;
  const octets = text.slice(bodyAt, end);
  const body = textOfOctets(octets);
  if (body === null) throw new Wrong('utf8', bodyAt + validUpTo(bytesOf(octets)));
  const odd = framing.charset === 'utf8' ? -1 : octets.search(framing.charset === 'ascii' ? /[^\t\n\r\x20-\x7e]/ : /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/);
  if (odd >= 0) throw new Wrong('charset', bodyAt + odd);
  const first = text.indexOf('\n');
  const start = first < 0 ? text.length : first;
  const headers = [...headersOf(framing, text, start + 1, extent.head)];
  return { start: framing.content(text.slice(0, start)), headers, headEnd: extent.head, body, bodyAt, lengths: extent.lengths };
}

/** What gives back a message; it counts only if nothing was found. */
class Reading {
  readonly found: Violation[] = [];

  constructor(
    private readonly schema: Schema,
    private readonly framing: Framing,
    private readonly text: Octets,
  ) {}

  message(parts: Parts): Decoded | null {
    const { schema, framing } = this;
    const texts = new Map<number, readonly [string, number]>();
    let named: readonly [string, number] | null = null;
    framing.readStart(parts.start, (part: StartPart, text: string, at: number) => {
      if (part.member === undefined) named ??= [text, at];
      else texts.set(part.member, [text, at]);
    });
    const own: Members = new Map();
    schema.envelopes[framing.envelope]!.members.forEach((member, index) => {
      const stands = texts.get(index);
      if (!stands) return;
      const [value, violations] = this.judged(member.type, toJson(schema, framing.trim, member.type, stands[0], null));
      own.set(member.name, value);
      for (const { rule, expected, actual } of violations) this.note(`(${member.name})`, rule, expected, actual, stands[1]);
    });
    if (!named) return null;
    const [tag, at] = named as readonly [string, number];
    const found = schema.find('', tag);
    if (found === null) {
      this.note('(tag)', 'unknown_tag', expectedTags(schema, framing), quote(tag), at);
      return null;
    }
    const message = schema.messages[found]!;
    const body = this.body(parts, message, schema.types[message.body]!);
    return body === null ? null : { message: found, tag, envelope: own, body };
  }

  /** The value that a text of JSON is, and all that is wrong with it. It is ours: no limit of size holds for it. */
  private judged(type: number, json: string): readonly [Value, readonly Violation[]] {
    const tape = parse(json, 256);
    const walk = new Walk(this.schema);
    const value = walk.value(tape, tape.root, type);
    return [value, walk.findings.finish()];
  }

  /** Reads headers and body as the members of the message. */
  private body(parts: Parts, message: Message, record: Type): Value {
    const { schema, framing } = this;
    const json: string[] = [];
    const places: (readonly [name: string, at: number])[] = [];
    for (const header of parts.headers) {
      if (framing.length !== null && framing.same(framing.length, header.name)) continue;
      const [member, name] = this.declared(record, header.name);
      if (places.some(([known]) => isOneMember(record, known, name) || framing.same(known, header.name))) {
        this.note(name, 'duplicate', 'a header that stands once', quote(header.value), header.at);
        continue;
      }
      places.push([name, header.at]);
      if (member) {
        const separator = framing.lists.get(member.name) ?? null;
        json.push(`${quote(name)}:${toJson(schema, framing.trim, member.type, header.value, separator)}`);
      } else if (framing.unknown === 'keep') {
        json.push(`${quote(header.name)}:${quote(header.value)}`);
      } else if (framing.unknown === 'refuse') {
        this.note(header.name, 'header', 'a header that the message declares', quote(header.value), header.at);
      }
    }
    for (const member of record.members) {
      if (member.name === BODY) json.push(`${quote(BODY)}:${toJson(schema, framing.trim, member.type, parts.body, null)}`);
    }
    const [value, violations] = this.judged(message.body, `{${json.join(',')}}`);
    for (const { pointer, rule, expected, actual } of violations) {
      // A name is a token: nothing in it is escaped but `~`.
      const path = pointer.slice(1).replaceAll('~0', '~');
      const name = path.split('/')[0]!;
      const at = name === BODY ? parts.bodyAt : (places.find(([known]) => known === name)?.[1] ?? parts.headEnd);
      this.note(path, rule, expected, actual, at);
    }
    return violations.length ? null : value;
  }

  /** The member that a header is, and the name by which it is one. */
  private declared(record: Type, name: string): readonly [Member | null, string] {
    for (const member of record.members) {
      for (const known of [member.name, ...member.accepts]) if (this.framing.same(known, name)) return [member, known];
    }
    return [null, name];
  }

  private note(pointer: string, rule: string, expected: string, actual: string, at: number): void {
    const [line, column] = position(this.text, at);
    this.found.push({ pointer, rule, expected, actual: words.shorten(actual), line, column });
  }
}

/** The JSON value that a text stands for, as far as the type goes; a text that is none of the type's becomes a string. */
function toJson(schema: Schema, trim: boolean, type: number, text: string, separator: string | null): string {
  const known = schema.types[type]!;
  if (known.kind === 'nullable') return toJson(schema, trim, known.of, text, separator);
  if (known.kind === 'bool' && (text === 'true' || text === 'false')) return text;
  if (['int', 'uint', 'float'].includes(known.kind) && isNumber(text)) return text;
  if (known.kind !== 'list') return quote(text);
  const parts = !text ? [] : separator ? text.split(separator) : [text];
  return `[${parts.map((part) => toJson(schema, trim, known.of, trim ? trimmed(part) : part, null)).join(',')}]`;
}

/** Which messages there are, in words. */
export function expectedTags(schema: Schema, framing: Framing): string {
  const own = schema.messages.filter((message) => message.envelope === framing.envelope);
  return words.listed(own.map(({ tag, pattern }) => (tag !== null ? quote(tag) : `text that matches \`${pattern?.source ?? ''}\``)));
}

/** The headers between two octets, in their order. */
function* headersOf(framing: Framing, text: Octets, start: number, end: number): Generator<Header> {
  for (let at = start; at < end; ) {
    const found = text.indexOf('\n', at);
    const stop = found < 0 || found > end ? end : found;
    const line = framing.content(text.slice(at, stop));
    const name = framing.headerName(line);
    if (name !== null) {
      const value = line.slice(name.length + framing.separator.length);
      const begins = framing.trim ? trimmedStart(value) : value;
      yield { name, value: lossyText(framing.trim ? trimmed(value) : value), at: at + line.length - begins.length };
    }
    at = stop + 1;
  }
}

/** What a start line says that names the message; nothing if it is of another form, or says nothing. */
function tagOf(framing: Framing, line: Octets): string | null {
  let tag: string | null = null;
  try {
    framing.readStart(line, (part, text) => {
      if (part.tag) tag ??= text;
    });
  } catch (wrong) {
    if (!(wrong instanceof Wrong)) throw wrong;
  }
  return tag;
}

/** Whether both names are those of one member. */
function isOneMember(record: Type, one: string, other: string): boolean {
  const place = record.byName.get(one);
  return one === other || (place !== undefined && place === record.byName.get(other));
}

function refusal(schema: Schema, framing: Framing, text: Octets, violations: readonly Violation[]): Refused {
  const line = (text.split('\n', 1)[0] ?? '').replace(/[ \t\f\r]+$/, '');
  const tag = line.length <= framing.line && textOfOctets(line) !== null ? wholeTag(framing, line) : null;
  const index = tag === null ? null : schema.find('', tag);
  return new Refused(violations, tag, index === null ? null : schema.messages[index]!.name, text.length);
}

/** The tag of a start line that is of the declared form throughout. */
function wholeTag(framing: Framing, line: Octets): string | null {
  try {
    framing.readStart(line, () => {});
  } catch {
    return null;
  }
  return tagOf(framing, line);
}
