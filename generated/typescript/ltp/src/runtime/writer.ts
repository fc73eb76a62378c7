// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/**
 * What generated encoders write messages by: octets into one buffer, each value checked where it is written, and one text of them at the end.
 *
 * They write what a receiver accepts, or give up and leave the message to the walk, which explains what is wrong or knows better.
 */
import { isUuid } from './formats.js';
import { Out, type Literal } from './out.js';
import { GIVEN_UP } from './scanner.js';
import type { Limits } from './schema.js';

export { Literal } from './out.js';

const [COLON, COMMA, OPEN, CLOSE, FIRST, LAST] = [58, 44, 123, 125, 91, 93] as const;

export class Writer extends Out {
  /** Units of a text that has few enough octets, whatever they are. */
  private readonly short: number;
  private isBusy = false;

  constructor(private readonly limits: Limits) {
    super();
    this.short = Math.floor(limits.string / 3);
  }

  /** What an encoder makes of a message; `undefined` if it gives up. */
  write<M>(message: M, encoder: (writer: Writer, message: M) => void): string | undefined {
    return this.written(message, encoder) ? this.take() : undefined;
  }

  /** Whether an encoder writes a message, and does not give up. */
  accepts<M>(message: M, encoder: (writer: Writer, message: M) => void): boolean {
    const isWritten = this.written(message, encoder);
    this.release();
    return isWritten;
  }

  private written<M>(message: M, encoder: (writer: Writer, message: M) => void): boolean {
    // A message that computes what it says could ask for another.
    if (this.isBusy) return false;
    this.isBusy = true;
    this.at = 0;
    try {
      encoder(this, message);
      return this.size <= this.limits.message;
    } catch (error) {
      this.release();
      if (error === GIVEN_UP) return false;
      throw error;
    } finally {
      this.isBusy = false;
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

  /** Ends an object that began at a place, each of its members behind a comma: the first comma becomes its brace. */
  closeObject(begin: number): void {
    this.close(begin, OPEN, CLOSE);
  }

  /** Ends a list that began at a place, each of its items behind a comma. */
  closeList(begin: number): void {
    this.close(begin, FIRST, LAST);
  }

  private close(begin: number, open: number, close: number): void {
    if (this.at === begin) this.octet(open);
    else this.bytes[begin] = open;
    this.octet(close);
  }

  comma(): void {
    this.octet(COMMA);
  }

  /** The name of a member that the application chose, behind a comma. */
  name(name: string): void {
    this.octet(COMMA);
    this.quote(this.text(name));
    this.octet(COLON);
  }

  /** Takes back what was written behind a place, a name and a value, if the value is what goes without saying. */
  unless(begin: number, name: Literal, usual: Literal): void {
    if (this.keeps(begin)) {
      // A text that is no ASCII is what goes without saying only where that is none either.
      if (!name.isAscii || !usual.isAscii) throw GIVEN_UP;
      return;
    }
    if (this.at - begin === name.length + usual.length && this.stands(begin + name.length, usual)) this.at = begin;
  }

  bool(value: unknown): void {
    if (typeof value !== 'boolean') throw GIVEN_UP;
    this.ascii(value ? 'true' : 'false');
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

  uuid(value: unknown): void {
    if (typeof value !== 'string' || value.length !== 36) throw GIVEN_UP;
    if (this.lower(value)) return;
    // Digits and letters in lower case, with dashes between; others are looked at again.
    if (!isUuid(value)) throw GIVEN_UP;
    this.quote(value.toLowerCase());
  }

  /** Any value. */
  any(value: unknown, depth: number): void {
    switch (typeof value) {
      case 'string':
        return this.quote(this.text(value));
      case 'number':
        if (!Number.isFinite(value)) throw GIVEN_UP;
        return this.number(value);
      case 'boolean':
        return this.ascii(value ? 'true' : 'false');
      case 'object':
        if (value === null) return this.ascii('null');
        if (depth < 1) throw GIVEN_UP;
        return Array.isArray(value) ? this.anyList(value, depth) : this.anyObject(value, depth);
      default:
        throw GIVEN_UP;
    }
  }

  private anyList(value: readonly unknown[], depth: number): void {
    if (value.length > this.limits.list) throw GIVEN_UP;
    const begin = this.at;
    for (let index = 0; index < value.length; index++) {
      this.octet(COMMA);
      this.any(value[index], depth - 1);
    }
    this.closeList(begin);
  }

  /** Any object. */
  anyObject(value: unknown, depth: number): void {
    const begin = this.at;
    this.members(this.object(value, depth), depth, []);
    this.closeObject(begin);
  }

  /** Members that the schema does not declare, each behind a comma. */
  members(members: { readonly [name: string]: unknown }, depth: number, declared: readonly string[]): void {
    const names = Object.keys(members);
    if (names.length > this.limits.members) throw GIVEN_UP;
    for (const name of names) {
      if (declared.includes(name)) throw GIVEN_UP;
      const value = members[name];
      if (value === undefined) continue;
      this.name(name);
      this.any(value, depth - 1);
    }
  }
}
