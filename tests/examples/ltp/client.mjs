// A client of the Liminal Thread Protocol in Node.js. Compile the package first (npm install && npm run build in generated/typescript/ltp), then
// node tests/examples/ltp/client.mjs [URL]
import { FileStore, LtpClient } from '../../../generated/typescript/ltp/dist/node.js';

const client = new LtpClient(process.argv[2] ?? 'ws://localhost:8080', {
  clientId: 'my-device-123',
  defaultContextTag: 'example',
  preferredEncoding: 'toon',
  storage: new FileStore('threads'),
});
await client.connect();
await client.sendStateUpdate({ kind: 'minimal', data: { mood: 'curious', focus: 'exploration' } });
await client.sendStateUpdate({ kind: 'affect_log_v1', data: [{ t: 1, valence: 0.2, arousal: -0.1 }] });
await client.sendEvent('user_action', { action: 'button_click', target: 'explore_mode' });
for await (const message of client) {
  if (message.name !== 'Event') continue;
  console.log(`${message.body.eventType}:`, message.body.data);
  break;
}
await client.close();
