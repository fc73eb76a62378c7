// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** A buffer that JSON is written to: texts and numbers as they stand in canonical JSON. */
import { GIVEN_UP } from './scanner.js';
import { wordsOf } from './texts.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const [QUOTE, BACKSLASH, MINUS, POINT, ZERO] = [34, 92, 45, 46, 48] as const;

/** Units that stand in a text as they are, for one octet each. */
const PLAIN = new Uint8Array(128).fill(1, 32);
PLAIN[QUOTE] = PLAIN[BACKSLASH] = 0;
/** What stands in a UUID: digits in lower case. */
const DIGITS = new Uint8Array(128).fill(1, 48, 58).fill(1, 97, 103);
/** Longer texts than this are encoded by the platform. */
const SHORT = 48;
const SPECIAL = /["\\\x00-\x1f\ud800-\udfff]/;
/** Halves of characters. */
const HALVES = /\\ud[89a-f]/;
/** Powers of ten that a double holds exactly, as many as there are places after the point that are tried. */
const POWERS: readonly number[] = Array.from({ length: 10 }, (_, exponent) => 10 ** exponent);

/** What most messages fit in; larger ones get a buffer of their own, so that nothing large is kept. */
const SHARED = new Uint8Array(1 << 15);
const SHARED_VIEW = new DataView(SHARED.buffer);

/** Makes texts of octets faster than a decoder does, where the platform is Node.js. */
interface Slicing {
  latin1Slice(from: number, to: number): string;
  utf8Slice(from: number, to: number): string;
}
type Platform = { readonly Buffer?: { from(buffer: ArrayBuffer): Slicing } };
const SLICING = (globalThis as unknown as Platform).Buffer?.from(SHARED.buffer);

/** A text that a schema knows, as octets. */
export class Literal {
  readonly words: Int32Array;
  readonly length: number;
  readonly octets: Uint8Array;
  readonly isAscii: boolean;

  constructor(text: string) {
    const octets = encoder.encode(text);
    this.octets = octets;
    this.isAscii = octets.length === text.length;
    this.length = octets.length;
    // Four octets a word; what is written behind the last goes over its rest.
    const padded = new Uint8Array(Math.ceil(octets.length / 4) * 4);
    padded.set(octets);
    this.words = wordsOf(padded);
  }
}

export class Out {
  bytes: Uint8Array = SHARED;
  protected view: DataView = SHARED_VIEW;
  /** Where the next octet is written. */
  at = 0;
  private isAscii = true;

  /** The text of what was written, whose memory is given back. */
  protected take(): string {
    const { at, bytes } = this;
    const text = SLICING && bytes === SHARED ? this.sliced(SLICING) : decoder.decode(bytes.subarray(0, at));
    this.release();
    return text;
  }

  private sliced(slicing: Slicing): string {
    return this.isAscii ? slicing.latin1Slice(0, this.at) : slicing.utf8Slice(0, this.at);
  }

  protected release(): void {
    this.bytes = SHARED;
    this.view = SHARED_VIEW;
    this.isAscii = true;
  }

  /** Makes sure of room for so many octets. */
  private room(octets: number): void {
    if (this.at + octets <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.at + octets));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  octet(octet: number): void {
    if (this.at === this.bytes.length) this.room(1);
    this.bytes[this.at++] = octet;
  }

  literal({ words, length, isAscii }: Literal): void {
    const { at } = this;
    if (!isAscii) this.isAscii = false;
    const count = words.length;
    if (at + 4 * count > this.bytes.length) this.room(4 * count);
    const { view } = this;
    for (let index = 0; index < count; index++) view.setInt32(at + 4 * index, words[index]!, true);
    this.at = at + length;
  }

  /** Whether a text that is known stands at a place. */
  protected stands(place: number, { octets }: Literal): boolean {
    for (let index = 0; index < octets.length; index++) if (this.bytes[place + index] !== octets[index]) return false;
    return true;
  }

  /** A short text of ASCII, as it is. */
  ascii(text: string): void {
    this.room(text.length);
    const { bytes, at } = this;
    for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
    this.at = at + text.length;
  }

  /** A text in quotes. */
  quote(text: string): void {
    const { length } = text;
    if (length > SHORT && !SPECIAL.test(text)) return this.encoded(`"${text}"`);
    this.room(3 * length + 2);
    const { bytes } = this;
    let { at } = this;
    bytes[at++] = QUOTE;
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index);
      if (unit < 128) {
        if (PLAIN[unit] !== 1) return this.quoteOther(text);
        bytes[at++] = unit;
      } else {
        if (unit >= 0xd800 && unit < 0xe000) return this.quoteOther(text);
        this.isAscii = false;
        if (unit < 0x800) bytes[at++] = 0xc0 | (unit >> 6);
        else {
          bytes[at++] = 0xe0 | (unit >> 12);
          bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
        }
        bytes[at++] = 0x80 | (unit & 0x3f);
      }
    }
    bytes[at++] = QUOTE;
    this.at = at;
  }

  /** A UUID in quotes, if it is one in lower case; else nothing is written. */
  protected lower(text: string): boolean {
    this.room(38);
    const { bytes, at } = this;
    bytes[at] = QUOTE;
    for (let index = 0; index < 36; index++) {
      const unit = text.charCodeAt(index);
      if (DIGITS[unit] !== 1 && !(unit === MINUS && (index === 8 || index === 13 || index === 18 || index === 23))) return false;
      bytes[at + index + 1] = unit;
    }
    const isDivided = bytes[at + 9] === MINUS && bytes[at + 14] === MINUS && bytes[at + 19] === MINUS && bytes[at + 24] === MINUS;
    if (!isDivided) return false;
    bytes[at + 37] = QUOTE;
    this.at = at + 38;
    return true;
  }

  private quoteOther(text: string): void {
    const quoted = JSON.stringify(text);
    if (HALVES.test(quoted)) throw GIVEN_UP;
    this.encoded(quoted);
  }

  private encoded(text: string): void {
    this.room(3 * text.length);
    const { written } = encoder.encodeInto(text, this.at > 0 ? this.bytes.subarray(this.at) : this.bytes);
    if (written !== text.length) this.isAscii = false;
    this.at += written;
  }

  /** A number, finite. */
  number(value: number): void {
    if (Number.isSafeInteger(value)) return this.integral(value);
    const size = Math.abs(value);
    // The shortest decimals that are this number are those with the fewest places that are: below 2^53 both are exact, so that their quotient
    // is the nearest double.
    if (size >= 1e-6 && size < 1e6) {
      for (let places = 1; places < POWERS.length; places++) {
        const power = POWERS[places]!;
        const scaled = Math.round(size * power);
        if (scaled / power === size) return this.decimal(value < 0, scaled, places);
      }
    }
    this.ascii(String(value));
  }

  private integral(value: number): void {
    this.room(20);
    if (value < 0) this.bytes[this.at++] = MINUS;
    this.natural(Math.abs(value));
  }

  private decimal(isNegative: boolean, scaled: number, places: number): void {
    this.room(24);
    if (isNegative) this.bytes[this.at++] = MINUS;
    const power = POWERS[places]!;
    const whole = Math.floor(scaled / power);
    this.natural(whole);
    this.bytes[this.at++] = POINT;
    this.digits(scaled - whole * power, places);
  }

  /** A natural number below 2^53. */
  private natural(value: number): void {
    if (value >= 1e9) {
      const high = Math.floor(value / 1e9);
      this.natural(high);
      this.digits(value - high * 1e9, 9);
      return;
    }
    let count = 1;
    for (let least = 10; least <= value; least *= 10) count++;
    this.digits(value, count);
  }

  /** So many digits of a number below 10^9, with zeros before it. */
  private digits(value: number, count: number): void {
    const { bytes, at } = this;
    let rest = value | 0;
    for (let index = at + count - 1; index >= at; index--) {
      const next = (rest / 10) | 0;
      bytes[index] = ZERO + rest - next * 10;
      rest = next;
    }
    this.at = at + count;
  }
}
