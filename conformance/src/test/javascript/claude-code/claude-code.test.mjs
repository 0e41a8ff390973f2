/** Claude Code itself, unmodified, with nothing but the gate to talk to. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as nodeTest } from 'node:test';
import { environment, missing, run } from './program.mjs';

const url = required('TOLLGATE_URL');
const key = required('TOLLGATE_KEY');
const strangersKey = 'tg_0000000000_00000000000000000000000000000000';

function test(name, story) {
  return nodeTest(name, { timeout: 90_000, skip: missing }, story);
}

function required(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: ClaudeCodeCliTest sets it`);
  return value;
}

/** Runs `claude -p` in a home of its own; a helper script gives it the key, as `tollgate token` would. */
async function claude(token, prompt, model, ...more) {
  const home = await mkdtemp(join(tmpdir(), 'claude-'));
  const helper = join(home, 'key.sh');
  await writeFile(helper, `#!/bin/sh\nprintf %s '${token}'\n`);
  await chmod(helper, 0o700);
  await writeFile(join(home, 'settings.json'), JSON.stringify({ apiKeyHelper: helper }));
  return run(['-p', prompt, '--model', model, ...more], {
    cwd: home,
    env: {
      ...environment(home),
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
  });
}

/** The rows of the ledger for this suite's key. */
async function usage(by) {
  const answer = await fetch(`${url}/admin/v1/usage?by=${by}`, {
    headers: { authorization: `Bearer ${required('TOLLGATE_TOKEN')}` },
  });
  return (await answer.json()).data;
}

test('a prompt is answered through the gate, and is in its books', async () => {
  const said = await claude(key, 'Say the word heliotrope', 'claude-gate-echo');
  assert.equal(said.code, 0, said.err + said.out);
  assert.match(said.out, /heliotrope/);
  const row = (await usage('key')).find((each) => each.name === 'claude-code');
  assert.ok(row.calls >= 1, JSON.stringify(row));
});

test('the answer of one that streams events says what it cost and how it ended', async () => {
  const said = await claude(key, 'Say the word verbena', 'claude-gate-echo', '--output-format', 'json');
  assert.equal(said.code, 0, said.err + said.out);
  const result = JSON.parse(said.out);
  assert.equal(result.is_error, false, said.out);
  assert.match(result.result, /verbena/);
  assert.ok(result.usage.output_tokens > 0, said.out);
});

test('a key that is not in force ends in words that help', async () => {
  const said = await claude(strangersKey, 'Hello', 'claude-gate-echo');
  assert.notEqual(said.code, 0);
  assert.match(said.out + said.err, /tollgate key create|Please run \/login|Invalid API key|401/);
});

test('a model that the key may not use is told by its name', async () => {
  const said = await claude(key, 'Hello', 'claude-gate-other');
  assert.notEqual(said.code, 0);
  assert.match(said.out + said.err, /claude-gate-other/);
});

test('a cap that is reached is told as the gate says it', async () => {
  const said = await claude(required('TOLLGATE_CAPPED_KEY'), 'Hello', 'claude-gate-echo');
  assert.notEqual(said.code, 0);
  assert.match(said.out + said.err, /budget|cap|limit/i);
});
