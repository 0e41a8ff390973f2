/** OpenAI's own SDK for JavaScript, unmodified, against the gate: chat completions, responses, embeddings, models. */
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import * as gate from './gate.mjs';
import { test } from './gate.mjs';

const client = connect();

function connect(options) {
  return new OpenAI({ baseURL: `${gate.url}/v1`, apiKey: gate.key, maxRetries: 1, ...options });
}

function chat(model, content, more) {
  return { model, messages: [{ role: 'user', content }], ...more };
}

const weather = { name: gate.weather.name, description: gate.weather.description, parameters: gate.weather.schema };
const chatTools = [{ type: 'function', function: weather }];
const responseTools = [{ type: 'function', strict: false, ...weather }];

const completions = {
  plain: (params) => client.chat.completions.create(params),
  streamed: (params) => client.chat.completions.stream(params).finalChatCompletion(),
};
const responses = {
  plain: (params) => client.responses.create(params),
  streamed: (params) => client.responses.stream(params).finalResponse(),
};

async function collect(stream) {
  const all = [];
  for await (const one of stream) {
    all.push(one);
  }
  return all;
}

test('plain chat', async () => {
  const { data, response } = await client.chat.completions.create(chat('sim/echo', 'Good morning')).withResponse();
  assert.equal(data.object, 'chat.completion');
  assert.equal(data.choices[0].message.content, 'Good morning');
  assert.equal(data.choices[0].finish_reason, 'stop');
  assert.ok(data.usage.prompt_tokens > 0);
  const call = await gate.explained(response.headers.get('x-tollgate-request-id'));
  assert.equal(call.usage.input_tokens, data.usage.prompt_tokens);
  assert.equal(call.usage.output_tokens, data.usage.completion_tokens);
});

test('streamed chat is the plain one', async () => {
  const params = chat('sim/story:100ms', 'Tell me a story');
  const deltas = [];
  const stream = client.chat.completions.stream(params).on('content', (delta) => deltas.push(delta));
  const whole = await stream.finalChatCompletion();
  const plain = await completions.plain(params);
  assert.equal(whole.choices[0].message.content, plain.choices[0].message.content);
  assert.equal(whole.choices[0].finish_reason, 'stop');
  assert.equal(deltas.join(''), plain.choices[0].message.content);
  assert.ok(deltas.length > 1, 'it came in pieces');
});

test('a streamed chat that asks for no usage gets no usage chunk, and is metered all the same', async () => {
  const { id, key } = await gate.newKey();
  const params = chat('sim/echo', 'Uncounted', { stream: true });
  const chunks = await collect(await connect({ apiKey: key }).chat.completions.create(params));
  assert.equal(chunks.map((chunk) => chunk.choices[0].delta.content ?? '').join(''), 'Uncounted');
  assert.ok(chunks.every((chunk) => !chunk.usage), 'the extra chunk is kept back');
  const usage = await gate.usageOf(id);
  assert.ok(usage.input_tokens > 0);
  assert.ok(usage.output_tokens > 0);
});

test('a streamed chat that asks for usage gets its usage chunk', async () => {
  const params = chat('sim/echo', 'Count me', { stream: true, stream_options: { include_usage: true } });
  const chunks = await collect(await client.chat.completions.create(params));
  const last = chunks.at(-1);
  assert.deepEqual(last.choices, []);
  assert.equal(last.usage.total_tokens, last.usage.prompt_tokens + last.usage.completion_tokens);
  assert.ok(last.usage.completion_tokens > 0);
});

for (const [how, answer] of Object.entries(completions)) {
  test(`tools are called in a chat, ${how}, and their results are taken`, async () => {
    const question = chat('sim/tools', `How is the weather in Bern, ${how}?`, { tools: chatTools });
    const { choices } = await answer(question);
    assert.equal(choices[0].finish_reason, 'tool_calls');
    const [call] = choices[0].message.tool_calls;
    assert.equal(call.function.name, 'get_weather');
    assert.equal(typeof JSON.parse(call.function.arguments).city, 'string');

    const result = { role: 'tool', tool_call_id: call.id, content: '17 degrees' };
    const end = await answer({ ...question, messages: [...question.messages, choices[0].message, result] });
    assert.equal(end.choices[0].finish_reason, 'stop');
    assert.match(end.choices[0].message.content, /17 degrees/);
  });
}

