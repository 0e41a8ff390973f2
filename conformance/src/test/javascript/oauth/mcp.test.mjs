/** The conformance suite of the Model Context Protocol for authorization servers, as its command line runs it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Person, issuer } from './person.mjs';

const SUITE = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json').replace('package.json', 'dist/index.js');

/**
 * The suite imports a function that Node has only from 22 on, for commands that are not used here. Under an older one it is
 * given in its place, so that the suite can be loaded at all.
 */
const GLOB_SYNC = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module';
  const fs = "export * from 'node:fs'; export { default } from 'node:fs'; export function globSync() { throw new Error('not in this Node'); }";
  const hooks = "export const resolve = (name, context, next) => name === 'fs' && context.parentURL.includes('/conformance/dist/')"
    + "? { url: 'data:text/javascript,' + " + JSON.stringify(encodeURIComponent(fs)) + ", shortCircuit: true } : next(name, context);";
  register('data:text/javascript,' + encodeURIComponent(hooks));
`)}`;

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function register(redirect) {
  const answer = await fetch(`${issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'MCP', redirect_uris: [redirect], token_endpoint_auth_method: 'none' }),
  });
  assert.equal(answer.status, 201);
  return (await answer.json()).client_id;
}

/** Runs the suite, and opens as a person the address that it asks one to open; what it printed. */
async function run(person, options) {
  const old = Number(process.versions.node.split('.')[0]) < 22;
  const suite = spawn(process.execPath, [...(old ? ['--import', GLOB_SYNC] : []), SUITE, 'authorization', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let asked = false;
  suite.stderr.on('data', (text) => (said += text));
  const opened = new Promise((resolve, reject) => {
    suite.stdout.on('data', (text) => {
      said += text;
      const address = said.match(/^(\S+\/oauth\/authorize\?\S+)\n/m)?.[1];
      if (address && !asked) {
        asked = true;
        person.allow(address).then(fetch).then((answer) => answer.text()).then(resolve, reject);
      }
    });
    suite.on('close', resolve);
  });
  const ended = new Promise((resolve) => suite.on('close', resolve));
  try {
    await opened;
  } catch (error) {
    suite.kill();
    throw new Error(`the person could not answer: ${error.stack}\n${said}`);
  }
  return { code: await ended, said };
}

test('every scenario for authorization servers passes, without a warning', { timeout: 90_000 }, async () => {
  const port = await freePort();
  const client = await register(`http://127.0.0.1:${port}/callback`);
  const person = await Person.invited('mia@example.com');
  const { code, said } = await run(person, [
    ...['--url', issuer],
    ...['--client-id', client],
    ...['--resource', `${issuer}/mcp/files`],
    ...['--port', String(port)],
  ]);
  assert.equal(code, 0, said);
  assert.match(said, /authorization-server-metadata-endpoint: [1-9]\d* passed, 0 failed/, said);
  assert.match(said, /authorization-code-grant: 1 passed, 0 failed/, said);
  assert.doesNotMatch(said, /WARNING|SKIPPED|⚠/, said);
});
