// A gateway of the generated package, and a device that speaks with it first. Usage: node ctp_peer.mjs COMPILED
// Says its port, then what arrives; answers each query.
import { pathToFileURL } from 'node:url';

const [compiled] = process.argv.slice(2);
const { CtpClient, CtpGateway, listen } = await import(pathToFileURL(`${compiled}/node.js`).href);
const say = (value) => console.log(JSON.stringify(value));
const context = { contextHash: '0x0000000000000000', contentType: 'text/ascii' };
const server = await listen(CtpGateway, 'tcp://127.0.0.1:0', async (session) => {
  for await (const { name, body } of session) {
    say({ gateway: name, agentId: body.agentId, intent: body.intent, body: body.body });
    await session.sendStream({ ...context, agentId: 'gateway-01', intent: 'RESPONSE', body: 'heard' });
  }
}, {});
say({ port: server.port });
const device = new CtpClient(`tcp://127.0.0.1:${server.port}`, { agent: 'own-device' });
await device.connect();
await device.sendStream({ ...context, agentId: 'own-device', intent: 'QUERY', body: 'two\nlines' });
for await (const { name, body } of device) {
  if (name !== 'Stream') continue;
  say({ device: name, intent: body.intent, body: body.body });
  break;
}
await device.close();
process.stdin.resume().on('end', () => process.exit(0));
