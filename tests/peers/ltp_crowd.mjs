// Many clients of the thread protocol in one program, or a server that answers them. What it reads and prints is said in tests/tests/soak.rs.
// Usage: node ltp_crowd.mjs COMPILED echo ADDRESS | node ltp_crowd.mjs COMPILED crowd NAME COUNT SECONDS PAUSE URL...
import { pathToFileURL } from 'node:url';

const [compiled, role, ...rest] = process.argv.slice(2);
const { Ended, LtpClient, LtpServer, MemoryStore, NotNow, listen } = await import(pathToFileURL(`${compiled}/node.js`).href);
const PATIENCE = 30_000;
const sleep = (time) => new Promise((done) => setTimeout(done, time));

async function echo(address) {
  const serve = async (session) => {
    for await (const { name, body } of session) {
      if (name !== 'Event') continue;
      await session.sendEvent('answer', body.data).catch((gone) => {
        if (!(gone instanceof Ended || gone instanceof NotNow)) throw gone;
      });
    }
  };
  const server = await listen(LtpServer, address, serve, { heartbeat: 5000 });
  console.error(`listening on ws://127.0.0.1:${server.port}`);
  for await (const _ of process.stdin);
  await server.close();
}

class Client {
  storage = new MemoryStore();
  thread;
  session;
  number = 0;
  answered = false;
  wake = () => {};
  totals = { clients: 1, sent: 0, answered: 0, cut: 0, lost: 0, mixed: 0, refused: 0, resumed: 0, errors: 0, ended: 0 };

  constructor(name, url, pause, until) {
    Object.assign(this, { name, url, pause, until });
  }

  async run() {
    while (Date.now() < this.until) {
      const session = new LtpClient(this.url, { clientId: this.name, storage: this.storage });
      session.on('Event', (message) => this.heard(message)).on('Error', () => this.totals.errors++);
      try {
        await session.connect();
        await this.talk(session);
      } catch (gone) {
        if (!(gone instanceof Ended)) throw gone;
        this.totals.ended++;
        await sleep(100);
      } finally {
        await session.close();
      }
    }
    return this.totals;
  }

  heard({ envelope, body }) {
    if (this.session !== undefined && this.session !== envelope.sessionId) this.totals.resumed++;
    this.session = envelope.sessionId;
    this.thread ??= envelope.threadId;
    if (envelope.threadId !== this.thread || body.data.client !== this.name) this.totals.mixed++;
    if (body.data.n !== this.number) return;
    this.answered = true;
    this.wake();
  }

  async talk(session) {
    while (Date.now() < this.until) {
      await session.connect();
      this.number++;
      this.answered = false;
      try {
        await session.sendEvent('count', { client: this.name, n: this.number });
      } catch (refused) {
        if (!(refused instanceof NotNow)) throw refused;
        this.totals.refused++;
        continue;
      }
      this.totals.sent++;
      this.totals[await this.outcome(session)]++;
      await sleep(Math.random() * 2 * this.pause);
    }
  }

  // What became of the last event: a connection that is lost is noticed, for the next one is not there at once.
  async outcome(session) {
    const patience = Date.now() + PATIENCE;
    while (Date.now() < patience) {
      if (this.answered) return 'answered';
      if (session.state !== 'Ready') return 'cut';
      await new Promise((done) => {
        const timer = setTimeout(done, 100);
        this.wake = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
    return 'lost';
  }
}

async function crowd(name, count, seconds, pause, ...urls) {
  const until = Date.now() + 1000 * seconds;
  const of = (url, at) => Promise.all(Array.from({ length: count }, (_, number) => new Client(`${name}-${at}-${number}`, url, pause, until).run()));
  const each = await Promise.all(urls.map(of));
  const sum = (all) => all.reduce((total, one) => Object.fromEntries(Object.keys(one).map((key) => [key, (total[key] ?? 0) + one[key]])), {});
  console.log(JSON.stringify({ totals: each.map(sum) }));
}

await (role === 'echo' ? echo(...rest) : crowd(rest[0], Number(rest[1]), Number(rest[2]), Number(rest[3]), ...rest.slice(4)));
process.exit(0);