test('the tool runner comes to its end', async () => {
  const cities = [];
  const run = ({ city }) => {
    cities.push(city);
    return 'rain';
  };
  const tool = { type: 'function', function: { ...weather, parse: JSON.parse, function: run } };
  const runner = client.chat.completions.runTools(chat('sim/tools', 'Run the tool for Bern', { tools: [tool] }));
  assert.match(await runner.finalContent(), /rain/);
  assert.equal(cities.length, 1);
});

test('plain response', async () => {
  const { data, response } = await client.responses
    .create({ model: 'sim/echo', input: 'Good morning' })
    .withResponse();
  assert.equal(data.status, 'completed');
  assert.equal(data.output_text, 'Good morning');
  const call = await gate.explained(response.headers.get('x-tollgate-request-id'));
  assert.equal(call.operation, 'responses');
  assert.equal(call.usage.output_tokens, data.usage.output_tokens);
});

test('streamed response is the plain one', async () => {
  const params = { model: 'sim/story:100ms', input: 'Tell me a story' };
  const deltas = [];
  const stream = client.responses.stream(params);
  stream.on('response.output_text.delta', ({ delta }) => deltas.push(delta));
  const whole = await stream.finalResponse();
  const plain = await responses.plain(params);
  assert.equal(whole.status, 'completed');
  assert.equal(whole.output_text, plain.output_text);
  assert.equal(deltas.join(''), plain.output_text);
  assert.ok(deltas.length > 1, 'it came in pieces');
  assert.deepEqual(whole.usage, plain.usage);
});

test('events of a response are numbered without a gap, from created to completed', async () => {
  const events = await collect(await client.responses.create({ model: 'sim/echo', input: 'One, two', stream: true }));
  assert.equal(events[0].type, 'response.created');
  assert.equal(events.at(-1).type, 'response.completed');
  assert.deepEqual(
    events.map((event) => event.sequence_number),
    events.map((_, index) => events[0].sequence_number + index),
  );
});

for (const [how, answer] of Object.entries(responses)) {
  test(`tools are called in a response, ${how}, and their results are taken`, async () => {
    const question = { role: 'user', content: `How is the weather in Bern, ${how}?` };
    const asked = { model: 'sim/tools', tools: responseTools };
    const { output } = await answer({ ...asked, input: [question] });
    const call = output.find((item) => item.type === 'function_call');
    assert.equal(call.name, 'get_weather');
    assert.equal(typeof JSON.parse(call.arguments).city, 'string');

    const result = { type: 'function_call_output', call_id: call.call_id, output: '17 degrees' };
    const { type, call_id, name, arguments: given } = call;
    const end = await answer({ ...asked, input: [question, { type, call_id, name, arguments: given }, result] });
    assert.match(end.output_text, /17 degrees/);
  });

  test(`reasoning comes with its encrypted content, ${how}`, async () => {
    const { output, usage } = await answer({
      model: 'sim/echo',
      input: `Think first, ${how}`,
      reasoning: { effort: 'medium', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      store: false,
    });
    const reasoning = output.find((item) => item.type === 'reasoning');
    assert.ok(reasoning.encrypted_content.length > 0);
    assert.ok(reasoning.summary[0].text.length > 0);
    assert.ok(usage.output_tokens_details.reasoning_tokens > 0);
  });
}

test('embeddings come as numbers, asked for in either encoding', async () => {
  const input = ['A sentence', 'Another one'];
  const packed = await client.embeddings.create({ model: 'sim/echo', input }); // the SDK asks for base64 and decodes it
  const listed = await client.embeddings.create({ model: 'sim/echo', input, encoding_format: 'float' });
  assert.deepEqual(packed.data.map((item) => item.index), [0, 1]);
  assert.equal(packed.data[0].embedding.length, listed.data[0].embedding.length);
  assert.deepEqual(packed.data[0].embedding, listed.data[0].embedding.map(Math.fround));
  assert.notDeepEqual(packed.data[0].embedding, packed.data[1].embedding);
  assert.ok(packed.usage.total_tokens > 0);
});

test('models are listed, found one by one, and answer under their listed names', async () => {
  const models = await collect(client.models.list());
  assert.ok(models.every((model) => model.object === 'model'));
  assert.ok(models.some((model) => model.id === 'echo'), models.map((model) => model.id).join());
  assert.equal((await client.models.retrieve('echo')).id, 'echo');
  const { choices } = await completions.plain(chat('echo', 'By its listed name'));
  assert.equal(choices[0].message.content, 'By its listed name');
});

test('a wrong key is an authentication error, and is not tried again', async () => {
  const { fetch, answers } = gate.countingFetch();
  const stranger = connect({ apiKey: gate.strangersKey, maxRetries: 2, fetch });
  await assert.rejects(stranger.chat.completions.create(chat('sim/echo', 'Hello')), (error) => {
    assert.ok(error instanceof OpenAI.AuthenticationError, String(error));
    assert.equal(error.status, 401);
    assert.equal(error.code, 'invalid_api_key');
    return true;
  });
  assert.equal(answers.length, 1);
});

test('a model that the key may not use is forbidden, and the allowed ones are named', async () => {
  const { fetch, answers } = gate.countingFetch();
  const narrow = connect({ apiKey: (await gate.newKey('sim/tools')).key, maxRetries: 2, fetch });
  const calls = [
    () => narrow.chat.completions.create(chat('sim/echo', 'Hello')),
    () => narrow.responses.create({ model: 'sim/echo', input: 'Hello' }),
    () => narrow.embeddings.create({ model: 'sim/echo', input: 'Hello' }),
  ];
  for (const call of calls) {
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof OpenAI.PermissionDeniedError, String(error));
      assert.match(error.message, /sim\/tools/);
      return true;
    });
  }
  assert.equal(answers.length, calls.length);
});

