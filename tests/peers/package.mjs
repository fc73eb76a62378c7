// Packs a generated package, installs it into a fresh folder, compiles each example of its README by itself, and runs them together.
// Usage: node package.mjs PACKAGE FOLDER. Says what they wrote, the size of the pack, and of a bundle for browsers of one import: `decode`,
// and the client; and whether each has sessions in it.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const [source, folder] = process.argv.slice(2);
const modules = fileURLToPath(new URL('node_modules', import.meta.url));
const npm = (cwd, ...args) => execFileSync('npm', [...args, '--no-audit', '--no-fund', '--offline', '--silent'], { cwd, encoding: 'utf8' });

const own = join(folder, 'own');
cpSync(source, own, { recursive: true, filter: (path) => !/\/(node_modules|dist)$/.test(path) });
symlinkSync(modules, join(own, 'node_modules'));
npm(own, 'run', 'build');
npm(own, 'pack', '--pack-destination', folder);
const pack = readdirSync(folder).find((name) => name.endsWith('.tgz'));

const fresh = join(folder, 'fresh');
const { name } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
// As npm lays it out, without asking a registry for what is here already.
const installed = join(fresh, 'node_modules', name);
mkdirSync(installed, { recursive: true });
execFileSync('tar', ['-xzf', join(folder, pack), '-C', installed, '--strip-components=1']);
symlinkSync(join(modules, 'ws'), join(fresh, 'node_modules/ws'));
mkdirSync(join(fresh, 'node_modules/@types'));
for (const types of ['node', 'ws']) symlinkSync(join(modules, '@types', types), join(fresh, 'node_modules/@types', types));
writeFileSync(join(fresh, 'package.json'), '{ "type": "module" }');

console.log('packed');
const readme = readFileSync(join(own, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code);
const port = 20_000 + (process.pid % 20_000);
const local = (code) => code.replaceAll(/(ws|tcp):\/\/localhost(:\d+)?/g, `$1://localhost:${port}`).replace("'...'", "'a-client'");
/** The example in which something is made. */
const example = (made) => local(examples.find((code) => code.includes(`${made}(`)));

/** A server's example that answers, and a client's that says something, hears so much, and ends. */
function spoken(client, answer, said, enough) {
  const answering = example('await listen')
    .replace('for await (const message of session) console.log(message.name, message.body);', `for await (const message of session) {
    console.log('server', message.name);
    await session.${answer};
  }`);
  const speaking = example(`new ${client}`)
    .replace('for await (const message of client) console.log(message.name, message.body);', `await client.${said};
for await (const message of client) {
  console.log('client', message.name);
  if (${enough}) break;
}
await client.close();
await server.close();`);
  return `${answering}\n${speaking}`;
}

const stream = (agentId, intent) =>
  `sendStream({ agentId: '${agentId}', intent: '${intent}', contextHash: '0x0000000000000000', contentType: 'text/ascii', body: 'heard' })`;
const USES = {
  ltp: () => spoken('LtpClient', "sendEvent('answer', null)", "sendEvent('tap', { n: 1 })", 'true'),
  ctp: () => spoken('CtpClient', stream('gateway-01', 'RESPONSE'), stream('a-client', 'QUERY'), "message.name === 'Stream'"),
  packetflow: () =>
    `${example('new PacketFlowNode')}${example('new PacketFlowReactor')}console.log(result.status, result.data);\nawait node.stop();\n`
      .replaceAll('"cf"', "'df'")
      .replaceAll("'element'", "'transform'"),
};
examples.forEach((code, index) => writeFileSync(join(fresh, `example-${index}.ts`), code));
writeFileSync(join(fresh, 'example.ts'), USES[basename(source)]());
const options = ['--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--module', 'nodenext', '--types', 'node', '--outDir', 'out'];
const sources = readdirSync(fresh).filter((name) => name.endsWith('.ts'));
execFileSync('node', [join(modules, 'typescript/bin/tsc'), ...options, ...sources], { cwd: fresh, stdio: 'inherit' });
console.log('compiled');
const said = execFileSync('node', ['out/example.js'], { cwd: fresh, encoding: 'utf8', timeout: 30_000 });

console.log('ran');

const bundled = async (code) => {
  const options = { bundle: true, minify: true, format: 'esm', platform: 'browser', write: false, metafile: true };
  const { outputFiles, metafile } = await build({ ...options, stdin: { contents: code, resolveDir: fresh } });
  const [{ contents, text }] = outputFiles;
  if (/from"(node:|ws)/.test(text)) throw new Error('what only Node.js has is in a bundle for browsers');
  const parts = Object.entries(Object.values(metafile.outputs)[0].inputs);
  const kept = parts.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => basename(path, '.js'));
  return { size: contents.length, kept };
};
const CLIENTS = { ltp: 'LtpClient', ctp: 'CtpClient', packetflow: 'PacketFlowReactor' };
const decode = await bundled(`export { decode } from '${name}';`);
const client = await bundled(`export { ${CLIENTS[basename(source)]} } from '${name}';`);
const nothing = await bundled(`import '${name}';`);
const sizes = { pack: readFileSync(join(folder, pack)).length, decode: decode.size, client: client.size, nothing: nothing.size };
const session = [decode, client].map(({ kept }) => kept.includes('session'));
console.log(JSON.stringify({ said: said.trim().split('\n').sort(), sizes, session }));
