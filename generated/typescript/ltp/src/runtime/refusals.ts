// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** What can be told of a text that cannot be read: why, and which message it would have been. */
import { validUpTo } from './octets.js';
import type { Schema } from './schema.js';
import { findString, Unreadable, type Node, type Tape } from './tape.js';
import { integerOf, octets, type Int } from './values.js';
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

const [MOST_READ, LONGEST_READ] = [64, 256] as const;

/** Short texts and unsigned integers of the outermost two objects, by JSON pointer; nothing, unless the text is within limits. */
export function readableOf(schema: Schema, tape: Tape | null): Map<string, string | Int> {
  const said = new Map<string, string | Int>();
  if (tape && isPassable(schema, tape.root)) gather(tape, tape.root, '', true, said);
  return said;
}

function gather(tape: Tape, node: Node, above: string, deeper: boolean, said: Map<string, string | Int>): void {
  for (const [index, name] of node.names.entries()) {
    if (said.size >= MOST_READ || name.count > LONGEST_READ) return;
    const value = node.items[index]!;
    const pointer = `${above}/${name.string.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const integer = value.shape === 'number' && value.integer ? integerOf(tape.raw(value), false) : null;
    if (value.shape === 'string' && value.count <= LONGEST_READ) said.set(pointer, value.string);
    else if (integer !== null) said.set(pointer, integer);
    else if (deeper) gather(tape, value, pointer, false, said);
  }
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
