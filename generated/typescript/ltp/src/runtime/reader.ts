// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/**
 * What generated decoders read messages by: one pass over the octets, with no tree between.
 *
 * It accepts, or gives up and leaves the text to the walk, which explains what is wrong or knows better. So it accepts nothing that the walk
 * refuses, and makes the same of what both accept.
 */
import { GIVEN_UP, Scanner } from './scanner.js';
import type { Texts } from './texts.js';
import type { Json, JsonObject } from './values.js';

const [QUOTE, COMMA, COLON, OPEN, CLOSE, FIRST, LAST] = [34, 44, 58, 123, 125, 91, 93] as const;
const EMPTY = new Uint8Array([OPEN, CLOSE, 0, 0, 0, 0, 0, 0]);
const EMPTY_VIEW = new DataView(EMPTY.buffer);
/** Of so many names that the schema does not know each is compared with each. */
const FEW = 24;

export class Reader extends Scanner {
  /** What a decoder makes of a whole text; `undefined` if it gives up. */
  read<T>(text: string, decoder: (reader: Reader) => T): T | undefined {
    const size = text.length > this.limits.message ? Infinity : this.take(text);
    if (size > this.limits.message) return undefined;
    try {
      this.space();
      const value = decoder(this);
      this.space();
      return this.at === size ? value : undefined;
    } catch (error) {
      if (error === GIVEN_UP) return undefined;
      throw error;
    } finally {
      this.release();
    }
  }

  /** Enters an object, where so many may still be nested; gives the place at which it begins. */
  object(depth: number): number {
    if (depth < 1 || this.bytes[this.at] !== OPEN) throw GIVEN_UP;
    return this.at++;
  }

  /** Goes on with a value, behind its name. */
  value(at: number): void {
    this.at = at;
    if (this.bytes[at]! <= 32) this.space();
  }

  /** Enters a list, where so many may still be nested. */
  list(depth: number): void {
    if (depth < 1 || this.bytes[this.at] !== FIRST) throw GIVEN_UP;
    this.at++;
  }

  /** Whether another member follows those that were passed. */
  member(passed: number): boolean {
    if (!this.follows(passed, CLOSE)) return false;
    if (passed >= this.limits.members) throw GIVEN_UP;
    return true;
  }

  /** Whether another item follows those that were passed. */
  item(passed: number): boolean {
    if (!this.follows(passed, LAST)) return false;
    if (passed >= this.limits.list) throw GIVEN_UP;
    return true;
  }

  private follows(passed: number, end: number): boolean {
    if (this.bytes[this.at]! <= 32) this.space();
    const octet = this.bytes[this.at];
    if (octet === end) {
      this.at++;
      return false;
    }
    if (passed > 0) {
      if (octet !== COMMA) throw GIVEN_UP;
      this.at++;
      if (this.bytes[this.at]! <= 32) this.space();
    }
    return true;
  }

  /** Which member follows, and passes its name; `-1` if none that is known, whose name is passed by {@link unknownName}. */
  name(names: Texts, from: number): number {
    const found = names.find(this, from);
    if (found >= 0 && this.bytes[this.at]! <= 32) this.space();
    return found;
  }

  private colon(): void {
    if (this.bytes[this.at] !== COLON) this.space();
    if (this.bytes[this.at] !== COLON) throw GIVEN_UP;
    this.at++;
    if (this.bytes[this.at]! <= 32) this.space();
  }

  /** A name, whatever it is. */
  anyName(): string {
    const name = this.string();
    this.colon();
    return name;
  }

  /** The name of a member that is none of those that are known, nor of those before. */
  unknownName(known: Texts, before: string[]): string {
    const name = this.anyName();
    // It stands twice, or is written with escapes.
    if (before.includes(name) || known.texts.includes(name)) throw GIVEN_UP;
    before.push(name);
    return name;
  }

  /** Which text the member of that name has; `-1` if none that is known. The place stays before the object. */
  tag(name: Texts, known: Texts): number {
    const { at, shift } = this;
    let found = -1;
    if (this.seeks(name)) found = known.find(this, 0);
    this.at = at;
    this.shift = shift;
    return found;
  }

