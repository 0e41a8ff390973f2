/** Anthropic's own SDK for JavaScript, unmodified, against the gate. */
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import * as gate from './gate.mjs';
import { test } from './gate.mjs';

const client = connect();

function connect(options) {
  return new Anthropic({ baseURL: gate.url, apiKey: gate.key, maxRetries: 1, ...options });
}

function ask(model, content, more) {
  return { model, max_tokens: 256, messages: [{ role: 'user', content }], ...more };
}

const tools = [{ name: gate.weather.name, description: gate.weather.description, input_schema: gate.weather.schema }];
const thinking = { max_tokens: 4_096, thinking: { type: 'enabled', budget_tokens: 1_024 } };

const plain = (params) => client.messages.create(params);
const streamed = (params) => client.messages.stream(params).finalMessage();

test('plain answer', async () => {
  const { data, response } = await client.messages.create(ask('sim/echo', 'Good morning')).withResponse();
  assert.deepEqual(data.content, [{ type: 'text', text: 'Good morning' }]);
  assert.equal(data.stop_reason, 'end_turn');
  assert.ok(data.usage.input_tokens > 0);
  assert.ok(data.usage.output_tokens > 0);
  assert.equal(response.headers.get('x-tollgate-provider'), 'sim');
  const call = await gate.explained(response.headers.get('x-tollgate-request-id'));
  assert.equal(call.usage.input_tokens, data.usage.input_tokens);
  assert.equal(call.usage.output_tokens, data.usage.output_tokens);
});

test('streamed answer is the plain one', async () => {
  const params = ask('sim/story:100ms', 'Tell me a story');
  const deltas = [];
  const stream = client.messages.stream(params).on('text', (delta) => deltas.push(delta));
  const whole = await stream.finalMessage();
  const { content, usage, stop_reason } = await plain(params);
  assert.deepEqual(whole.content, content);
  assert.equal(deltas.join(''), content[0].text);
  assert.ok(deltas.length > 1, 'it came in pieces');
  assert.equal(whole.usage.output_tokens, usage.output_tokens);
  assert.equal(whole.stop_reason, stop_reason);
});

