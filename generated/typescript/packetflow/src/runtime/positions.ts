// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** What a framing allows, in words, and where in a text something stands. */
import type { Violation } from './findings.js';
import type { Framing, StartPart, Wrong } from './framing.js';
import { bytesOf, lossyText, textOfOctets, validUpTo, type Octets } from './octets.js';
import type { Schema } from './schema.js';
import * as words from './words.js';

/** The line and the character of an octet, from 1. */
export function position(text: Octets, at: number): readonly [line: number, column: number] {
  const before = text.slice(0, at);
  const start = before.lastIndexOf('\n') + 1;
  return [before.split('\n').length, characters(before.slice(start)) + 1];
}

/** Characters; of what is no UTF-8 each octet is one. */
function characters(octets: Octets): number {
  let bytes = bytesOf(octets);
  let count = 0;
  while (bytes.length) {
    const valid = validUpTo(bytes);
    for (const octet of bytes.subarray(0, valid)) if ((octet & 0xc0) !== 0x80) count++;
    if (valid < bytes.length) count++;
    bytes = bytes.subarray(valid + 1);
  }
  return count;
}

/** The violation of a text whose form is broken. */
export function unreadable(schema: Schema, framing: Framing, text: Octets, wrong: Wrong): Violation {
  const [line, column] = position(text, wrong.at);
  const [expected, actual] = inWords(schema, framing, text, wrong, `line ${line}, column ${column}`);
  return { pointer: wrong.about === 'length' ? (framing.length ?? '') : '', rule: wrong.rule, expected, actual, line, column };
}

function inWords(schema: Schema, framing: Framing, text: Octets, wrong: Wrong, here: string): readonly [expected: string, actual: string] {
  const length = framing.length ?? '';
  const stands = wrong.at < text.length ? `\`${words.shown(characterAt(text, wrong.at))}\` at ${here}` : `the end at ${here}`;
  switch (wrong.rule) {
    case 'empty':
      return ['a message', 'nothing'];
    case 'size':
      return [`at most ${schema.limits.message} octets`, `more, as shows at ${here}`];
    case 'line_size':
      return [`at most ${framing.line} octets in a line`, `more at ${here}`];
    case 'headers':
      return [`at most ${framing.most} headers`, `one more at ${here}`];
    case 'start':
      return [form(schema, framing), stands];
    case 'header':
      return [`a header (a name, \`${framing.separator}\` and a value)`, `\`${words.shorten(lineFrom(text, wrong.at))}\` at ${here}`];
    case 'marker':
      return [markerLine(wrong.about === 'body_end' ? (framing.marker ?? '') : framing.until), stands];
    case 'length_mismatch':
      return [
        `the line \`${framing.marker ?? ''}\` behind ${wrong.declared} octets of body, as ${length} says`,
        wrong.found === null ? 'something else there' : `it behind ${wrong.found} octets`,
      ];
    case 'truncated':
      if (wrong.about === 'lengths') return [`${wrong.declared} octets of body, as ${length} says`, stands];
      break;
    case 'trailing':
      return ['nothing behind the message', stands];
    case 'duplicate':
      return ['a header that stands once', `another at ${here}`];
    case 'required':
      return ["the number of the body's octets", 'nothing'];
    case 'number':
      return ['a number of octets, in digits', `\`${words.shorten(lineFrom(text, wrong.at))}\` at ${here}`];
    case 'charset':
      if (isInHead(framing, text, wrong.at)) return ['printable ASCII in the head', stands];
      return [framing.charset === 'ascii' ? 'printable ASCII' : 'text without control characters', stands];
  }
  return ['UTF-8', `something else at ${here}`];
}

/** The start line's form, such as `GET <target> HTTP/1.1`. */
function form(schema: Schema, framing: Framing): string {
  const { members } = schema.envelopes[framing.envelope]!;
  const part = (of: StartPart) => of.text ?? (of.member === undefined ? '<message>' : `<${members[of.member]!.name}>`);
  return `\`${framing.start.map(part).join('')}\``;
}

const markerLine = (line: string) => (line ? `the line \`${line}\`` : 'a blank line behind the headers');

const characterAt = (text: Octets, at: number) => [...lossyText(text.slice(at, at + 4))][0] ?? '';

/** What stands from there to the end of the line. */
const lineFrom = (text: Octets, at: number) => textOfOctets(/^[^\r\n]*/.exec(text.slice(at))?.[0] ?? '') ?? '';

/** Whether an octet stands in the head, as far as there is one. */
function isInHead(framing: Framing, text: Octets, at: number): boolean {
  const whole = text.slice(0, at).split('\n').slice(1, -1);
  return !whole.some((line) => line.replace(/[ \t\f\r]+$/, '') === framing.until);
}
