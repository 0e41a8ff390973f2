/** What every suite needs to know of the gate that it runs against, and how it looks behind the answers. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test as nodeTest } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where the gate listens, without a slash at the end. */
export const url = required('TOLLGATE_URL');
/** A key that may use every model. */
export const key = required('TOLLGATE_KEY');
const ownerToken = required('TOLLGATE_TOKEN');

/** In the form of a key, but issued by nobody. */
export const strangersKey = 'tg_0000000000_00000000000000000000000000000000';

/** How long a settlement may take. Far less than the streams last that are cut off. */
const PATIENCE_MS = 10_000;

/** Node's own `test`, with a limit, so that a call which hangs has a name. */
export function test(name, run) {
  return nodeTest(name, { timeout: 30_000 }, run);
}

/** A text that no earlier call had: the simulated provider fails once for each text, whoever sends it. */
export function unheard() {
  return `Once more ${randomUUID()}`;
}

function required(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: JavaScriptSdkTest sets it`);
  return value;
}

/** A request to the admin API as the gate's owner; the parsed answer, or null where there is none of that name. */
async function admin(method, path, body) {
  const answer = await fetch(`${url}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${ownerToken}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (answer.status === 404) {
    await answer.arrayBuffer();
    return null;
  }
  assert.ok(answer.ok, `${method} ${path} answered ${answer.status}`);
  return answer.json();
}

let keys = 0;

/** A new key `{id, key}` for the models that match the globs; without globs for all. */
export function newKey(...globs) {
  const name = `javascript-${process.pid}-${keys++}`;
  return admin('POST', '/keys', globs.length > 0 ? { name, models: globs } : { name });
}

/** What the gate tells of a call, once it has settled. The client may have the answer's end a moment before. */
export function explained(requestId) {
  assert.ok(requestId, 'the answer bears x-tollgate-request-id');
  return eventually(`call ${requestId}`, () => admin('GET', `/calls/${requestId}`));
}

/** The usage row of a key, once the gate has settled its first call. */
export function usageOf(keyId) {
  return eventually(`usage of ${keyId}`, async () => {
    const { data } = await admin('GET', '/usage?by=key');
    return data.find((row) => row.id === keyId && row.calls > 0);
  });
}

async function eventually(what, look) {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(50)) {
    const found = await look();
    if (found) {
      return found;
    }
  }
  assert.fail(`${what}: nothing settled within ${PATIENCE_MS} ms`);
}

/** A `fetch` for an SDK that keeps the answers, so that a test sees how often the SDK has asked. */
export function countingFetch() {
  const answers = [];
  const counting = async (input, init) => {
    const answer = await fetch(input, init);
    answers.push(answer);
    return answer;
  };
  return { fetch: counting, answers };
}

/** Asserts that the one answer came after the gate's own second attempt. */
export async function assertRetriedByTheGate(answers, status) {
  assert.equal(answers.length, 1, 'the SDK asked once');
  const { attempts } = await explained(answers[0].headers.get('x-tollgate-request-id'));
  assert.deepEqual(attempts.map((attempt) => attempt.status), [status, 200]);
}

/** Asserts that a call which its client left was billed for what had been streamed, and ended there. */
export async function assertSettledWhenLeft(keyId, requestId) {
  const usage = await usageOf(keyId);
  assert.equal(usage.calls, 1);
  assert.ok(usage.input_tokens > 0, `input: ${usage.input_tokens}`);
  assert.ok(usage.output_tokens > 0, `output: ${usage.output_tokens}`);
  assert.ok(Number(usage.cost_usd) > 0, `cost: ${usage.cost_usd}`);
  const call = await explained(requestId);
  assert.equal(call.key.id, keyId);
  assert.equal(call.stream, true);
  assert.equal(call.outcome, 'cancelled');
  assert.ok(call.timings.total_ms < LEFT_STORY_MS, `took ${call.timings.total_ms} ms`);
}

/** The model of the answers that are left half-way, and how long it would take if nobody left. */
export const leftStory = 'sim/story:60s';
const LEFT_STORY_MS = 60_000;

/** The tool that sim/tools is offered, and the JSON schema of what it takes. */
export const weather = {
  name: 'get_weather',
  description: 'The weather in a city',
  schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
