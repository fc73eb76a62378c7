// The example's page in headless Chromium, with a server that comes and goes.
// Usage: node browser.mjs COMPILED LTPC SCHEMA FOLDER, where FOLDER is for the server's store and the screenshots.
// Says each step; ends with 1 if one fails.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { delimiter, extname, join, normalize } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const [compiled, ltpc, schema, folder] = process.argv.slice(2);
const page_ = fileURLToPath(new URL('../examples/ltp/browser', import.meta.url));
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'];
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** The page's files, and the package as its build leaves it under `ltp/`. */
async function files() {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, 'http://localhost').pathname).replace(/^\/$/, '/index.html');
    const file = path.startsWith('/ltp/') ? join(compiled, path.slice(5)) : join(page_, path);
    try {
      const text = await readFile(file);
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain' }).end(text);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

/** `ltpc serve`, which keeps its threads in the folder. */
async function serve(port) {
  const program = spawn(ltpc, ['serve', schema, '--listen', `ws://127.0.0.1:${port}`, '--store', join(folder, 'threads')]);
  const said = [];
  const waiting = [];
  createInterface({ input: program.stdout }).on('line', (line) => {
    said.push(JSON.parse(line).message);
    for (const look of waiting.splice(0)) look();
  });
  const bound = await new Promise((done, failed) => {
    createInterface({ input: program.stderr }).on('line', (line) => {
      const found = /listening on \S+:(\d+)/.exec(line);
      if (found) done(Number(found[1]));
    });
    program.once('exit', (code) => failed(new Error(`the server ended: ${code}`)));
  });
  return {
    port: bound,
    say: (message) => program.stdin.write(`${JSON.stringify(message)}\n`),
    /** The first message of a type that was heard. */
    heard: async (type) => {
      for (;;) {
        const found = said.findIndex((message) => message.type === type);
        if (found >= 0) return said.splice(found, 1)[0];
        await new Promise((look) => waiting.push(look));
      }
    },
    stop: () => new Promise((done) => {
      program.removeAllListeners('exit');
      program.once('exit', done);
      program.kill('SIGINT');
    }),
  };
}

const path = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) => process.env.PATH.split(delimiter).map((part) => join(part, name))).find(existsSync);
if (!path) throw new Error('no Chromium on PATH');
const pages = await files();
let server = await serve(0);
const { port } = server;
const browser = await chromium.launch({ executablePath: path, headless: true, args: FLAGS });
const step = (text) => console.log(text);
try {
  const page = await browser.newPage({ viewport: { width: 1040, height: 760 } });
  page.setDefaultTimeout(30_000);
  const failures = [];
  page.on('pageerror', (error) => {
    failures.push(String(error));
    console.error(`the page: ${error}`);
  });
  const ready = () => page.waitForSelector('#state[data-state=Ready]');
  const thread = () => page.textContent('#thread');
  const wait = (text) => page.waitForSelector(`#log li:has-text(${JSON.stringify(text)})`);
  await page.goto(`http://127.0.0.1:${pages.address().port}/?server=ws://127.0.0.1:${port}`);
  await ready();
  await page.waitForFunction(() => /^[0-9a-f-]{36}$/.test(document.getElementById('thread').textContent));
  const first = await thread();
  step('connects and shows the state');

  await page.fill('input[name=mood]', 'curious');
  await page.click('#update button');
  const update = await server.heard('state_update');
  if (update.payload.data.mood !== 'curious' || update.thread_id !== first) throw new Error(JSON.stringify(update));
  if (update.meta.affect.valence !== 0.3 || update.meta.context_tag !== 'browser_example') throw new Error(JSON.stringify(update));
  await page.click('#event button');
  if ((await server.heard('event')).payload.event_type !== 'button_click') throw new Error('another event');
  server.say({ type: 'event', payload: { event_type: 'insight', data: { text: 'welcome back' } } });
  await wait('insight');
  step('sends, and shows what comes');
  await page.screenshot({ path: join(folder, 'page.png') });

  await server.stop();
  await page.waitForSelector('#state:not([data-state=Ready])');
  server = await serve(port);
  await ready();
  await page.click('#event button');
  const after = await server.heard('event');
  if (after.thread_id !== first) throw new Error('another thread after the restart');
  if (after.session_id === update.session_id) throw new Error('the same connection after the restart');
  step('goes on with its thread when the server was restarted');

  await page.reload();
  await ready();
  await page.waitForFunction((known) => document.getElementById('thread').textContent === known, first);
  await page.click('#update button');
  if ((await server.heard('state_update')).thread_id !== first) throw new Error('another thread after the reload');
  step('goes on with its thread when the page was loaded again');
  if (failures.length) throw new Error(failures.join('; '));
} finally {
  await browser.close();
  await server.stop();
  pages.close();
}
