// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** TOON: lists of records to tables. */
import { parse, type Node, type Tape } from './tape.js';
import { isNumber, quote, writeFloat } from './values.js';

/** Writes a list, given as canonical JSON text, as a table; `null` if it has none that decodes to the very same values. */
export function table(key: string | null, text: string): string | null {
  const tape = parse(text, Infinity);
  const { root } = tape;
  const first = root.items[0];
  if (root.shape !== 'list' || first?.shape !== 'object') return null;
  const names = first.names.map((name) => name.string);
  if (!names.length) return null;
  let rows = '';
  for (const item of root.items) {
    const row = rowOf(tape, item, names);
    if (row === null) return null;
    rows += `\n  ${row}`;
  }
  return `${key === null ? '' : keyText(key)}[${root.count}]{${names.map(keyText).join(',')}}:${rows}`;
}

function rowOf(tape: Tape, item: Node, names: readonly string[]): string | null {
  if (item.shape !== 'object' || item.count !== names.length) return null;
  const cells: string[] = [];
  for (const name of names) {
    const index = item.names.findIndex((known) => known.string === name);
    const cell = index < 0 ? null : cellOf(tape, item.items[index]!);
    if (cell === null) return null;
    cells.push(cell);
  }
  return cells.join(',');
}

function cellOf(tape: Tape, node: Node): string | null {
  const raw = tape.raw(node);
  switch (node.shape) {
    case 'null':
    case 'bool':
      return raw;
    case 'number':
      return raw === '-0' || (!node.integer && writeFloat(Number(raw)) !== raw) ? null : raw;
    case 'string':
      return quote(node.string) === raw ? cellText(node.string, needsQuotes(node.string)) : null;
    default:
      return null;
  }
}

const keyText = (key: string) => cellText(key, !/^[A-Za-z_][A-Za-z0-9_.]*$/.test(key));

function needsQuotes(text: string): boolean {
  return (
    text === '' ||
    ' \t-#'.includes(text[0]!) ||
    ' \t'.includes(text.at(-1)!) ||
    text === 'true' ||
    text === 'false' ||
    text === 'null' ||
    /[\0-\x1f:"\\[\]{},]/.test(text) ||
    isNumeric(text)
  );
}

/** Whether a text looks like a number: it may have a plus sign or leading zeros, which a number has not. */
function isNumeric(text: string): boolean {
  const digits = /^[+-]/.test(text) ? text.slice(1) : text;
  const significant = digits.replace(/^0+/, '');
  const zeros = digits.length - significant.length;
  const start = /^[0-9]/.test(significant) ? zeros : Math.max(zeros - 1, 0);
  return !digits.startsWith('-') && isNumber(digits.slice(start));
}

function cellText(text: string, quotes: boolean): string {
  if (!quotes) return text;
  const named: { [character: string]: string } = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  const escaped = text.replace(/[\0-\x1f"\\]/g, (found) => named[found] ?? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${escaped}"`;
}
