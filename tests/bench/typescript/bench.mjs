// Speed of a generated package beside its contenders: in one process, in turns, medians. Usage: node bench.mjs COMPILED [--json]
// A contender's figure is how much of its time the generated code takes: 3.0 is three times as fast.
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { contenders } from './contenders.mjs';

const [compiled, form] = process.argv.slice(2);
const { decode, encode } = await import(pathToFileURL(`${compiled}/messages.js`).href);
const { read } = await import(pathToFileURL(`${compiled}/decoders.js`).href);

const head = { thread_id: '2d5b1a9e-0a6f-4a3b-9c51-7f1c1a0f6a11', session_id: '9b2f4c1e-7a0d-4e0f-8f3a-3c5d7e9f1b22', timestamp: 1731600000 };
const tail = {
  meta: { client_id: 'my-device-123', trace_id: 't-1', context_tag: 'evening_reflection', affect: { valence: 0.3, arousal: -0.2 } },
  nonce: 'e3b0c44298fc1c14',
  signature: 'v0-placeholder',
};
const message = (kind, data) => ({ type: 'state_update', ...head, payload: { kind, data }, ...tail });
const MESSAGES = {
  'any object': message('minimal', { mood: 'curious', focus: 'exploration', depth: 3 }),
  'a record': message('lri_envelope_v1', {
    actor: 'user',
    intent: 'reflect',
    summary: 'Thinking about the day — and what came of it',
    highlights: ['walked', 'wrote'],
    inner_state: { energy: 0.4, clarity: 0.7, stress: 0.2 },
    resonance_hooks: ['evening'],
  }),
  'a list of 20': message('affect_log_v1', Array.from({ length: 20 }, (_, t) => ({ t, valence: t / 20 - 0.5, arousal: 0.25 }))),
};

let sink;
/** Nanoseconds a call of each takes: medians of turns, in which each comes once, and so short that few are interrupted. */
function measure(functions, turns = 601, least = 0.2) {
  const names = Object.keys(functions);
  const calls = {};
  for (const name of names) {
    // Long enough that what compiles beside it is done, however busy the machine is.
    for (const end = performance.now() + 500; performance.now() < end; ) for (let index = 0; index < 1_000; index++) sink = functions[name]();
    // The best of some: one that was held up would make turns too short to measure.
    let best = Infinity;
    for (let probe = 0; probe < 7; probe++) {
      const begin = performance.now();
      for (let index = 0; index < 500; index++) sink = functions[name]();
      best = Math.min(best, performance.now() - begin);
    }
    calls[name] = Math.max(Math.ceil((500 * least) / best), 10);
  }
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn++) {
    for (const name of names) {
      const run = functions[name];
      const begin = performance.now();
      for (let index = 0; index < calls[name]; index++) sink = run();
      times[name].push(((performance.now() - begin) * 1e6) / calls[name]);
    }
  }
  return Object.fromEntries(names.map((name) => [name, times[name].sort((a, b) => a - b)[turns >> 1]]));
}

const checks = contenders();
const results = [];
for (const [name, value] of Object.entries(MESSAGES)) {
  // As a socket hands it over: flat.
  const text = Buffer.from(JSON.stringify(value)).toString();
  const own = decode(text);
  if (!read(text)) throw new Error(`${name} is not read straight`);
  if (encode(own) !== text) throw new Error(`${name} is written otherwise: ${encode(own)}`);
  for (const check of Object.values(checks)) check(JSON.parse(text));
  const decoding = measure({
    generated: () => decode(text),
    'JSON.parse': () => JSON.parse(text),
    zod: () => checks.zod(JSON.parse(text)),
    ajv: () => checks.ajv(JSON.parse(text)),
    typebox: () => checks.typebox(JSON.parse(text)),
  });
  // Octets are what a socket takes: so a text that is only put together lazily is counted whole.
  const octets = new Uint8Array(1 << 16);
  const encoder = new TextEncoder();
  const write = (written) => encoder.encodeInto(written, octets).written;
  const encoding = measure({
    generated: () => write(encode(own)),
    'JSON.stringify': () => write(JSON.stringify(value)),
    zod: () => write(JSON.stringify(checks.zod(value))),
    ajv: () => write(JSON.stringify(checks.ajv(value))),
    typebox: () => write(JSON.stringify(checks.typebox(value))),
  });
  results.push({ name, octets: Buffer.byteLength(text), decoding, encoding });
}

if (form === '--json') console.log(JSON.stringify(results));
else {
  for (const what of ['decoding', 'encoding']) {
    const others = Object.keys(results[0][what]).slice(1);
    console.log(`${what.padEnd(16)}${'octets'.padStart(8)}${'ns'.padStart(8)}${others.map((name) => name.padStart(16)).join('')}`);
    for (const { name, octets, [what]: times } of results) {
      const ratios = others.map((other) => (times[other] / times.generated).toFixed(2).padStart(16));
      console.log(`${name.padEnd(16)}${String(octets).padStart(8)}${times.generated.toFixed(0).padStart(8)}${ratios.join('')}`);
    }
  }
}