  /** The text of the member of that name, none of those that are known; `null` if there is no such member. The place stays before the object. */
  otherTag(name: Texts, known: Texts): string | null {
    const { at, shift } = this;
    const text = this.seeks(name) ? this.string() : null;
    // Written with escapes.
    if (text !== null && known.texts.includes(text)) throw GIVEN_UP;
    this.at = at;
    this.shift = shift;
    return text;
  }

  private seeks(name: Texts): boolean {
    this.object(1);
    for (let passed = 0; this.member(passed); passed++) {
      if (this.name(name, 0) >= 0) return true;
      // Written with escapes, it may be the name that is sought.
      this.quote();
      if (this.passRest()) throw GIVEN_UP;
      this.colon();
      this.skip(this.limits.depth);
    }
    return false;
  }

  /** What a decoder makes of an object without members. */
  empty<T>(decoder: (reader: Reader) => T): T {
    const { bytes, view, text, at, shift } = this;
    this.bytes = EMPTY;
    this.view = EMPTY_VIEW;
    this.text = '{}';
    this.at = this.shift = 0;
    const value = decoder(this);
    this.bytes = bytes;
    this.view = view;
    this.text = text;
    this.at = at;
    this.shift = shift;
    return value;
  }

  /** Any value. */
  any(depth: number): Json {
    const octet = this.bytes[this.at];
    if (octet === QUOTE) return this.string();
    if (octet === OPEN) return this.anyObject(depth);
    if (octet === FIRST) return this.anyList(depth);
    if (octet === 110) return this.isNull() ? null : this.giveUp();
    if (octet === 116 || octet === 102) return this.bool();
    return this.float();
  }

  /** Any object. */
  anyObject(depth: number): JsonObject {
    this.object(depth);
    const members: JsonObject = {};
    let passed = 0;
    for (; this.member(passed); passed++) {
      this.quote();
      const name = this.key();
      this.colon();
      if (name === '__proto__') throw GIVEN_UP;
      members[name] = this.any(depth - 1);
    }
    // One that stands twice is one in the object.
    for (const _ in members) passed--;
    return passed === 0 ? members : this.giveUp();
  }

  private anyList(depth: number): Json[] {
    this.list(depth);
    const items: Json[] = [];
    for (let passed = 0; this.item(passed); passed++) items.push(this.any(depth - 1));
    return items;
  }

  /** Passes any value. */
  skip(depth: number): void {
    const octet = this.bytes[this.at];
    if (octet === QUOTE) {
      this.at++;
      this.passRest();
    } else if (octet === OPEN) this.skipObject(depth);
    else if (octet === FIRST) {
      this.list(depth);
      for (let passed = 0; this.item(passed); passed++) this.skip(depth - 1);
    } else if (octet === 110) {
      if (!this.isNull()) throw GIVEN_UP;
    } else if (octet === 116 || octet === 102) this.bool();
    else this.float();
  }

  private skipObject(depth: number): void {
    this.object(depth);
    const names: number[] = [];
    for (let passed = 0; this.member(passed); passed++) {
      this.quote();
      const from = this.at;
      if (this.passRest() || passed > FEW) throw GIVEN_UP;
      const to = this.at - 1;
      if (this.stands(names, from, to)) throw GIVEN_UP;
      names.push(from, to);
      this.colon();
      this.skip(depth - 1);
    }
  }

  /** Whether one of these places has the octets that stand at another. */
  private stands(names: readonly number[], from: number, to: number): boolean {
    const { bytes } = this;
    for (let index = 0; index < names.length; index += 2) {
      const start = names[index]!;
      if (names[index + 1]! - start !== to - from) continue;
      let same = 0;
      while (from + same < to && bytes[start + same] === bytes[from + same]) same++;
      if (from + same === to) return true;
    }
    return false;
  }
}

/** Puts a member of an application's choosing into an object, whatever its name. */
export function put(into: { [name: string]: unknown }, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true });
  else into[name] = value;
}

/** Whether a text has at least and at most so many characters. */
export function isLong(text: string, least: number, most: number): boolean {
  const units = text.length;
  if (units <= most && units >= 2 * least) return true;
  let characters = 0;
  for (const _ of text) characters++;
  return characters >= least && characters <= most;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of octets, if they are UTF-8. */
export function textOf(frame: Uint8Array): string | undefined {
  try {
    return decoder.decode(frame);
  } catch {
    return undefined;
  }
}
