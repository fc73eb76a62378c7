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

function show(state) {
  element('state').textContent = element('state').dataset.state = state;
  for (const button of sends) button.disabled = state !== 'Ready';
}

/** What outlives the page is kept in `localStorage`, and shown. */
class ShownStore extends LocalStore {
  async get(space, key) {
    return this.shown(await super.get(space, key));
  }

  async put(space, key, value, expires) {
    await super.put(space, key, this.shown(value), expires);
  }

  shown(value) {
    element('thread').textContent = (value && JSON.parse(value).thread_id) ?? 'none yet';
    return value;
  }
}

const client = new LtpClient(address, {
  clientId,
  defaultContextTag: 'browser_example',
  storage: new ShownStore(),
  logger: {
    info: (event, fields) => {
      if (event === 'entered') show(fields.state);
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
show(client.state);
client.on('Event', ({ body }) => say('came', 'event', { type: body.eventType, data: body.data }));
client.on('StateUpdate', ({ body }) => say('came', 'state', body.data));
await client.connect();
