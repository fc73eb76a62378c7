// Replays vectors on a generated TypeScript package. Usage: node replay.mjs COMPILED VECTORS
// Says how many there were, and every difference; ends with 1 if there is one.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [compiled, vectors] = process.argv.slice(2);
const part = (name) => import(pathToFileURL(`${compiled}/${name}.js`).href);
const [{ SCHEMA }, walk, { encode }, { Refused }, { replay }, messages] = await Promise.all(
  ['tables', 'runtime/walk', 'runtime/encode', 'runtime/findings', 'runtime/script', 'messages'].map(part),
);
const lines = (name) => readFileSync(`${vectors}/${name}.jsonl`, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
let differences = 0;
const differ = (name, found, expected) => {
  differences += 1;
  console.log(JSON.stringify({ differs: name, found, expected }).slice(0, 2000));
};

function read(vector) {
  const frame = vector.text ?? Uint8Array.from(Buffer.from(vector.octets, 'hex'));
  try {
    const decoded = walk.decode(SCHEMA, frame);
    const text = encode(SCHEMA, decoded);
    // What an application sees and gives back says the same.
    const again = messages.encode(messages.decode(frame));
    const same = (a, b) => JSON.stringify(sorted(JSON.parse(a))) === JSON.stringify(sorted(JSON.parse(b)));
    if (!text.includes('toon') && !same(again, text)) differ(`${vector.name} (as objects)`, again, text);
    return { encoded: text, message: SCHEMA.messages[decoded.message].name };
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    const { violations, messageName } = refused;
    return messageName === null ? { violations } : { message: messageName, violations };
  }
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).sort().map(([name, item]) => [name, sorted(item)]));
}

const all = lines('messages');
for (const vector of all) {
  const { name, text, octets, ...expected } = vector;
  const found = read(vector);
  if (JSON.stringify(sorted(found)) !== JSON.stringify(sorted(expected))) differ(name, found, expected);
}
const scripts = lines('sessions');
for (const { name, script, trace } of scripts) {
  const found = replay(SCHEMA, script);
  const index = trace.findIndex((line, at) => found[at] !== line);
  if (index >= 0 || found.length !== trace.length) differ(name, found[index] ?? found.length, trace[index] ?? trace.length);
}
console.log(JSON.stringify({ messages: all.length, scripts: scripts.length, differences }));
process.exit(differences ? 1 : 0);
