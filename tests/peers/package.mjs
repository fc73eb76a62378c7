// Packs a generated package, installs it into a fresh folder, and runs what its README shows. Usage: node package.mjs PACKAGE FOLDER
// Says the size of the pack, and of a bundle for browsers of one import: `decode`, and the client.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

// The README's examples: the server's first, then the client's.
const readme = readFileSync(join(own, 'README.md'), 'utf8');
const [client, server] = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code);
const port = 20_000 + (process.pid % 20_000);
const local = (code) => code.replaceAll(/ws:\/\/localhost(:\d+)?/g, `ws://localhost:${port}`).replace("'...'", "'a-client'");
const example = `${local(server)}
${local(client).replace('for await', "await client.sendEvent('tap', { n: 1 });\nfor await")}`
  .replace('for await (const message of session) console.log(message.name, message.body);', "for await (const message of session) {\n    console.log('server', message.name);\n    await session.sendEvent('answer', null);\n  }")
  .replace('for await (const message of client) console.log(message.name, message.body);', "for await (const message of client) {\n  console.log('client', message.name);\n  break;\n}\nawait client.close();\nawait server.close();");
writeFileSync(join(fresh, 'example.ts'), example);
const options = ['--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--module', 'nodenext', '--types', 'node', '--outDir', 'out'];
execFileSync('node', [join(modules, 'typescript/bin/tsc'), ...options, 'example.ts'], { cwd: fresh, stdio: 'inherit' });
const said = execFileSync('node', ['out/example.js'], { cwd: fresh, encoding: 'utf8', timeout: 30_000 });

const bundled = async (code) => {
  const { outputFiles } = await build({ stdin: { contents: code, resolveDir: fresh }, bundle: true, minify: true, format: 'esm', platform: 'browser', write: false });
  const [{ contents, text }] = outputFiles;
  if (/from"(node:|ws)/.test(text)) throw new Error('what only Node.js has is in a bundle for browsers');
  return contents.length;
};
const sizes = {
  pack: readFileSync(join(folder, pack)).length,
  decode: await bundled(`export { decode } from '${name}';`),
  client: await bundled(`export { LtpClient } from '${name}';`),
  nothing: await bundled(`import '${name}';`),
};
console.log(JSON.stringify({ said: said.trim().split('\n'), sizes }));
