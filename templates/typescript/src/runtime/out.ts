// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** A buffer that JSON is written to: texts and numbers as they stand in canonical JSON. */
import { GIVEN_UP, hexadecimal, specialIn } from './scanner.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const [QUOTE, BACKSLASH, MINUS, POINT, ZERO] = [34, 92, 45, 46, 48] as const;

/** Units that stand in a text as they are, for one octet each. */
const PLAIN = new Uint8Array(128).fill(1, 32);
PLAIN[QUOTE] = PLAIN[BACKSLASH] = 0;
/** What stands in a UUID: digits in lower case. */
const DIGITS = new Uint8Array(128).fill(1, 48, 58).fill(1, 97, 103);
/** Texts of up to so many units are written unit by unit. */
const SHORT = 16;
/** Longer texts than this are not, wherever it is. */
const LONG = 48;
const SPECIAL = /["\\\x00-\x1f\ud800-\udfff]/;
/** Halves of characters. */
const HALVES = /\\ud[89a-f]/;
/** Powers of ten that a double holds exactly, as many as there are places after the point that are tried. */
const POWERS: readonly number[] = Array.from({ length: 10 }, (_, exponent) => 10 ** exponent);

/** Which octet of a word comes first, as the platform has it. */
const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** More than is written behind a text while it is looked at. */
const ROOM = 8;

/** What most messages fit in; larger ones get a buffer of their own, so that nothing large is kept. */
const SHARED = new Uint8Array(1 << 15);
const SHARED_VIEW = new DataView(SHARED.buffer);

/** Makes texts of octets, and octets of texts, faster than encoders do, where the platform is Node.js. */
interface Slicing {
  latin1Slice(from: number, to: number): string;
  utf8Write(text: string, from: number, most: number): number;
}
type Platform = { readonly Buffer?: { from(buffer: ArrayBuffer): Slicing } };
const SLICING = (globalThis as unknown as Platform).Buffer?.from(SHARED.buffer);

/** A text that a schema knows, as octets. */
export class Literal {
  /** As doubles, which no octets of ASCII keep from being what they are: eight are written at once. */
  readonly words: Float64Array;
  readonly length: number;
  readonly octets: Uint8Array;
  readonly isAscii: boolean;

  /** The text behind a comma. */
  static next(text: string): Literal {
    return new Literal(text, ',');
  }

  constructor(
    readonly text: string,
    readonly lead = '',
  ) {
    const octets = encoder.encode(lead + text);
    this.octets = octets;
    this.isAscii = octets.length === lead.length + text.length;
    this.length = octets.length;
    // Eight octets a word; what is written behind the last goes over its rest.
    this.words = new Float64Array(Math.ceil(octets.length / 8));
    new Uint8Array(this.words.buffer).set(octets);
  }
}

/**
 * Octets, all of them ASCII. What is not is kept as the text that it is, with the place at which it stands: a text of octets that are one character
 * each is made much faster, and so is one text of several.
 */
export class Out {
  bytes: Uint8Array = SHARED;
  protected view: DataView = SHARED_VIEW;
  /** Where the next octet is written. */
  at = 0;
  private places: number[] = [];
  private texts: string[] = [];
  /** How many octets the texts have at most. */
  private wide = 0;

  /** How many octets were written, at most. */
  protected get size(): number {
    return this.at + this.wide;
  }

  /** The text of what was written, whose memory is given back. */
  protected take(): string {
    const { at, places, texts } = this;
    let out = '';
    let from = 0;
    for (let index = 0; index < places.length; index++) {
      out += this.slice(from, places[index]!) + texts[index]!;
      from = places[index]!;
    }
    if (from < at) out += this.slice(from, at);
    this.release();
    return out;
  }

  private slice(from: number, to: number): string {
    const { bytes } = this;
    return SLICING && bytes === SHARED ? SLICING.latin1Slice(from, to) : decoder.decode(bytes.subarray(from, to));
  }

  protected release(): void {
    this.bytes = SHARED;
    this.view = SHARED_VIEW;
    this.wide = 0;
    if (this.places.length > 0) {
      this.places = [];
      this.texts = [];
    }
  }

  /** Keeps a text as it is. */
  private keep(text: string): void {
    this.places.push(this.at);
    this.texts.push(text);
    this.wide += 3 * text.length;
  }

  /** Whether a text is kept as it is that was written behind a place. */
  protected keeps(begin: number): boolean {
    const { places } = this;
    return places.length > 0 && places[places.length - 1]! > begin;
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

  literal(known: Literal): void {
    if (!known.isAscii) return this.wideLiteral(known);
    const { words, length } = known;
    const { at } = this;
    const count = words.length;
    if (at + 8 * count > this.bytes.length) this.room(8 * count);
    const { view } = this;
    for (let index = 0; index < count; index++) view.setFloat64(at + 8 * index, words[index]!, LITTLE);
    this.at = at + length;
  }

  private wideLiteral({ lead, text }: Literal): void {
    this.ascii(lead);
    this.keep(text);
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
    if (length > SHORT && SLICING) return this.quoteLong(text, SLICING);
    if (length > LONG) return this.quoteOther(text);
    this.room(length + 2);
    const { bytes } = this;
    let { at } = this;
    bytes[at++] = QUOTE;
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index);
      if (PLAIN[unit] !== 1) return this.quoteOther(text);
      bytes[at++] = unit;
    }
    bytes[at++] = QUOTE;
    this.at = at;
  }

  /** The same, four octets at a time. */
  private quoteLong(text: string, platform: Slicing): void {
    if (!this.copied(text, platform)) return this.quoteOther(text);
    const { view, bytes, at } = this;
    const end = at + 1 + text.length;
    // What is behind the text must not be taken for a part of it.
    view.setInt32(end, 0x20202020, true);
    for (let place = at + 1; place < end; place += 4) if (specialIn(view.getInt32(place, true)) !== 0) return this.quoteOther(text);
    bytes[at] = bytes[end] = QUOTE;
    this.at = end + 1;
  }

  /** Writes a text behind the next octet; whether all of it is ASCII. */
  private copied(text: string, platform: Slicing): boolean {
    this.room(text.length + ROOM);
    if (this.bytes !== SHARED) return false;
    // Room for a character more shows that there is one that has several octets.
    return platform.utf8Write(text, this.at + 1, text.length + 4) === text.length;
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
    if (!SPECIAL.test(text)) return this.keep(`"${text}"`);
    const quoted = JSON.stringify(text);
    if (HALVES.test(quoted)) throw GIVEN_UP;
    this.keep(quoted);
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
