/** Claude Code signs in to the gate by its own `/login`, in a terminal, and lives on the token that it got: one person, one home. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test as nodeTest } from 'node:test';
import { Person, admin, callModel, issuer } from './person.mjs';
import { environment, missing, program, run } from './program.mjs';
import { CLEAR, ENTER, Terminal } from './terminal.mjs';

const NOTICE = process.env.TOLLGATE_NOTICE;
const MODEL = 'claude-gate-echo';
const POLICY = { permissions: { deny: ['Read(./.env)'] } };
/** Sent as JSON, which a collector of a test can read. */
const MEASURED = {
  env: {
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
    CLAUDE_CODE_GATEWAY_HINT_HEADERS: '1',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
  },
};

const terminals = spawnSync('script', ['--version'], { encoding: 'utf8' });
const skip = missing || (/util-linux/.test(terminals.stdout ?? '') ? false : 'there is no script(1) of util-linux, which gives a program a terminal');

let home;
let ann;

function test(name, story) {
  return nodeTest(name, { timeout: 60_000, skip }, story);
}

before(async () => {
  if (skip) return;
  home = mkdtempSync(join(tmpdir(), 'claude-login-'));
  mkdirSync(join(home, 'work'));
  // What an administrator puts on people's machines, or a person into a home where there is none.
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ forceLoginMethod: 'gateway', forceLoginGatewayUrl: issuer }));
  ann = await Person.invited('ann@example.com');
  await admin('PUT', '/settings/default', { settings: POLICY });
});

after(() => home && rmSync(home, { recursive: true }));

const options = () => ({ cwd: join(home, 'work'), env: environment(home) });
const claude = (...args) => run(args, options());
const ask = (prompt) => claude('-p', prompt, '--model', MODEL);
const status = async () => JSON.parse((await claude('auth', 'status')).out);

/** What Claude Code keeps of its sign-in. */
const kept = () => JSON.parse(readFileSync(join(home, '.credentials.json'), 'utf8'));

/** What Claude Code has asked of the gate since this was last looked at, and what it got. */
const seen = async () => (await fetch(`${issuer}/relay/seen`)).json();
const whats = (requests) => requests.map((one) => one.what);

function checksum(settings) {
  const sorted = (value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]))
      : value;
  return `sha256:${createHash('sha256').update(JSON.stringify(sorted(settings))).digest('hex')}`;
}

async function inTerminal(story) {
  const terminal = new Terminal([program], options());
  try {
    return await story(terminal);
  } finally {
    await terminal.close();
  }
}

/** From the gate's address on the screen to the word that it is done; what stood beside the code. */
async function signIn(terminal) {
  await terminal.until(/Enter to connect/);
  assert.ok(terminal.text.includes(issuer), terminal.text);
  await terminal.press(ENTER, /Enter to connect/);
  await terminal.until(/Trust gateway|Code:/);
  if (/Trust gateway/.test(terminal.text)) await terminal.choose(/Yes, trust/);
  const [, code] = await terminal.until(/Code:\s+([A-Z]{4}-[A-Z]{4})/);
  const beside = terminal.text;
  await ann.connect(code);
  await terminal.until(/Signed in to .* as ann@example\.com/);
  await terminal.choose(/Yes, continue/);
  await terminal.until(/Connected to/);
  return beside;
}

/** Types a command at its prompt, again where the program did not listen yet. */
async function command(terminal, name) {
  await terminal.until(/^❯/m);
  const typed = new RegExp(`^❯\\s${name}`, 'm');
  for (let time = 0; !typed.test(terminal.text); time++) {
    terminal.type(CLEAR + name);
    await terminal.until(typed, 5).catch((error) => {
      if (time === 5) throw error;
    });
  }
  terminal.type(ENTER);
}

