// Replays vectors on a generated TypeScript package. Usage: node replay.mjs COMPILED VECTORS
// Says how many there were, and every difference; ends with 1 if there is one.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { pathToFileURL } from 'node:url';

const [compiled, vectors] = process.argv.slice(2);
const part = (name) => import(pathToFileURL(`${compiled}/${name}.js`).href);
const [{ SCHEMA }, walk, { encode }, { Refused }, { replay }, { BINDING }, { read: readFast }, { write }, codec, { Broken, Splitter }, messages] = await Promise.all(
  ['tables', 'runtime/walk', 'runtime/encode', 'runtime/findings', 'runtime/script', 'binding', 'decoders', 'encoders', 'runtime/codec', 'runtime/split', 'messages'].map(part),
);
const lines = (name) => readFileSync(`${vectors}/${name}.jsonl`, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
let differences = 0;
const differ = (name, found, expected) => {
  differences += 1;
  console.log(JSON.stringify({ differs: name, found, expected }).slice(0, 2000));
};

const hostile = new Set();
let [accepted, straight, written] = [0, 0, 0];

/** What the generated encoder writes is what is written by the tables, if it does not give up. */
function compareText(name, message) {
  const fast = write(message);
  if (fast === undefined) return;
  written += 1;
  const expected = BINDING.encode(message);
  if (fast !== expected) differ(`${name} (written straight)`, fast, expected);
}

const HOSTILE = [undefined, null, true, -0, 0.5, -1, 2, 1e15, 2 ** 53, 1e300, NaN, Infinity, 5n, '', 'x', '\ud800', '"\\\n', 'x'.repeat(70_000), [], {}, [[null]], { x: 1 }];

/** Each value of a message replaced, and each object given one more: what is written then is what is written by the tables. */
function compareHostile(name, message) {
  const visit = (object) => {
    for (const key of [...Object.keys(object), 'another', 'extra']) {
      const before = Object.getOwnPropertyDescriptor(object, key);
      for (const value of HOSTILE) {
        object[key] = value;
        const fast = write(message);
        if (fast === undefined) continue;
        let expected = 'refused';
        try {
          expected = BINDING.encode(message);
        } catch (refused) {
          if (!(refused instanceof Refused)) throw refused;
        }
        if (fast !== expected) differ(`${name}, ${key} ${String(value).slice(0, 20)} (written straight)`, fast, expected);
      }
      if (before) object[key] = before.value;
      else delete object[key];
      if (typeof object[key] === 'object' && object[key] !== null) visit(object[key]);
    }
  };
  visit(message.envelope);
  visit(message.body);
}

/** What the generated decoder makes of a frame is what the walk makes of it, if it does not give up. */
function compare(name, frame, decoded) {
  const fast = readFast(frame);
  if (decoded) accepted += 1;
  if (!fast) return;
  straight += 1;
  const expected = decoded && BINDING.message(decoded);
  if (!isDeepStrictEqual(fast, expected)) differ(`${name} (straight)`, fast, expected ?? 'refused');
}

function read(vector) {
  if (SCHEMA.framed) return readFramed(vector);
  const frame = vector.text ?? Uint8Array.from(Buffer.from(vector.octets, 'hex'));
  try {
    const decoded = walk.decode(SCHEMA, frame);
    compare(vector.name, frame, decoded);
    compareText(vector.name, BINDING.message(decoded));
    if (!hostile.has(decoded.message)) {
      hostile.add(decoded.message);
      compareHostile(vector.name, BINDING.message(decoded));
    }
    const text = encode(SCHEMA, decoded);
    // What an application sees and gives back says the same.
    const again = messages.encode(messages.decode(frame));
    const same = (a, b) => JSON.stringify(sorted(JSON.parse(a))) === JSON.stringify(sorted(JSON.parse(b)));
    if (!text.includes('toon') && !same(again, text)) differ(`${vector.name} (as objects)`, again, text);
    return { encoded: text, message: SCHEMA.messages[decoded.message].name };
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    compare(vector.name, frame, null);
    const { violations, messageName } = refused;
    return messageName === null ? { violations } : { message: messageName, violations };
  }
}

/** Framed text, by the rule for lengths that the vector names. */
function readFramed({ text, octets, mismatch, name }) {
  const frame = text ?? Uint8Array.from(Buffer.from(octets, 'hex'));
  const strict = mismatch === undefined ? undefined : mismatch === 'strict';
  try {
    const decoded = codec.decode(SCHEMA, frame, strict);
    const { message: index, lengths } = decoded;
    const encoded = codec.encode(SCHEMA, decoded);
    accepted += 1;
    const again = messages.encode(BINDING.message(decoded));
    if (again !== encoded) differ(`${name} (as objects)`, again, encoded);
    return { encoded, message: SCHEMA.messages[index].name, ...(lengths && { lengths }), ...(mismatch && { mismatch }) };
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    const { violations, messageName } = refused;
    return { ...(messageName !== null && { message: messageName }), violations, ...(mismatch && { mismatch }) };
  }
}

/** What comes of each step of a stream, until it is broken. */
function cut({ mismatch, steps }) {
  const splitter = new Splitter(SCHEMA.framed, SCHEMA.limits.message, mismatch === 'strict');
  const hex = (octets) => Buffer.from(octets, 'latin1').toString('hex');
  return steps.map((step) => {
    const came = [];
    try {
      if (step.octets) splitter.push(Buffer.from(step.octets, 'hex').toString('latin1'));
      const next = () => (step === 'pause' ? splitter.pause() : step === 'finish' ? splitter.finish() : splitter.next());
      for (let frame = next(); frame; frame = next()) came.push({ frame: [hex(frame.octets), frame.lengths] });
    } catch (broken) {
      if (!(broken instanceof Broken)) throw broken;
      try {
        codec.decode(SCHEMA, Uint8Array.from(Buffer.from(broken.octets, 'latin1')), mismatch === 'strict');
      } catch (refused) {
        came.push({ broken: refused.violations?.[0] ?? String(refused) });
      }
    }
    return came;
  });
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, sorted(item)]));
}

const all = lines('messages');
for (const vector of all) {
  const { name, text, octets, ...expected } = vector;
  const found = read(vector);
  if (JSON.stringify(sorted(found)) !== JSON.stringify(sorted(expected))) differ(name, found, expected);
}
const streams = lines('streams');
for (const stream of streams) {
  const found = cut(stream);
  if (JSON.stringify(sorted(found)) !== JSON.stringify(sorted(stream.came))) differ(stream.name, found, stream.came);
}
const scripts = lines('sessions');
for (const { name, script, trace } of scripts) {
  const found = replay(SCHEMA, script);
  const index = trace.findIndex((line, at) => found[at] !== line);
  if (index >= 0 || found.length !== trace.length) differ(name, found[index] ?? found.length, trace[index] ?? trace.length);
}
console.log(JSON.stringify({ messages: all.length, streams: streams.length, accepted, straight, written, scripts: scripts.length, differences }));
process.exit(differences ? 1 : 0);
