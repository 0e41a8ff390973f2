/** Google's own SDK for JavaScript, unmodified, against the gate. */
import assert from 'node:assert/strict';
import { ApiError, FunctionCallingConfigMode, GoogleGenAI } from '@google/genai';
import * as gate from './gate.mjs';
import { test } from './gate.mjs';

const client = connect();

function connect(httpOptions, apiKey = gate.key) {
  return new GoogleGenAI({ apiKey, httpOptions: { baseUrl: gate.url, ...httpOptions } });
}

function ask(model, contents, config) {
  return { model, contents, config };
}

async function plain(params) {
  return [await client.models.generateContent(params)];
}

async function streamed(params) {
  return collect(await client.models.generateContentStream(params));
}

async function collect(stream) {
  const all = [];
  for await (const one of stream) {
    all.push(one);
  }
  return all;
}

const parts = (answers) => answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? []);
const text = (answers) =>
  parts(answers)
    .filter((part) => !part.thought)
    .map((part) => part.text ?? '')
    .join('');

const tools = [
  {
    functionDeclarations: [
      {
        name: gate.weather.name,
        description: gate.weather.description,
        parametersJsonSchema: gate.weather.schema,
      },
    ],
  },
];

for (const apiVersion of ['v1beta', 'v1']) {
  test(`plain answer under ${apiVersion}`, async () => {
    const answer = await connect({ apiVersion }).models.generateContent(ask('sim/echo', 'Good morning'));
    assert.equal(answer.text, 'Good morning');
    assert.equal(answer.candidates[0].finishReason, 'STOP');
    const usage = answer.usageMetadata;
    assert.equal(usage.totalTokenCount, usage.promptTokenCount + usage.candidatesTokenCount);
    const call = await gate.explained(answer.sdkHttpResponse.headers['x-tollgate-request-id']);
    assert.equal(call.usage.input_tokens, usage.promptTokenCount);
    assert.equal(call.usage.output_tokens, usage.candidatesTokenCount);
  });

  test(`streamed answer under ${apiVersion} is the plain one`, async () => {
    const { models } = connect({ apiVersion });
    const params = ask('sim/story:100ms', 'Tell me a story');
    const chunks = await collect(await models.generateContentStream(params));
    const whole = await models.generateContent(params);
    assert.equal(text(chunks), whole.text);
    assert.ok(chunks.length > 1, 'it came in pieces');
    assert.equal(chunks.at(-1).candidates[0].finishReason, 'STOP');
    assert.equal(chunks.at(-1).usageMetadata.totalTokenCount, whole.usageMetadata.totalTokenCount);
  });
}

test('a chat sends its history along', async () => {
  const chat = client.chats.create({ model: 'sim/echo' });
  const first = await chat.sendMessage({ message: 'First' });
  const second = await collect(await chat.sendMessageStream({ message: 'Second' }));
  assert.equal(text(second), 'Second');
  assert.ok(second.at(-1).usageMetadata.promptTokenCount > first.usageMetadata.promptTokenCount);
});

for (const [how, answer] of Object.entries({ plain, streamed })) {
  test(`tools are called, ${how}, and their results are taken`, async () => {
    const question = { role: 'user', parts: [{ text: `How is the weather in Bern, ${how}?` }] };
    const config = {
      tools,
      toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } },
    };
    const said = parts(await answer(ask('sim/tools', [question], config)));
    const { functionCall } = said.find((part) => part.functionCall);
    assert.equal(functionCall.name, 'get_weather');
    assert.equal(typeof functionCall.args.city, 'string');

    const functionResponse = { id: functionCall.id, name: functionCall.name, response: { output: '17 degrees' } };
    const contents = [question, { role: 'model', parts: said }, { role: 'user', parts: [{ functionResponse }] }];
    assert.match(text(await answer(ask('sim/tools', contents, config))), /17 degrees/);
  });

  test(`thoughts come with their signature, ${how}`, async () => {
    const config = { thinkingConfig: { includeThoughts: true, thinkingBudget: 1_024 } };
    const answers = await answer(ask('sim/echo', `Think first, ${how}`, config));
    const said = parts(answers);
    assert.ok(said.some((part) => part.thought && part.text), 'a thought is shown');
    assert.ok(said.some((part) => part.thoughtSignature), 'it is signed');
    assert.equal(text(answers), `Think first, ${how}`);
    assert.ok(answers.at(-1).usageMetadata.thoughtsTokenCount > 0);
  });
}

test('tokens are counted', async () => {
  const count = async (contents) => (await client.models.countTokens({ model: 'sim/echo', contents })).totalTokens;
  const few = await count('Few');
  assert.ok(few > 0);
  assert.ok((await count('Many '.repeat(50))) > few);
});

