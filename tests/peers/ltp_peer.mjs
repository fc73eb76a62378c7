// A generated endpoint as a program, with the manners of `ltpc serve` and `ltpc connect`: drafts come in as JSON lines, messages go out.
// Usage: node ltp_peer.mjs COMPILED server ADDRESS | node ltp_peer.mjs COMPILED client URL STORE CLIENT_ID
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [compiled, role, address, store, clientId] = process.argv.slice(2);
const part = (name) => import(pathToFileURL(`${compiled}/${name}.js`).href);
const [{ FileStore, LtpClient, LtpServer, listen, encode }, { BINDING }, { parseDraft }] = await Promise.all(['node', 'binding', 'runtime/drafts'].map(part));
const shown = (message) => {
  const envelope = 'contentEncoding' in message.envelope ? { ...message.envelope, contentEncoding: 'json' } : message.envelope;
  return JSON.parse(encode({ ...message, envelope }));
};
const say = (value) => console.log(JSON.stringify(value));
const ask = (session, line) => session.call(parseDraft(BINDING.schema, line)).catch((error) => console.error(String(error)));
// Made when they are read: lines that come before are not lost then.
const lines = () => createInterface({ input: process.stdin });

if (role === 'client') {
  const client = new LtpClient(address, { clientId, storage: new FileStore(store) });
  await client.connect();
  void (async () => {
    for await (const message of client) say(shown(message));
  })();
  // A client that lost its connection has it again before it is asked.
  for await (const line of lines()) await client.connect().then(() => ask(client, line));
  await client.close();
} else {
  const sessions = new Set();
  const serve = async (session) => {
    sessions.add(session);
    for await (const message of session) say({ from: 0, message: shown(message) });
    sessions.delete(session);
  };
  const server = await listen(LtpServer, address, serve, { heartbeat: 200, grace: 2000 });
  console.error(`listening on ws://127.0.0.1:${server.port}`);
  for await (const line of lines()) for (const session of sessions) await ask(session, line);
  await server.close();
}
