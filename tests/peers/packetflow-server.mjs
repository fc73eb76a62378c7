// A server that repeats only one of what a request is told by: the packet's id, as the published reactors do with seq 0, or the frame's number.
// Usage: node packetflow-server.mjs id|seq
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
server.on('listening', () => console.log(JSON.stringify({ port: server.address().port })));
server.on('connection', (socket) => socket.on('message', (data) => {
  const frame = JSON.parse(data);
  if (frame.type !== 'submit') return;
  const result = (packet_id) => ({ packet_id, status: 'success', data: frame.payload.data.toUpperCase(), duration_ms: 1 });
  const answer = process.argv[2] === 'id'
    ? { type: 'result', seq: 0, payload: result(frame.payload.id) }
    : { type: 'result', seq: frame.seq, payload: result(crypto.randomUUID()) };
  socket.send(JSON.stringify(answer));
}));
