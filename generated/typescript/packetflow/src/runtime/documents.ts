// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Payloads that stand in a string: as TOON, or as a codec of the application's has them. */
import { Wrong, toJson } from './toon.js';
import { table } from './table.js';
import { octets } from './values.js';

/** Writes and reads the documents that carry payloads, in place of the built-in TOON. What it makes is judged as if it had stood there as JSON. */
export interface Codec {
  /**
   * The document of a list whose records have the same members, under the name that the schema gives such lists. Where it throws or gives
   * nothing, the list is sent as JSON. It may be asked more than once.
   */
  encode(value: unknown, name?: string): string | null | undefined;
  /** What a document carries: a list by itself, or as the only member of an object. Throws where it carries nothing. */
  decode(document: string): unknown;
}

/** The document of a list, given as canonical JSON text; `null` if it is sent as JSON. */
export function write(codec: Codec | null, name: string | null, text: string): string | null {
  const own = table(name, text);
  if (own === null || codec === null) return own;
  try {
    return codec.encode(JSON.parse(text), name ?? undefined) ?? null;
  } catch {
    return null;
  }
}

/** The JSON text of what a document carries. Throws {@link Wrong}. */
export function read(codec: Codec | null, document: string, depth: number, size: number, isList: boolean): string {
  if (codec === null) return toJson(document, depth, size, isList);
  let text: string | undefined;
  try {
    const value = codec.decode(document);
    text = JSON.stringify(isList ? listIn(value) : value);
  } catch {
    // It is said of the document, not of the codec.
  }
  if (text === undefined) throw new Wrong('text', 1);
  if (octets(text) > size) throw new Wrong('size', 1);
  return text;
}

/** A list, which may stand under a name. */
function listIn(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members: unknown[] = Object.values(value);
  return members.length === 1 && Array.isArray(members[0]) ? members[0] : value;
}
