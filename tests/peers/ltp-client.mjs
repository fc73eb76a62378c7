// A client as the published specification describes one: init, update, event, ping, drop, resume. Usage: node ltp-client.mjs URL
import WebSocket from 'ws';
import { once } from 'node:events';

const url = process.argv[2];
const clientId = `peer-${process.pid}`;

async function open(first) {
  const socket = new WebSocket(url, ['ltp.v0.3']);
  const inbox = [];
  let wake = () => {};
  socket.on('message', (data) => { inbox.push(JSON.parse(data)); wake(); });
  await once(socket, 'open');
  const receive = async () => {
    while (inbox.length === 0) await new Promise((resolve) => { wake = resolve; });
    return inbox.shift();
  };
  socket.send(JSON.stringify({ ltp_version: '0.3', client_id: clientId, ...first }));
  return { socket, receive, ack: await receive() };
}

const say = (step, value) => console.log(JSON.stringify({ step, value }));
const first = await open({ type: 'handshake_init', intent: 'resonant_link', capabilities: ['state-update'] });
say('protocol', first.socket.protocol);
say('ack', first.ack);
const envelope = (type, payload, thread = first.ack) => JSON.stringify({
  type, thread_id: thread.thread_id, session_id: thread.session_id, timestamp: Math.floor(Date.now() / 1000), payload,
  meta: { client_id: clientId }, nonce: Math.random().toString(36), signature: 'v0-placeholder',
});
first.socket.send(envelope('state_update', { kind: 'minimal', data: { mood: 'curious', focus: 'exploration' } }));
first.socket.send(envelope('event', { event_type: 'user_action', data: { action: 'button_click', target: 'explore_mode' } }));
first.socket.send(envelope('ping', {}));
say('pong', await first.receive());
first.socket.terminate();

const second = await open({ type: 'handshake_resume', thread_id: first.ack.thread_id, resume_reason: 'automatic_reconnect' });
say('resumed', second.ack);
second.socket.send(envelope('ping', {}, second.ack));
say('pong', await second.receive());
second.socket.close();
