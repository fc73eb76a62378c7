// A client as the published runtime is one: it numbers its frames, and sends exactly what that sends. Usage: node packetflow-client.mjs URL
import WebSocket from 'ws';
import { once } from 'node:events';

const socket = new WebSocket(process.argv[2]);
await once(socket, 'open');
const id = crypto.randomUUID();
// The published runtime adds these to what its application gives.
const packet = { version: '1.0', id, priority: 5, group: 'df', element: 'transform', data: 'hello world' };
socket.on('message', (data) => {
  const frame = JSON.parse(data);
  if (frame.type !== 'result') return;
  console.log(JSON.stringify({ own: frame.payload.packet_id === id, seq: frame.seq, status: frame.payload.status, data: frame.payload.data }));
  socket.close();
});
socket.send(JSON.stringify({ type: 'heartbeat', seq: 1, payload: { timestamp: Date.now() } }));
socket.send(JSON.stringify({ type: 'submit', seq: 2, payload: packet }));
