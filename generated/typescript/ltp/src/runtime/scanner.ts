// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Scalars of a JSON text, read from its octets. What is not plainly right is given up: see {@link GIVEN_UP}. */
import type { Limits } from './schema.js';
import type { Place, Texts } from './texts.js';
import { integerOf, octets, type Int } from './values.js';

/** Thrown where a decoder gives up. It has no stack: making one costs more than the walk that follows. */
export const GIVEN_UP: object = { message: 'left to the walk' };

const encoder = new TextEncoder();

const [QUOTE, BACKSLASH, MINUS, POINT, ZERO] = [34, 92, 45, 46, 48] as const;

/** Octets that stand in a string for one character each. */
const PLAIN = new Uint8Array(256).fill(1, 32, 128);
PLAIN[QUOTE] = PLAIN[BACKSLASH] = 0;
const DIGITS = encoder.encode('0123456789abcdefABCDEF');
/** Hexadecimal digits: 1 as a UUID has them, 2 in upper case. */
const HEX = new Uint8Array(256).fill(1, 48, 58).fill(1, 97, 103).fill(2, 65, 71);
/** Two such digits: 3, and 1 where one is in upper case. */
const PAIRS = new Uint8Array(1 << 16);
for (const first of DIGITS) for (const second of DIGITS) PAIRS[first | (second << 8)] = ((HEX[first]! | HEX[second]!) & 2) ^ 3;
/** Behind a backslash, without `u`. */
const ESCAPES = new Uint8Array(256);
for (const kind of '"\\/bfnrt') ESCAPES[kind.charCodeAt(0)] = 1;
/** Powers of ten that a double holds exactly. */
const POWERS: readonly number[] = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

/** The highest bit of each of four octets. */
const HIGHEST = 0x80808080 | 0;

/** Behind a text, so that words can be looked at that begin in it. */
const ROOM = 8;
/** Names that were read, by what their octets come to. */
const NAMES: string[] = new Array<string>(256).fill('');
const LONGEST_NAME = 32;

/** What most texts fit in; larger ones get octets of their own, so that nothing large is kept. */
const SHARED = new Uint8Array(1 << 15);
const SHARED_VIEW = new DataView(SHARED.buffer);

export class Scanner implements Place {
  bytes: Uint8Array = SHARED;
  view: DataView = SHARED_VIEW;
  at = 0;
  shift = 0;
  protected text = '';

  constructor(protected readonly limits: Limits) {}

  /** Takes a text; how many octets it has. */
  protected take(text: string): number {
    if (text.length * 3 + ROOM > SHARED.length) {
      this.bytes = new Uint8Array(octets(text) + ROOM);
      this.view = new DataView(this.bytes.buffer);
    }
    this.text = text;
    this.at = this.shift = 0;
    const { written } = encoder.encodeInto(text, this.bytes);
    // Whatever scans stops here, and takes nothing of the text before.
    this.bytes[written] = 0;
    return written;
  }

  /** Keeps nothing of a text. */
  protected release(): void {
    this.bytes = SHARED;
    this.view = SHARED_VIEW;
    this.text = '';
  }

  /** What is wrong here, if anything is, the walk will say. */
  giveUp(): never {
    throw GIVEN_UP;
  }

  space(): void {
    const { bytes } = this;
    for (;;) {
      const octet = bytes[this.at];
      if (octet !== 32 && octet !== 10 && octet !== 13 && octet !== 9) return;
      this.at++;
    }
  }

  isNull(): boolean {
    return this.bytes[this.at] === 110 && this.isWord('null');
  }

  bool(): boolean {
    const value = this.bytes[this.at] === 116;
    if (!this.isWord(value ? 'true' : 'false')) throw GIVEN_UP;
    return value;
  }

  protected isWord(word: string): boolean {
    for (let index = 0; index < word.length; index++) if (this.bytes[this.at + index] !== word.charCodeAt(index)) return false;
    this.at += word.length;
    return true;
  }

  string(): string {
    this.quote();
    return this.rest();
  }