test('embeddings, one and several', async () => {
  const embed = async (contents) => {
    const { embeddings } = await client.models.embedContent({ model: 'sim/echo', contents });
    return embeddings.map((embedding) => embedding.values);
  };
  const [one] = await embed('A sentence');
  const several = await embed(['A sentence', 'Another one']);
  assert.ok(one.length > 0);
  assert.equal(several.length, 2);
  assert.deepEqual(several[0], one);
  assert.notDeepEqual(several[1], one);
});

test('models are listed, found one by one, and answer under their listed names', async () => {
  const names = (await collect(await client.models.list({ config: { pageSize: 2 } }))).map((model) => model.name);
  assert.ok(names.length > 2, `more than a page: ${names}`);
  assert.equal(new Set(names).size, names.length, `no page repeats another: ${names}`);
  assert.ok(names.includes('models/echo'), names.join());
  assert.equal((await client.models.get({ model: 'models/echo' })).name, 'models/echo');
  assert.equal(text(await plain(ask('models/echo', 'By its listed name'))), 'By its listed name');
});

test('a wrong key is refused as unauthenticated, and is not tried again', async () => {
  const { fetch, answers } = gate.countingFetch();
  const stranger = connect({ fetch, retryOptions: { attempts: 3 } }, gate.strangersKey);
  await assert.rejects(stranger.models.generateContent(ask('sim/echo', 'Hello')), (error) => {
    assert.ok(error instanceof ApiError, String(error));
    assert.equal(error.status, 401);
    assert.equal(JSON.parse(error.message).error.status, 'UNAUTHENTICATED');
    return true;
  });
  assert.equal(answers.length, 1);
});

test('a model that the key may not use is forbidden, and the allowed ones are named', async () => {
  const { models } = connect({}, (await gate.newKey('sim/tools')).key);
  const calls = [
    () => models.generateContent(ask('sim/echo', 'Hello')),
    () => models.generateContentStream(ask('sim/echo', 'Hello')),
    () => models.countTokens(ask('sim/echo', 'Hello')),
    () => models.embedContent(ask('sim/echo', 'Hello')),
  ];
  for (const call of calls) {
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof ApiError, String(error));
      assert.equal(error.status, 403);
      assert.match(error.message, /PERMISSION_DENIED/);
      assert.match(error.message, /sim\/tools/);
      return true;
    });
  }
});

test('an unknown model is not found, and the nearest names are told', async () => {
  const { models } = connect({}, (await gate.newKey('sim/*')).key);
  await assert.rejects(models.generateContent(ask('echoo', 'Hello')), (error) => {
    assert.equal(error.status, 404);
    assert.match(error.message, /Nearest: .*echo/);
    return true;
  });
});

for (const status of [429, 529]) {
  test(`a passing ${status} is retried by the gate, plain`, async () => {
    const { fetch, answers } = gate.countingFetch();
    const asked = gate.unheard();
    const answer = await connect({ fetch }).models.generateContent(ask(`sim/flaky:${status}x1`, asked));
    assert.equal(answer.text, asked);
    await gate.assertRetriedByTheGate(answers, status);
  });

  test(`a passing ${status} is retried by the gate, streamed`, async () => {
    const { fetch, answers } = gate.countingFetch();
    const asked = gate.unheard();
    const { models } = connect({ fetch });
    const chunks = await collect(await models.generateContentStream(ask(`sim/flaky:${status}x1`, asked)));
    assert.equal(text(chunks), asked);
    await gate.assertRetriedByTheGate(answers, status);
  });
}

test('a lasting rate limit is told as the provider said it', async () => {
  await assert.rejects(client.models.generateContent(ask('sim/flaky:429', 'Hello')), (error) => {
    assert.ok(error instanceof ApiError, String(error));
    assert.equal(error.status, 429);
    assert.equal(JSON.parse(error.message).error.status, 'RESOURCE_EXHAUSTED');
    return true;
  });
});

test('a stream that is reset never looks finished', async () => {
  const params = ask('sim/flaky:reset', 'A long answer that breaks off in its middle');
  await assert.rejects(streamed(params), TypeError); // the SDK lets fetch's own error through
});

test('a stream that its client aborts is settled for what has come', async () => {
  const { id, key } = await gate.newKey();
  const { fetch, answers } = gate.countingFetch();
  const abort = new AbortController();
  const params = ask(gate.leftStory, 'A story to leave', { abortSignal: abort.signal });
  const stream = await connect({ fetch }, key).models.generateContentStream(params);
  await assert.rejects(async () => {
    for await (const chunk of stream) {
      if (chunk.text) {
        abort.abort();
      }
    }
  }, { name: 'AbortError' });
  await gate.assertSettledWhenLeft(id, answers[0].headers.get('x-tollgate-request-id'));
});
