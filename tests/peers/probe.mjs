// Says what a generated TypeScript package makes of frames. Usage: node probe.mjs COMPILED
// A frame a line comes in, in hexadecimal digits; what is made of it goes out as a line of JSON (see tests/tests/random.rs).
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { pathToFileURL } from 'node:url';

const [compiled] = process.argv.slice(2);
const part = (name) => import(pathToFileURL(`${compiled}/${name}.js`).href);
const [{ decode, encode, explain, Refused }, { BINDING }, codec] = await Promise.all(['index', 'binding', 'runtime/codec'].map(part));
const { schema } = BINDING;

/** What `make` gives, or what it throws. */
function tried(make) {
  try {
    return { made: make() };
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    return { refused };
  }
}

const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The frame as sockets hand over texts; octets that are none stay what they are. */
function handed(frame) {
  try {
    return text.decode(frame);
  } catch {
    return frame;
  }
}

function judged(frame) {
  const { made, refused } = tried(() => decode(frame));
  // Octets and text, what accepts fast and the walk that explains, see the same message.
  const other = tried(() => decode(handed(frame)));
  if (!isDeepStrictEqual(other.made, made)) return { octets: made, text: other.made };
  const walked = tried(() => codec.decode(schema, frame));
  if (Boolean(walked.refused) !== Boolean(refused)) return { decode: made, walk: String(walked.refused) };
  if (refused) {
    const { violations, messageName } = refused;
    if (!isDeepStrictEqual(explain(frame), violations)) return { explain: explain(frame), violations };
    return { ...(messageName !== null && { message: messageName }), violations };
  }
  if (!isDeepStrictEqual(BINDING.message(walked.made), made)) return { walk: BINDING.message(walked.made), decode: made };
  // And both write the same, or refuse the same.
  const [fast, slow] = [tried(() => encode(made)), tried(() => BINDING.encode(made))];
  if (fast.made !== slow.made) return { walk: slow.made, encode: fast.made };
  return { message: schema.messages[walked.made.message].name, encoded: codec.encode(schema, walked.made) };
}

for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(judged(Buffer.from(line, 'hex'))));
