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
    this.lengths = known.map((text) => text.length);
    this.shifts = texts.map((text) => octets(text) - text.length);
  }

  /** Names of members, as they stand with their colons. */
  static names(texts: readonly string[], meanings: readonly number[]): Texts {
    return new Texts(texts, meanings, ':');
  }

  /** Which one stands at a place, tried from `from` on; `-1` if none. What is found is passed. */
  find(place: Place, from: number): number {
    const { words } = this;
    const { view, at } = place;
    const count = words.length;
    for (let tried = 0, index = from < count ? from : 0; tried < count; tried++) {
      const known = words[index]!;
      const last = known.length - 1;
      let matched = 0;
      while (matched < last && view.getInt32(at + 4 * matched, true) === known[matched]) matched++;
      if (matched === last) {
        const end = at + this.lengths[index]!;
        if (view.getInt32(end - 4, true) === known[last]) {
          place.at = end;
          place.shift += this.shifts[index]!;
          return this.meanings[index]!;
        }
      }
      if (++index === count) index = 0;
    }
    return -1;
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
