// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Values as the walk holds them. Objects are maps: their members keep their order, whatever their names. */

/** An integer: past 2^53 a bigint. */
export type Int = number | bigint;

export type Value = null | boolean | Int | string | Value[] | Members | Raw | NumberText;
export type Members = Map<string, Value>;

/** Any JSON value as an application holds it. */
export type Json = null | boolean | number | bigint | string | Json[] | JsonObject | object | undefined;
/** Any JSON object as an application holds it. */
export type JsonObject = { [name: string]: Json };

/** JSON text as it was received: of members typed `json` and `object`, and of unknown members that are kept. */
export class Raw {
  constructor(readonly text: string) {}
}

/** A number of which no type is known yet: its text. */
export class NumberText {
  constructor(readonly text: string) {}
}

/** A message as the walk reads it. */
export interface Decoded {
  readonly message: number;
  readonly tag: string;
  readonly envelope: Members;
  readonly body: Value;
  /** Of framed text that an advisory reader read: lengths that disagree. */
  readonly lengths?: { readonly declared: Int; readonly actual: number } | null;
}

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const INT_MIN = -(1n << 63n);
const INT_MAX = (1n << 63n) - 1n;
const UINT_MAX = (1n << 64n) - 1n;

export function isNumber(text: string): boolean {
  return NUMBER.test(text);
}

/** The integer as a number where a double holds it. */
export function narrow(value: bigint): Int {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** The integer that fits 64 bits, if the text is one. */
export function integerOf(raw: string, signed: boolean): Int | null {
  if (raw.length > 20 || (!signed && raw.startsWith('-'))) return null;
  if (raw.length < 16) return raw === '-0' ? 0 : Number(raw);
  const value = BigInt(raw);
  return (signed ? value >= INT_MIN && value <= INT_MAX : value <= UINT_MAX) ? narrow(value) : null;
}

/** The integer within what its type holds. */
export function saturated(value: bigint, signed: boolean): Int {
  const [least, most] = signed ? [INT_MIN, INT_MAX] : [0n, UINT_MAX];
  return narrow(value < least ? least : value > most ? most : value);
}

/** The shortest form, except that `-0` keeps its sign. */
export function writeFloat(value: number): string {
  return Object.is(value, -0) ? '-0' : Number.isFinite(value) ? String(value) : 'null';
}

/** A text as a JSON string with the fewest escapes. */
export function quote(text: string): string {
  // JSON.stringify escapes lone surrogates, which no text of ours has.
  return JSON.stringify(text);
}

export function isMembers(value: Value | undefined): value is Members {
  return value instanceof Map;
}

/** The value's JSON text, knowing nothing of its type. */
export function textOf(value: Value): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return writeFloat(value);
    case 'object':
      break;
    default:
      return String(value);
  }
  if (value instanceof Raw) return value.text;
  if (value instanceof NumberText) return isNumber(value.text) ? value.text : 'null';
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  return `{${[...value].map(([name, item]) => `${quote(name)}:${textOf(item)}`).join(',')}}`;
}

/** The value as an application holds it. */
export function plain(value: Value): Json {
  if (value instanceof Raw || value instanceof NumberText) return JSON.parse(value.text) as Json;
  if (Array.isArray(value)) return value.map(plain);
  if (isMembers(value)) return Object.fromEntries([...value].map(([name, item]) => [name, plain(item)]));
  return value;
}

/** Octets of a text as UTF-8. */
export function octets(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) count += unit > 0x7ff ? 2 : 1;
    if (unit >= 0xd800 && unit < 0xdc00) {
      const low = text.charCodeAt(at + 1);
      if (low >= 0xdc00 && low < 0xe000) {
        at++;
      }
    }
  }
  return count;
}

/** The order of texts by their octets, which is that of their code points. */
export function compareTexts(a: string, b: string): number {
  const least = Math.min(a.length, b.length);
  for (let at = 0; at < least; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x !== y) {
      const [high, low] = [x >= 0xd800 && x < 0xe000, y >= 0xd800 && y < 0xe000];
      // Surrogates stand for what lies behind all other characters.
      return high === low ? x - y : high ? 1 : -1;
    }
  }
  return a.length - b.length;
}
