// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Texts that a schema knows, as octets: names of members, variants, tags. */
import { octets } from './values.js';

const encoder = new TextEncoder();

/** Where a text is read: the next octet, and by how much more octets than units were passed. */
export interface Place {
  readonly view: DataView;
  at: number;
  shift: number;
}

/** Texts, one of which may stand at a place, in its quotes and with what follows them. */
export class Texts {
  private readonly words: readonly Int32Array[];
  private readonly firsts: Int32Array;
  private readonly lengths: readonly number[];
  private readonly shifts: readonly number[];

  constructor(
    readonly texts: readonly string[],
    /** What each stands for; left out, its index. */
    private readonly meanings: readonly number[] = texts.map((_, index) => index),
    behind = '',
  ) {
    const known = texts.map((text) => encoder.encode(`${JSON.stringify(text)}${behind}`));
    this.words = known.map(wordsOf);
    this.firsts = Int32Array.from(this.words, (words) => words[0]!);
    this.lengths = known.map((text) => text.length);
    this.shifts = texts.map((text) => octets(text) - text.length);
  }

  /** Names of members, as they stand with their colons; others of them with what each means. */
  static names(texts: readonly string[], others: readonly (readonly [string, number])[] = []): Texts {
    const names = [...texts, ...others.map(([name]) => name)];
    return new Texts(names, [...texts.keys(), ...others.map(([, meaning]) => meaning)], ':');
  }

  /** Which one stands at a place, tried from `from` on; `-1` if none. What is found is passed. */
  find(place: Place, from: number): number {
    const { firsts } = this;
    const count = firsts.length;
    const { view, at } = place;
    const first = view.getInt32(at, true);
    for (let index = from < count ? from : 0, tried = 0; tried < count; tried++) {
      if (firsts[index] === first && this.stands(index, view, at)) {
        place.at = at + this.lengths[index]!;
        place.shift += this.shifts[index]!;
        return this.meanings[index]!;
      }
      if (++index === count) index = 0;
    }
    return -1;
  }

  /** Whether one stands at a place whose first word is its own. */
  private stands(index: number, view: DataView, at: number): boolean {
    const known = this.words[index]!;
    const last = known.length - 1;
    let matched = 1;
    while (matched < last && view.getInt32(at + 4 * matched, true) === known[matched]) matched++;
    return matched >= last && view.getInt32(at + this.lengths[index]! - 4, true) === known[last];
  }
}

/** Four octets a word; the last word is that of the last four octets, and may cover some again. */
export function wordsOf(text: Uint8Array): Int32Array {
  // The shortest text has two quotes; what no text begins with is never found.
  if (text.length < 4) return Int32Array.of(0, 0);
  const view = new DataView(text.buffer, text.byteOffset, text.length);
  const words = new Int32Array(Math.ceil(text.length / 4));
  for (let index = 0; index < words.length; index++) words[index] = view.getInt32(Math.min(4 * index, text.length - 4), true);
  return words;
}