  protected quote(): void {
    if (this.bytes[this.at] !== QUOTE) throw GIVEN_UP;
    this.at++;
  }

  /** A string behind its first quote. */
  protected rest(): string {
    const { at, view } = this;
    const from = at - this.shift;
    // Four octets at a time: it ends at the first that does not stand for itself.
    let end = at;
    let special = 0;
    do {
      special = specialIn(view.getInt32(end, true));
      end += 4;
    } while (special === 0);
    end += ((31 - Math.clz32(special & -special)) >> 3) - 4;
    this.at = end;
    if (this.bytes[end] === QUOTE && end - at <= this.limits.string) {
      this.at++;
      return this.text.substring(from, end - this.shift);
    }
    const isEscaped = this.passRest(at);
    const to = this.at - this.shift;
    return isEscaped ? (JSON.parse(this.text.substring(from - 1, to)) as string) : this.text.substring(from, to - 1);
  }

  /** A name behind its first quote. Names come again and again: one that is known needs no text of its own. */
  protected key(): string {
    const { at, bytes } = this;
    let end = at;
    let hash = 0;
    for (let octet = bytes[end]!; PLAIN[octet] === 1; octet = bytes[++end]!) hash = (Math.imul(hash, 31) + octet) | 0;
    const length = end - at;
    if (bytes[end] !== QUOTE || length > LONGEST_NAME) return this.rest();
    const slot = (hash ^ (hash >> 8)) & 255;
    const known = NAMES[slot]!;
    let same = known.length === length ? 0 : -1;
    while (same >= 0 && same < length) same = known.charCodeAt(same) === bytes[at + same] ? same + 1 : -1;
    if (same === length) {
      this.at = end + 1;
      return known;
    }
    const text = this.rest();
    NAMES[slot] = Object.keys({ [text]: 0 })[0]!;
    return text;
  }

  /** Passes the rest of a string, which began at a place; whether there are escapes in it. */
  protected passRest(begin = this.at): boolean {
    const { bytes } = this;
    let { at } = this;
    let isEscaped = false;
    for (;;) {
      const octet = bytes[at]!;
      if (PLAIN[octet] === 1) at++;
      else if (octet === QUOTE) break;
      else if (octet === BACKSLASH) {
        isEscaped = true;
        at = this.escape(at + 1);
      } else {
        if (octet < 0xc0) throw GIVEN_UP;
        // Of a character, two octets are one unit, and so are three; four are two units.
        this.shift += octet < 0xe0 ? 1 : 2;
        at += octet < 0xe0 ? 2 : octet < 0xf0 ? 3 : 4;
      }
    }
    // With escapes it is shorter than it looks: then the walk counts.
    if (at - begin > this.limits.string) throw GIVEN_UP;
    this.at = at + 1;
    return isEscaped;
  }

  private escape(at: number): number {
    const { bytes } = this;
    if (ESCAPES[bytes[at]!] === 1) return at + 1;
    const unit = this.unit(at);
    if (unit < 0xd800 || unit > 0xdfff) return at + 5;
    if (unit >= 0xdc00 || bytes[at + 5] !== BACKSLASH) throw GIVEN_UP;
    const low = this.unit(at + 6);
    if (low < 0xdc00 || low > 0xdfff) throw GIVEN_UP;
    return at + 11;
  }

  private unit(at: number): number {
    if (this.bytes[at] !== 117) throw GIVEN_UP;
    let unit = 0;
    for (let index = at + 1; index < at + 5; index++) {
      const octet = this.bytes[index]!;
      if (HEX[octet] === 0) throw GIVEN_UP;
      unit = unit * 16 + (octet < 58 ? octet - 48 : (octet | 32) - 87);
    }
    return unit;
  }

  /** A string that is known. */
  oneOf(known: Texts): string {
    const found = known.find(this, 0);
    if (found < 0) throw GIVEN_UP;
    return known.texts[found]!;
  }

  /** A string, known or not. What is known needs no text of its own. */
  maybeOneOf(known: Texts): string {
    const found = known.find(this, 0);
    return found < 0 ? this.string() : known.texts[found]!;
  }