test('an unknown model is not found, and the nearest names are told', async () => {
  const narrow = connect({ apiKey: (await gate.newKey('sim/*')).key });
  await assert.rejects(narrow.chat.completions.create(chat('echoo', 'Hello')), (error) => {
    assert.ok(error instanceof OpenAI.NotFoundError, String(error));
    assert.match(error.message, /Nearest: .*echo/);
    return true;
  });
});

for (const status of [429, 529]) {
  test(`a passing ${status} is retried by the gate, in a plain chat`, async () => {
    const { fetch, answers } = gate.countingFetch();
    const text = gate.unheard();
    const { choices } = await connect({ fetch }).chat.completions.create(chat(`sim/flaky:${status}x1`, text));
    assert.equal(choices[0].message.content, text);
    await gate.assertRetriedByTheGate(answers, status);
  });

  test(`a passing ${status} is retried by the gate, in a streamed response`, async () => {
    const { fetch, answers } = gate.countingFetch();
    const text = gate.unheard();
    const stream = connect({ fetch }).responses.stream({ model: `sim/flaky:${status}x1`, input: text });
    assert.equal((await stream.finalResponse()).output_text, text);
    await gate.assertRetriedByTheGate(answers, status);
  });
}

test('a lasting rate limit is told as the provider said it', async () => {
  const once = connect({ maxRetries: 0 });
  await assert.rejects(once.chat.completions.create(chat('sim/flaky:429', 'Hello')), (error) => {
    assert.ok(error instanceof OpenAI.RateLimitError, String(error));
    assert.equal(error.headers.get('retry-after'), '1');
    return true;
  });
});

test('a stream that is reset never looks finished', async () => {
  const text = 'A long answer that breaks off in its middle';
  const chunks = client.chat.completions.stream(chat('sim/flaky:reset', text));
  await assert.rejects(chunks.finalChatCompletion(), OpenAI.OpenAIError);
  const events = client.responses.stream({ model: 'sim/flaky:reset', input: text });
  await assert.rejects(events.finalResponse(), OpenAI.OpenAIError);
});

for (const [how, start] of Object.entries({
  chat: (openai, options) => openai.chat.completions.stream(chat(gate.leftStory, 'A story to leave'), options),
  response: (openai, options) =>
    openai.responses.stream({ model: gate.leftStory, input: 'A story to leave' }, options),
})) {
  test(`a streamed ${how} that its client aborts is settled for what has come`, async () => {
    const { id, key } = await gate.newKey();
    const { fetch, answers } = gate.countingFetch();
    const abort = new AbortController();
    const stream = start(connect({ apiKey: key, fetch }), { signal: abort.signal });
    stream.once(how === 'chat' ? 'content' : 'response.output_text.delta', () => abort.abort());
    await assert.rejects(stream.done(), OpenAI.APIUserAbortError);
    await gate.assertSettledWhenLeft(id, answers[0].headers.get('x-tollgate-request-id'));
  });
}