test('/login: a code on the screen, a person at the page, and the gate says who that was', async () => {
  await inTerminal(async (terminal) => {
    await terminal.until(/text style/);
    await terminal.press(ENTER, /text style/);
    const beside = await signIn(terminal);
    assert.ok(beside.includes(`${issuer}/device`), beside);
    assert.ok(beside.includes(NOTICE), beside);
  });
  const said = await status();
  assert.equal(said.loggedIn, true, JSON.stringify(said));
  assert.equal(said.apiProvider, 'gateway');
  assert.equal(said.email, 'ann@example.com');
  const asked = await seen();
  assert.deepEqual(whats(asked).slice(0, 2), ['GET /.well-known/oauth-authorization-server 200', 'POST /oauth/device_authorization 200']);
  assert.ok(whats(asked).includes('POST /oauth/token 200'), whats(asked).join('\n'));
  assert.match(asked[0].agent, /^claude-code\//);
});

test('its token opens the models, and what it spends is its person’s', async () => {
  const said = await ask('Say the word heliotrope');
  assert.equal(said.code, 0, said.err + said.out);
  assert.match(said.out, /heliotrope/);
  const row = async (by, name) => (await admin('GET', `/usage?by=${by}`)).data.find((each) => each.name === name);
  assert.ok((await row('app', 'claude-code')).calls >= 1);
  assert.ok((await row('member', 'ann@example.com')).calls >= 1);
  const asked = whats(await seen());
  assert.ok(asked.includes('GET /managed/settings 200'), asked.join('\n'));
  assert.ok(asked.includes('POST /v1/messages 200'), asked.join('\n'));
});

test('settings that it has are asked for by the tag that both work out, and are not sent again', async () => {
  assert.equal((await ask('Again')).code, 0);
  const asked = (await seen()).find((one) => one.what.startsWith('GET /managed/settings'));
  assert.equal(asked.what, 'GET /managed/settings 304');
  assert.equal(asked.tag, `"${checksum(POLICY)}"`);
});

test('settings that an administrator changes are in force at the next start, telemetry too', async () => {
  await admin('PUT', '/settings/default', { settings: MEASURED });
  assert.equal((await ask('Measured')).code, 0);
  const asked = await seen();
  assert.ok(whats(asked).includes('GET /managed/settings 200'), whats(asked).join('\n'));
  const call = asked.find((one) => one.what === 'POST /v1/messages 200');
  assert.equal(call.settings, checksum(MEASURED), 'the call says under which settings it was made');
  const sent = whats(asked);
  assert.ok(sent.includes('POST /v1/metrics 200'), sent.join('\n'));
  assert.ok(sent.includes('POST /v1/logs 200'), sent.join('\n'));
  // The gate has answered before it sends them on.
  for (const signal of ['metrics', 'logs']) {
    while (!sent.includes(`collected /collector/v1/${signal}`)) sent.push(...whats(await seen()));
  }
  await admin('PUT', '/settings/default', { settings: POLICY });
});

test('a token that is about to end is renewed without a word', async () => {
  const before = kept();
  before.enterpriseGateway.expiresAt = Date.now() - 1_000;
  writeFileSync(join(home, '.credentials.json'), JSON.stringify(before));
  const said = await ask('Say the word verbena');
  assert.equal(said.code, 0, said.err + said.out);
  assert.match(said.out, /verbena/);
  const after = kept().enterpriseGateway;
  assert.notEqual(after.jwt, before.enterpriseGateway.jwt);
  assert.notEqual(after.idpRefreshToken, before.enterpriseGateway.idpRefreshToken);
  assert.ok(whats(await seen()).includes('POST /oauth/token 200'));
});

test('/usage shows what is spent of the cap that the person has set, in dollars', async () => {
  const state = JSON.parse(readFileSync(join(home, '.claude.json'), 'utf8'));
  const projects = { [join(home, 'work')]: { hasTrustDialogAccepted: true } };
  writeFileSync(join(home, '.claude.json'), JSON.stringify({ ...state, hasCompletedOnboarding: true, theme: 'dark', projects }));
  await inTerminal(async (terminal) => {
    await command(terminal, '/usage');
    await terminal.until(/\$\d+\.\d\d \/ \$10\.00 spent today/);
  });
  assert.ok(whats(await seen()).includes('GET /api/oauth/usage 200'));
});

test('a cap that is used up is told in the gate’s own words', async () => {
  const { id } = await admin('POST', '/budgets', { member: 'ann@example.com', window: 'day', limit_usd: '0.000000001' });
  const said = await ask('Dear');
  assert.notEqual(said.code, 0);
  assert.match(said.out + said.err, /budget|cap/i);
  assert.doesNotMatch(said.out + said.err, /hit your limit/);
  await admin('DELETE', `/budgets/${id}`);
  assert.equal((await ask('Cheap')).code, 0, 'and at once no more');
  await seen();
});

test('what the person takes back at the gate signs it out', async () => {
  await ann.open('/access');
  await ann.send(ann.html.match(/action="(\/access\/[^"]+\/revoke)"/)[1]);
  const said = await ask('Anyone');
  assert.notEqual(said.code, 0);
  assert.match(said.out + said.err, /\/login/);
  const asked = whats(await seen());
  assert.ok(asked.some((what) => what.endsWith(' 401')), asked.join('\n'));
  assert.ok(!asked.includes('POST /v1/messages 200'), asked.join('\n'));
});

test('/login again, where the gate is known, and /logout gives both tokens back', async () => {
  await inTerminal(async (terminal) => {
    await command(terminal, '/login');
    await signIn(terminal);
  });
  const { jwt, idpRefreshToken } = kept().enterpriseGateway;
  assert.equal(await callModel(jwt), 200);
  const out = await claude('auth', 'logout');
  assert.equal(out.code, 0, out.err + out.out);
  assert.equal(await callModel(jwt), 401);
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: idpRefreshToken });
  const refresh = await fetch(`${issuer}/oauth/token`, { method: 'POST', body: form });
  assert.equal(refresh.status, 401);
  assert.equal((await refresh.json()).error, 'invalid_grant');
  assert.equal((await status()).loggedIn, false);
  assert.equal(whats(await seen()).filter((what) => what === 'POST /oauth/revoke 200').length, 2);
});