test('events come in the order of the protocol, each end once', async () => {
  const types = [];
  for await (const event of await client.messages.create({ ...ask('sim/echo', 'Event by event'), stream: true })) {
    types.push(event.type);
  }
  const frame = types.filter((type) => type !== 'content_block_delta' && type !== 'ping');
  assert.deepEqual(frame, [
    'message_start',
    'content_block_start',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
});

for (const [how, answer] of Object.entries({ plain, streamed })) {
  test(`tools are called, ${how}, and their results are taken`, async () => {
    const question = ask('sim/tools', `How is the weather in Bern, ${how}?`, { tools });
    const call = await answer(question);
    assert.equal(call.stop_reason, 'tool_use');
    const use = call.content.find((block) => block.type === 'tool_use');
    assert.equal(use.name, 'get_weather');
    assert.equal(typeof use.input.city, 'string');

    const result = { type: 'tool_result', tool_use_id: use.id, content: '17 degrees' };
    const messages = [
      ...question.messages,
      { role: 'assistant', content: call.content },
      { role: 'user', content: [result] },
    ];
    const end = await answer({ ...question, messages });
    assert.equal(end.stop_reason, 'end_turn');
    assert.match(end.content[0].text, /17 degrees/);
  });

  test(`thinking keeps its signature, ${how}, and is taken back as it came`, async () => {
    const question = ask('sim/echo', `Think first, ${how}`, thinking);
    const { content } = await answer(question);
    assert.equal(content[0].type, 'thinking');
    assert.ok(content[0].thinking.length > 0);
    assert.ok(content[0].signature.length > 0);

    const next = { role: 'user', content: 'And now?' };
    const followUp = (blocks) => ({
      ...question,
      messages: [...question.messages, { role: 'assistant', content: blocks }, next],
    });
    const end = await answer(followUp(content));
    assert.equal(end.content.at(-1).text, 'And now?');
    const forged = [{ ...content[0], thinking: `${content[0].thinking} Not mine.` }, ...content.slice(1)];
    await assert.rejects(answer(followUp(forged)), Anthropic.BadRequestError, 'the provider checks the signature');
  });
}

test('the tool runner of the beta API comes to its end', async () => {
  const cities = [];
  const run = async ({ city }) => {
    cities.push(city);
    return 'rain';
  };
  const runner = client.beta.messages.toolRunner(
    ask('sim/tools', 'Run the tool for Bern', { tools: [{ ...tools[0], run, parse: (input) => input }] }),
  );
  const end = await runner.runUntilDone();
  assert.equal(cities.length, 1);
  assert.match(end.content[0].text, /rain/);
});

test('tokens are counted', async () => {
  const count = (content) =>
    client.messages.countTokens({ model: 'sim/echo', messages: [{ role: 'user', content }] });
  const few = (await count('Few')).input_tokens;
  const many = (await count('Many '.repeat(50))).input_tokens;
  assert.ok(few > 0);
  assert.ok(many > few);
});

test('models are listed, found one by one, and answer under their listed names', async () => {
  const ids = [];
  for await (const model of client.models.list({ limit: 2 })) {
    assert.equal(model.type, 'model');
    ids.push(model.id);
  }
  assert.ok(ids.length > 2, `more than a page: ${ids}`);
  assert.equal(new Set(ids).size, ids.length, `no page repeats another: ${ids}`);
  assert.ok(ids.includes('echo'), ids.join());
  assert.equal((await client.models.retrieve('echo')).id, 'echo');
  assert.equal((await plain(ask('echo', 'By its listed name'))).content[0].text, 'By its listed name');
});

test('a wrong key is an authentication error, and is not tried again', async () => {
  const { fetch, answers } = gate.countingFetch();
  const stranger = connect({ apiKey: gate.strangersKey, maxRetries: 2, fetch });
  await assert.rejects(stranger.messages.create(ask('sim/echo', 'Hello')), (error) => {
    assert.ok(error instanceof Anthropic.AuthenticationError, String(error));
    assert.equal(error.status, 401);
    assert.equal(error.error.error.type, 'authentication_error');
    return true;
  });
  assert.equal(answers.length, 1);
  assert.equal(answers[0].headers.get('x-should-retry'), 'false');
});

test('a model that the key may not use is a bad request that names the allowed ones', async () => {
  const { fetch, answers } = gate.countingFetch();
  const narrow = connect({ apiKey: (await gate.newKey('sim/tools')).key, maxRetries: 2, fetch });
  await assert.rejects(narrow.messages.create(ask('sim/echo', 'Hello')), (error) => {
    assert.ok(error instanceof Anthropic.BadRequestError, String(error));
    assert.equal(error.error.error.type, 'invalid_request_error');
    assert.match(error.message, /sim\/tools/);
    return true;
  });
  assert.equal(answers.length, 1);
});

test('an unknown model is not found, and the nearest names are told', async () => {
  const narrow = connect({ apiKey: (await gate.newKey('sim/*')).key });
  await assert.rejects(narrow.messages.create(ask('echoo', 'Hello')), (error) => {
    assert.ok(error instanceof Anthropic.NotFoundError, String(error));
    assert.match(error.message, /Nearest: .*echo/);
    return true;
  });
});

for (const status of [429, 529]) {
  for (const [how, answer] of Object.entries({
    plain: (messages, params) => messages.create(params),
    streamed: (messages, params) => messages.stream(params).finalMessage(),
  })) {
    test(`a passing ${status} is retried by the gate, ${how}`, async () => {
      const { fetch, answers } = gate.countingFetch();
      const text = gate.unheard();
      const message = await answer(connect({ fetch }).messages, ask(`sim/flaky:${status}x1`, text));
      assert.equal(message.content[0].text, text);
      await gate.assertRetriedByTheGate(answers, status);
    });
  }
}

test('a lasting overload is tried again by the SDK, and then told as the provider said it', async () => {
  const { fetch, answers } = gate.countingFetch();
  await assert.rejects(connect({ fetch }).messages.create(ask('sim/flaky:529', 'Hello')), (error) => {
    assert.ok(error instanceof Anthropic.InternalServerError, String(error));
    assert.equal(error.status, 529);
    assert.equal(error.error.error.type, 'overloaded_error');
    return true;
  });
  assert.deepEqual(answers.map((answer) => answer.status), [529, 529]);
});

test('a stream that is reset never looks finished', async () => {
  const stream = client.messages.stream(ask('sim/flaky:reset', 'A long answer that breaks off in its middle'));
  await assert.rejects(stream.finalMessage(), Anthropic.AnthropicError);
});

test('an error within a stream is raised as the provider said it', async () => {
  const stream = client.messages.stream(ask('sim/flaky:error-event', 'A long answer that fails in its middle'));
  await assert.rejects(stream.finalMessage(), (error) => {
    assert.ok(error instanceof Anthropic.APIError, String(error));
    assert.equal(error.error.error.type, 'overloaded_error');
    return true;
  });
});

test('a stream that its client aborts is settled for what has come', async () => {
  const { id, key } = await gate.newKey();
  const { fetch, answers } = gate.countingFetch();
  const abort = new AbortController();
  const stream = connect({ apiKey: key, fetch }).messages.stream(ask(gate.leftStory, 'A story to leave'), {
    signal: abort.signal,
  });
  stream.once('text', () => abort.abort());
  await assert.rejects(stream.finalMessage(), Anthropic.APIUserAbortError);
  await gate.assertSettledWhenLeft(id, answers[0].headers.get('x-tollgate-request-id'));
});
