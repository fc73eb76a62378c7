// The package as its build leaves it: modules that a browser loads by itself.
import { LocalStore, LtpClient } from './ltp/index.js';

const address = new URLSearchParams(location.search).get('server') ?? 'ws://localhost:8080';
const clientId = 'browser-example';
const element = (id) => document.getElementById(id);
const sends = document.querySelectorAll('button');
let connections = 0;

function say(way, what, value) {
  const line = document.createElement('li');
  const kind = document.createElement('span');
  const code = document.createElement('code');
  line.dataset.way = way;
  kind.textContent = what;
  code.textContent = typeof value === 'string' ? value : JSON.stringify(value);
  line.append(kind, code);
  element('log').prepend(line);
}

async function show(state) {
  element('state').textContent = element('state').dataset.state = state;
  for (const button of sends) button.disabled = state !== 'Ready';
  if (state !== 'Ready') return;
  const known = await new LocalStore().get('thread_id', clientId);
  element('thread').textContent = known === null ? 'none yet' : JSON.parse(known).thread_id;
}

const client = new LtpClient(address, {
  clientId,
  defaultContextTag: 'browser_example',
  logger: {
    info: (event, fields) => {
      if (event === 'entered') void show(fields.state);
      if (event === 'connected') element('connections').textContent = String(++connections);
      if (event === 'connected' || event === 'closed') say('session', event, fields.reason ?? fields.peer);
    },
    warn: (event, fields) => say('session', event, fields.reason ?? fields),
    error: (event, fields) => say('session', event, fields.reason ?? fields),
  },
});

function onSubmit(id, send) {
  element(id).addEventListener('submit', (event) => {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.target));
    send(said).catch((error) => say('session', error.name, error.message));
  });
}

onSubmit('update', async ({ mood, valence, arousal }) => {
  const affect = { valence: Number(valence), arousal: Number(arousal) };
  await client.sendStateUpdate({ kind: 'minimal', data: { mood } }, { affect });
  say('sent', 'state', { mood, ...affect });
});
onSubmit('event', async ({ type, target }) => {
  await client.sendEvent(type, { target });
  say('sent', 'event', { type, target });
});

element('server').textContent = address;
element('client').textContent = clientId;
void show(client.state);
client.on('Event', ({ body }) => say('came', 'event', { type: body.eventType, data: body.data }));
client.on('StateUpdate', ({ body }) => say('came', 'state', body.data));
await client.connect();
