// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Where what a machine stores is kept. */
import type { Int } from './values.js';

/** Keeps JSON objects at places: a space and a key. */
export interface Store {
  /** What is stored at a place; `null`, once its time has passed. */
  get(space: string, key: string): Promise<string | null>;
  /** Stores an object's text, until a time in milliseconds since the Unix epoch. */
  put(space: string, key: string, value: string, expires: Int | null): Promise<void>;
  /** Removes what is stored at a place, if anything is. */
  remove(space: string, key: string): Promise<void>;
}

/** Keeps values as long as the program lives. */
export class MemoryStore implements Store {
  private readonly rows = new Map<string, { value: string; expires: Int | null }>();
  private puts = 0;

  async get(space: string, key: string): Promise<string | null> {
    const row = this.rows.get(JSON.stringify([space, key]));
    return row && !isOver(row.expires) ? row.value : null;
  }

  async put(space: string, key: string, value: string, expires: Int | null): Promise<void> {
    this.rows.set(JSON.stringify([space, key]), { value, expires });
    // What is over goes now and then, so that memory follows what lives.
    if (++this.puts > 2 * this.rows.size + 64) {
      this.puts = 0;
      for (const [place, row] of this.rows) if (isOver(row.expires)) this.rows.delete(place);
    }
  }

  async remove(space: string, key: string): Promise<void> {
    this.rows.delete(JSON.stringify([space, key]));
  }
}

/** Keeps values in a browser's `localStorage`, under `SPACE/KEY`, in the form that files have in other languages. */
export class LocalStore implements Store {
  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = globalThis.localStorage) {}

  async get(space: string, key: string): Promise<string | null> {
    const text = this.storage.getItem(`${fileName(space)}/${fileName(key)}`);
    return text === null ? null : valueOf(text, key);
  }

  async put(space: string, key: string, value: string, expires: Int | null): Promise<void> {
    this.storage.setItem(`${fileName(space)}/${fileName(key)}`, documentOf(key, value, expires));
  }

  async remove(space: string, key: string): Promise<void> {
    this.storage.removeItem(`${fileName(space)}/${fileName(key)}`);
  }
}

/** The form in which a value stands in a file: the same in every language. */
export function documentOf(key: string, value: string, expires: Int | null): string {
  return `{"version":1,"key":${JSON.stringify(key)},"value":${value},"expires":${expires === null ? 'null' : String(expires)}}`;
}

/** The value of a document; `null` if it is not the key's, or its time has passed. */
export function valueOf(text: string, key: string): string | null {
  const known = JSON.parse(text) as { version: number; key: string; value: unknown; expires: number | null };
  return known.version === 1 && known.key === key && !isOver(known.expires) ? JSON.stringify(known.value) : null;
}

/** The name of a key's file without its ending; the same in every language. */
export function fileName(key: string): string {
  let name = '';
  let cut = 0;
  const octets = new TextEncoder().encode(key);
  octets.forEach((octet, at) => {
    const character = String.fromCharCode(octet);
    const isPlain = /^[A-Za-z0-9_-]$/.test(character) || (character === '.' && at > 0);
    name += isPlain ? character : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
    if (name.length <= 180) cut = name.length;
  });
  if (name.length > 200) {
    let digest = 0xcbf29ce484222325n;
    for (const octet of octets) digest = ((digest ^ BigInt(octet)) * 0x100000001b3n) & 0xffffffffffffffffn;
    name = `${name.slice(0, cut)}~${digest.toString(16).padStart(16, '0')}`;
  }
  return name || '%';
}

const isOver = (expires: Int | null) => expires !== null && Date.now() >= expires;
