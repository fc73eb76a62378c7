// A server as the published specification describes one. Prints its port, then every message that it gets. Usage: node ltp-server.mjs
// SIGUSR2 cuts every connection, so that clients have to come back.
import { WebSocketServer } from 'ws';
import { randomUUID } from 'node:crypto';

const threads = new Map();
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: (offered) => (offered.has('ltp.v0.3') ? 'ltp.v0.3' : false) });
server.on('listening', () => console.log(JSON.stringify({ port: server.address().port })));
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const message = JSON.parse(data);
    console.log(JSON.stringify(message));
    const answer = (value) => socket.send(JSON.stringify(value));
    const ack = (thread_id, resumed) => {
      threads.set(thread_id, message.client_id);
      answer({ type: 'handshake_ack', ltp_version: '0.3', thread_id, session_id: randomUUID(), resumed,
        server_capabilities: ['state-update', 'events', 'ping-pong'], heartbeat_interval_ms: 200, metadata: {} });
    };
    if (message.type === 'handshake_init') ack(randomUUID(), false);
    if (message.type === 'handshake_resume') {
      if (threads.get(message.thread_id) === message.client_id) ack(message.thread_id, true);
      else answer({ type: 'handshake_reject', ltp_version: '0.3', reason: 'thread_not_found', suggest_new: true });
    }
    if (message.type === 'ping') {
      answer({ type: 'pong', thread_id: message.thread_id, session_id: message.session_id, timestamp: Math.floor(Date.now() / 1000), payload: {} });
    }
    if (message.type === 'state_update') {
      answer({ type: 'event', thread_id: message.thread_id, session_id: message.session_id, timestamp: Math.floor(Date.now() / 1000),
        payload: { kind: 'seen', data: { kind: message.payload.kind } } });
    }
  });
});
process.on('SIGUSR2', () => { for (const client of server.clients) client.terminate(); });
