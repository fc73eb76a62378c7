// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** What can be told of a text that cannot be read: why, and which message it would have been. */
import type { Schema } from './schema.js';
import { findString, Unreadable, type Node, type Tape } from './tape.js';
import { octets } from './values.js';
import * as words from './words.js';

/** What makes a whole text unreadable, in words: what was expected, and what stood there. */
export function unreadable(refused: Unreadable, text: string, schema: Schema, size = octets(text)): [string, string] {
  const { rule, at } = refused;
  if (rule === 'size') return [`at most ${schema.limits.message} octets`, `${size} octets`];
  if (rule === 'utf8') return ['UTF-8', `something else at octet ${at}`];
  if (rule === 'surrogate') return ['whole surrogate pairs', `half a pair at octet ${at}`];
  if (rule === 'depth') return [`at most ${schema.limits.depth} nested objects and lists`, `one more at octet ${at}`];
  let passed = 0;
  for (const character of text) {
    if (passed >= at) return ['JSON', `\`${words.shown(character)}\` at octet ${at}`];
    passed += octets(character);
  }
  return ['JSON', `the end at octet ${at}`];
}

/** What the tag of a refused text says, and the message that it names: as far as it can be read. */
export function named(schema: Schema, text: string, tape: Tape | null): [string | null, string | null] {
  for (const name of schema.tagNames) {
    const tag = tape ? foundText(schema, tape, name) : findString(text, name, schema.limits, (node) => isPassable(schema, node));
    if (tag !== null) {
      const found = schema.find(name, tag);
      return [tag, found === null ? null : schema.messages[found]!.name];
    }
  }
  return [null, null];
}

function foundText(schema: Schema, { root }: Tape, wanted: string): string | null {
  if (root.shape !== 'object') return null;
  for (const [index, name] of root.names.entries()) {
    const value = root.items[index]!;
    if (index >= schema.limits.members || name.count > schema.limits.string) return null;
    if (name.string === wanted) return value.shape === 'string' && value.count <= schema.limits.string ? value.string : null;
    if (!isPassable(schema, value)) return null;
  }
  return null;
}

/** Whether a reader that passes over the value finds nothing wrong with it. */
function isPassable(schema: Schema, node: Node): boolean {
  if (node.shape === 'string') return node.count <= schema.limits.string;
  if (node.shape === 'list') return node.count <= schema.limits.list && node.items.every((item) => isPassable(schema, item));
  if (node.shape !== 'object') return true;
  return (
    node.count <= schema.limits.members &&
    new Set(node.names.map((name) => name.string)).size === node.names.length &&
    node.names.every((name) => name.count <= schema.limits.string) &&
    node.items.every((item) => isPassable(schema, item))
  );
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of octets. Throws {@link Unreadable} where they are no UTF-8. */
export function utf8(frame: Uint8Array): string {
  try {
    return decoder.decode(frame);
  } catch {
    throw new Unreadable('utf8', validUpTo(frame));
  }
}

/** Octets before the first that is no UTF-8. */
function validUpTo(frame: Uint8Array): number {
  let at = 0;
  while (at < frame.length) {
    const first = frame[at]!;
    const second = frame[at + 1] ?? 0;
    const more = first < 0x80 ? 0 : first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : -1;
    if (more < 0) return at;
    for (let index = 1; index <= more; index++) if (((frame[at + index] ?? 0) & 0xc0) !== 0x80) return at;
    if ((first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f)) return at;
    if ((first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f)) return at;
    at += more + 1;
  }
  return at;
}