  /** A UUID, in lower case. */
  uuid(): string {
    const { bytes } = this;
    const at = this.at + 1;
    const isDivided = bytes[at + 8] === MINUS && bytes[at + 13] === MINUS && bytes[at + 18] === MINUS && bytes[at + 23] === MINUS;
    if (bytes[at - 1] !== QUOTE || !isDivided || bytes[at + 36] !== QUOTE) throw GIVEN_UP;
    const all = hexadecimal(this.view, at);
    if ((all & 1) === 0) throw GIVEN_UP;
    this.at = at + 37;
    const text = this.text.substring(at - this.shift, at - this.shift + 36);
    return (all & 2) === 0 ? text.toLowerCase() : text;
  }

  /** An integer of 64 bits. */
  integer(signed: boolean): Int {
    const { bytes } = this;
    const start = this.at;
    let at = start;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    const first = at;
    let value = 0;
    for (let digit = bytes[at]! - 48; digit >= 0 && digit <= 9; digit = bytes[++at]! - 48) value = value * 10 + digit;
    const digits = at - first;
    const octet = bytes[at]!;
    if (digits === 0 || (bytes[first] === ZERO && digits > 1) || octet === POINT || (octet | 32) === 101 || (negative && !signed)) throw GIVEN_UP;
    this.at = at;
    if (digits < 16) return negative && value ? -value : value;
    const large = integerOf(this.text.substring(start - this.shift, at - this.shift), signed);
    if (large === null) throw GIVEN_UP;
    return large;
  }

  /** A number as a double. */
  float(): number {
    const { bytes } = this;
    let { at } = this;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    const first = at;
    let value = 0;
    for (let digit = bytes[at]! - 48; digit >= 0 && digit <= 9; digit = bytes[++at]! - 48) value = value * 10 + digit;
    if (at === first || (bytes[first] === ZERO && at - first > 1)) throw GIVEN_UP;
    let places = 0;
    if (bytes[at] === POINT) {
      const point = at++;
      for (let digit = bytes[at]! - 48; digit >= 0 && digit <= 9; digit = bytes[++at]! - 48) value = value * 10 + digit;
      places = at - point - 1;
      if (places === 0) throw GIVEN_UP;
    }
    if ((bytes[at]! | 32) === 101) {
      at++;
      if (bytes[at] === MINUS || bytes[at] === 43) at++;
      const begin = at;
      while (bytes[at]! >= 48 && bytes[at]! <= 57) at++;
      if (at === begin) throw GIVEN_UP;
      value = Number(this.text.substring(first - this.shift, at - this.shift));
    } else if (at - first > 15) {
      value = Number(this.text.substring(first - this.shift, at - this.shift));
    } else if (places > 0) {
      // Both are exact, so that the quotient is the nearest double.
      value /= POWERS[places]!;
    }
    if (value === Infinity) throw GIVEN_UP;
    this.at = at;
    return negative ? -value : value;
  }
}

/** Of four octets, a bit at the highest place of the first that does not stand for itself in a string; others behind it may have one too. */
export function specialIn(four: number): number {
  const controls = four - 0x20202020;
  const quotes = (four ^ 0x22222222) - 0x01010101;
  const backslashes = (four ^ 0x5c5c5c5c) - 0x01010101;
  return (four | controls | quotes | backslashes) & HIGHEST;
}

/** What the octets of a UUID are between its dashes: 3 if all are digits in lower case, 1 if some are in upper case. */
export function hexadecimal(view: DataView, at: number): number {
  const left = digits(view, at) & digits(view, at + 4) & digits(view, at + 9) & digits(view, at + 14) & digits(view, at + 19);
  return left & digits(view, at + 24) & digits(view, at + 28) & digits(view, at + 32);
}

/** What four octets are. */
function digits(view: DataView, at: number): number {
  return PAIRS[view.getUint16(at, true)]! & PAIRS[view.getUint16(at + 2, true)]!;
}
