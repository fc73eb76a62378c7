// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** What a schema allows, in words, and how what stood there is shown. */
import { quote, writeFloat, type Int } from './values.js';

const NAMED = 20;
const SHOWN = 64;

/** `one of a, b`; of many only the first are named. */
export function listed(texts: readonly string[]): string {
  if (texts.length === 1) return texts[0]!;
  const named = texts.length > NAMED ? [...texts.slice(0, NAMED), '...'] : texts;
  return `one of ${named.join(', ')}`;
}

export function oneOf(texts: Iterable<string>): string {
  return listed([...texts].map(quote));
}

export function length(least: Int, most: Int | null, one: string): string {
  const plural = (count: Int) => (count == 1 ? one : `${one}s`);
  if (most !== null && least == most) return `${least} ${plural(least)}`;
  if (most === null) return `at least ${least} ${plural(least)}`;
  if (least == 0) return `at most ${most} ${plural(most)}`;
  return `${least} ..= ${most} ${plural(most)}`;
}

export function count(number: number, one: string): string {
  return length(number, number, one);
}

export function integers(ranges: readonly (readonly [bigint, bigint])[]): string {
  return `an integer in ${ranges.map(([start, end]) => (start === end ? `${start}` : `${start} ..= ${end}`)).join(' | ')}`;
}

export function floats(ranges: readonly (readonly [number | null, number | null, boolean])[]): string {
  const one = (value: number | null) => (value === null ? '' : writeFloat(value));
  const parts = ranges.map(([start, end, included]) =>
    start !== null && start === end ? one(start) : `${one(start)} ${included ? '..=' : '..'} ${one(end)}`.trim(),
  );
  return `a number in ${parts.join(' | ')}`;
}

/** At most 64 characters; what is longer ends in an ellipsis. */
export function shorten(text: string): string {
  if (text.length <= SHOWN) return text;
  const characters = [...text.slice(0, 4 * SHOWN)];
  return characters.length <= SHOWN ? text : `${characters.slice(0, SHOWN - 1).join('')}…`;
}

const KNOWN: { [character: string]: string } = { '\0': '\\0', '\t': '\\t', '\r': '\\r', '\n': '\\n', "'": "\\'", '"': '\\"', '\\': '\\\\' };

/** A character as it can be printed. */
export function shown(character: string): string {
  const known = KNOWN[character];
  if (known !== undefined) return known;
  return character !== ' ' && /^[\p{C}\p{Z}\p{M}]$/u.test(character) ? `\\u{${character.codePointAt(0)!.toString(16)}}` : character;
}
