// A generated endpoint as a program, with the manners of `ltpc serve` and `ltpc connect`: drafts come in as JSON lines, messages go out.
// Usage: node ctp_peer.mjs COMPILED server ADDRESS | node ctp_peer.mjs COMPILED client URL AGENT
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [compiled, role, address, agent] = process.argv.slice(2);
const part = (name) => import(pathToFileURL(`${compiled}/${name}.js`).href);
const [{ CtpClient, CtpGateway, listen }, { BINDING }, { parseDraft }, { textOf }] = await Promise.all(
  ['node', 'binding', 'runtime/drafts', 'runtime/values'].map(part),
);
/** In the form of a draft: the names that members have on the wire. */
function shown(message) {
  const index = BINDING.schema.messages.findIndex(({ name }) => name === message.name);
  const { tag, envelope, body } = BINDING.draft(index, message.body, message.envelope, message.tag);
  return JSON.parse(textOf(new Map([['(tag)', tag], ...envelope, ...body])));
}
const say = (value) => console.log(JSON.stringify(value));
const complain = (error) => console.error(String(error));
// Made when they are read: lines that come before are not lost then.
const lines = () => createInterface({ input: process.stdin });
const draft = (line) => parseDraft(BINDING.schema, line);

if (role === 'client') {
  const client = new CtpClient(address, { agent });
  await client.connect();
  void (async () => {
    for await (const message of client) say(shown(message));
  })();
  // A client that lost its connection has it again before it is asked.
  for await (const line of lines()) await client.connect().then(() => client.call(draft(line))).catch(complain);
  await client.close();
} else {
  const sessions = new Map();
  let count = 0;
  const serve = async (session) => {
    const number = ++count;
    sessions.set(number, session);
    for await (const message of session) say({ from: number, message: shown(message) });
    sessions.delete(number);
  };
  const server = await listen(CtpGateway, address, serve, {});
  console.error(`listening on tcp://127.0.0.1:${server.port}/`);
  for await (const line of lines()) for (const session of sessions.values()) await session.call(draft(line)).catch(complain);
  await server.close();
}
