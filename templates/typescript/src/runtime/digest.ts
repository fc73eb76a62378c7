// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Digests of lists of records: sorted, joined and hashed as their tables say. */
import { integer, keyText } from './evaluate.js';
import { isUuid } from './formats.js';
import { compareTexts, isMembers, type Members, type Value } from './values.js';

/** The digest of a list. */
export function digestOf(table: any, items: readonly Value[]): string {
  if (!items.length && table.empty !== null) return table.empty;
  const sorted = items.filter(isMembers).sort((a, b) => {
    for (const [name, isInteger] of table.sort) {
      const order = isInteger ? compareIntegers(a.get(name), b.get(name)) : compareTexts(textOf(a, name), textOf(b, name));
      if (order) return order;
    }
    return 0;
  });
  const joined = sorted.map((item) => table.join.map((name: string) => textOf(item, name)).join('')).join('');
  return table.prefix + sha256(joined).slice(0, table.digits);
}

function compareIntegers(a: Value | undefined, b: Value | undefined): number {
  const [x, y] = [integer(a), integer(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function textOf(item: Members, name: string): string {
  const value = item.get(name);
  return typeof value === 'string' && isUuid(value) ? value.toLowerCase() : keyText(value);
}

const PRIMES: number[] = [];
for (let next = 2; PRIMES.length < 64; next++) if (PRIMES.every((prime) => next % prime)) PRIMES.push(next);
/** The first 32 bits of the fractions of roots of primes. */
const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) | 0;
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUNDS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));

/**
 * SHA-256 (FIPS 180-4) of a text as UTF-8, in hexadecimal digits. Browsers have it, but would have it waited for.
 */
export function sha256(text: string): string {
  const octets = new TextEncoder().encode(text);
  const padded = new Uint8Array((((octets.length + 8) >> 6) + 1) << 6);
  padded.set(octets);
  padded[octets.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(octets.length) * 8n);
  const hash = Int32Array.from(START);
  for (let at = 0; at < padded.length; at += 64) block(hash, view, at);
  return Array.from(hash, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

function block(hash: Int32Array, view: DataView, at: number): void {
  const words = new Int32Array(64);
  for (let index = 0; index < 16; index++) words[index] = view.getInt32(at + 4 * index);
  for (let index = 16; index < 64; index++) {
    const [x, y] = [words[index - 15]!, words[index - 2]!];
    const low = turned(x, 7) ^ turned(x, 18) ^ (x >>> 3);
    const high = turned(y, 17) ^ turned(y, 19) ^ (y >>> 10);
    words[index] = words[index - 16]! + low + words[index - 7]! + high;
  }
  let [a, b, c, d, e, f, g, h] = hash as unknown as [number, number, number, number, number, number, number, number];
  for (let index = 0; index < 64; index++) {
    const choice = (e & f) ^ (~e & g);
    const first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + choice + ROUNDS[index]! + words[index]!) | 0;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + majority) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => (hash[index] = hash[index]! + word));
}
