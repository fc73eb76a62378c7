// A generated endpoint for work as a program. Usage: node packetflow_peer.mjs COMPILED node ADDRESS | node packetflow_peer.mjs COMPILED reactor URL
// A node handles `df:transform`, `cf:seq` (so many milliseconds), `df:fails`, and says its port; a reactor handles `ed:notify`.
// Both submit each line of standard input, as JSON, and write what became of it; they end with their input.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [compiled, role, endpoint] = process.argv.slice(2);
const part = (name) => import(pathToFileURL(`${compiled}/${name}.js`).href);
const [{ PacketFlowNode, PacketFlowReactor }, { BINDING }, { encodeValue }] = await Promise.all(['node', 'binding', 'runtime/encode'].map(part));
const { schema } = BINDING;
const { body: outcome } = schema.messages.find(({ name }) => name === 'Outcome');
/** As it stands on the wire. */
const shown = (result) => encodeValue(schema, outcome, BINDING.value(outcome, result));
const side = new (role === 'node' ? PacketFlowNode : PacketFlowReactor)({ endpoint });
if (role === 'node') {
  side.register('df', 'transform', async (data) => data.toUpperCase());
  side.register('cf', 'seq', async (wait) => {
    await new Promise((done) => setTimeout(done, wait));
    return wait;
  });
  side.register('df', 'fails', () => {
    throw new Error('no');
  });
} else side.register('ed', 'notify', (data, task) => ({ sent: data, kind: task.kind }));
await side.start();
console.log(JSON.stringify({ port: side.port ?? 0 }));
const submitted = [];
for await (const line of createInterface({ input: process.stdin })) {
  submitted.push(side.submit(JSON.parse(line)).then((result) => console.log(shown(result))));
}
await Promise.all(submitted);
await side.stop();
process.exit(0);
