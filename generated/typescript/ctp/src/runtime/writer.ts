// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/**
 * What generated encoders write messages by: each value checked where it is written.
 *
 * They write what a receiver accepts, or give up and leave the message to the walk, which explains what is wrong or knows better.
 */
import { isUuid } from './formats.js';
import { GIVEN_UP } from './scanner.js';
import type { Limits } from './schema.js';
import { octets } from './values.js';

export { GIVEN_UP };

/** What does not stand in a string as it is, or may be half a character. */
const SPECIAL = /["\\\x00-\x1f\ud800-\udfff]/;
const HALVES = /\\ud[89a-f]/;

/** In shorter texts, looking at each unit is faster than a regular expression. */
const SHORT = 64;

function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 32 || unit === 34 || unit === 92 || (unit >= 0xd800 && unit < 0xe000)) return false;
  }
  return true;
}

export class Writer {
  /** Units of a text that has few enough octets, whatever they are. */
  private readonly short: number;

  constructor(private readonly limits: Limits) {
    this.short = Math.floor(limits.string / 3);
  }

  /** What an encoder makes of a message; `undefined` if it gives up. */
  write<M>(message: M, encoder: (writer: Writer, message: M) => string): string | undefined {
    try {
      const text = encoder(this, message);
      return text.length * 3 <= this.limits.message || octets(text) <= this.limits.message ? text : undefined;
    } catch (error) {
      if (error === GIVEN_UP) return undefined;
      throw error;
    }
  }

  giveUp(): never {
    throw GIVEN_UP;
  }

  /** A value that has members by name, where so many may still be nested. */
  object(value: unknown, depth: number): any {
    if (depth < 1 || typeof value !== 'object' || value === null || Array.isArray(value)) throw GIVEN_UP;
    return value;
  }

  /** Gives up if there is more in an object than was found. */
  whole(value: object, found: number): void {
    for (const _ in value) found--;
    if (found !== 0) throw GIVEN_UP;
  }

  list(value: unknown, depth: number): readonly unknown[] {
    if (depth < 1 || !Array.isArray(value) || value.length > this.limits.list) throw GIVEN_UP;
    return value;
  }

  bool(value: unknown): string {
    if (typeof value !== 'boolean') throw GIVEN_UP;
    return value ? 'true' : 'false';
  }

  /** An integer that a double holds; others are left to the walk. */
  integer(value: unknown): number {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw GIVEN_UP;
    return value as number;
  }

  float(value: unknown): number {
    if (typeof value !== 'number' || !Number.isFinite(value) || Object.is(value, -0)) throw GIVEN_UP;
    return value;
  }

  text(value: unknown): string {
    if (typeof value !== 'string' || value.length > this.short) throw GIVEN_UP;
    return value;
  }

  /** What stands between what is written of an object and its next member. */
  comma(out: string): string {
    return out.length > 1 ? ',' : '';
  }

  /** A text in quotes. */
  quote(text: string): string {
    if (text.length < SHORT ? isPlain(text) : !SPECIAL.test(text)) return '"' + text + '"';
    const quoted = JSON.stringify(text);
    if (HALVES.test(quoted)) throw GIVEN_UP;
    return quoted;
  }

  uuid(value: unknown): string {
    if (typeof value !== 'string' || value.length !== 36) throw GIVEN_UP;
    for (let at = 0; at < 36; at++) {
      const unit = value.charCodeAt(at);
      // Digits and letters in lower case, with dashes between; others are looked at again.
      const isDivision = at === 8 || at === 13 || at === 18 || at === 23;
      if (isDivision ? unit !== 45 : !((unit >= 48 && unit <= 57) || (unit >= 97 && unit <= 102))) return this.otherUuid(value);
    }
    return '"' + value + '"';
  }

  private otherUuid(value: string): string {
    if (!isUuid(value)) throw GIVEN_UP;
    return '"' + value.toLowerCase() + '"';
  }

  /** Any value. */
  any(value: unknown, depth: number): string {
    switch (typeof value) {
      case 'string':
        return this.quote(this.text(value));
      case 'number':
        if (!Number.isFinite(value)) throw GIVEN_UP;
        return String(value);
      case 'boolean':
        return value ? 'true' : 'false';
      case 'object':
        if (value === null) return 'null';
        if (depth < 1) throw GIVEN_UP;
        return Array.isArray(value) ? this.anyList(value, depth) : this.anyObject(value as object, depth);
      default:
        throw GIVEN_UP;
    }
  }

  private anyList(value: readonly unknown[], depth: number): string {
    if (value.length > this.limits.list) throw GIVEN_UP;
    let out = '[';
    for (let index = 0; index < value.length; index++) out += (index > 0 ? ',' : '') + this.any(value[index], depth - 1);
    return out + ']';
  }

  /** Any object. */
  anyObject(value: unknown, depth: number): string {
    return this.members('{', this.object(value, depth), depth, []) + '}';
  }

  /** Members that the schema does not declare, behind what is written of their object. */
  members(before: string, members: { readonly [name: string]: unknown }, depth: number, declared: readonly string[]): string {
    const names = Object.keys(members);
    if (names.length > this.limits.members) throw GIVEN_UP;
    let out = before;
    for (const name of names) {
      if (declared.includes(name)) throw GIVEN_UP;
      const value = members[name];
      if (value !== undefined) out += this.comma(out) + this.quote(this.text(name)) + ':' + this.any(value, depth - 1);
    }
    return out;
  }
}
