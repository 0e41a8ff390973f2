/** Apps and devices that ask for access, in a real Chromium at a real gate: consent with a cap, connecting, taking it back. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { LIMIT, accessible, authenticator, heading, launch, open, press } from './browser.mjs';

const gate = process.env.TOLLGATE_URL;
const invitation = process.env.ACCESS_INVITATION;
const home = new URL(invitation).origin;
const REDIRECT = 'https://app.example/cb';
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
const verifier = randomBytes(32).toString('base64url');

let browser;
let page;
let complaints;
let app;
/** Access tokens that the person has allowed. */
let appsToken;
let devicesToken;

before(async () => {
  browser = await launch();
  ({ page, complaints } = await open(browser));
  await authenticator(page);
  await page.route('https://app.example/**', (route) => route.fulfill({ contentType: 'text/html', body: '<h1>The app</h1>' }));
  const client = { client_name: 'Sketchbook', redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' };
  const grants = { grant_types: ['authorization_code', 'refresh_token', DEVICE_CODE] };
  app = (await json('/oauth/register', JSON.stringify({ ...client, ...grants }), 'application/json')).client_id;
});

after(() => browser?.close());

async function json(path, body, type = 'application/x-www-form-urlencoded') {
  const answer = await fetch(gate + path, { method: 'POST', headers: { 'content-type': type }, body });
  return answer.json();
}

const post = (path, form) => json(path, new URLSearchParams(form));

const authorize = (client = app, redirect = REDIRECT) =>
  `${gate}/oauth/authorize?${new URLSearchParams({
    client_id: client,
    response_type: 'code',
    redirect_uri: redirect,
    scope: 'openid models:use',
    state: 'abc',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })}`;

async function callModel(token) {
  const answer = await fetch(`${gate}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'sim/echo', max_tokens: 16, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

test('an app asks, its person signs in with a passkey on the way, and allows it a cap', LIMIT, async () => {
  await page.goto(invitation);
  await page.getByLabel('Your name').fill('Nell');
  await press(page, 'Accept the invitation');
  await press(page, 'Make a passkey');
  await heading(page, 'Your account');
  await press(page, 'Sign out');
  await heading(page, 'You are signed out');

  // The email field of the sign-in page offers the passkey by itself, and the device agrees.
  await page.goto(authorize());
  await heading(page, 'Allow Sketchbook?');
  await page.getByText('Nobody has verified this app.').waitFor();
  await page.getByText('app.example').first().waitFor();
  await accessible(page, 'consent');

  await page.getByLabel('Amount in US dollars').fill('nothing');
  await press(page, 'Allow');
  await page.getByText('Type an amount in US dollars').first().waitFor();
  await accessible(page, 'consent with a problem');

  await page.getByLabel('Amount in US dollars').fill('3.25');
  await page.getByLabel('each month').check();
  await page.getByLabel('For how long').selectOption('P7D');
  await press(page, 'Allow');
  await heading(page, 'The app');
  const answer = new URL(page.url()).searchParams;
  assert.equal(answer.get('iss'), gate);
  assert.equal(answer.get('state'), 'abc');
  const tokens = await post('/oauth/token', {
    grant_type: 'authorization_code',
    client_id: app,
    redirect_uri: REDIRECT,
    code: answer.get('code'),
    code_verifier: verifier,
  });
  appsToken = tokens.access_token;
  assert.equal(await callModel(appsToken), 200);
});

/** In a page: redeems the code, then calls a model with the token, streamed; or only that with the token that is given. */
async function inPage({ gate, form, token }) {
  const redeemed = token ? {} : await (await fetch(`${gate}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })).json();
  const bearer = token ?? redeemed.access_token;
  const answer = await fetch(`${gate}/v1/messages`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${bearer}`,
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      'anthropic-dangerous-direct-browser-access': 'true',
      'x-stainless-lang': 'js',
    },
    body: JSON.stringify({ model: 'sim/echo', max_tokens: 16, stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  return { token: bearer, status: answer.status, id: answer.headers.get('x-tollgate-request-id'), body: await answer.text() };
}

/** Pages of another site. */
async function site() {
  const server = createServer((request, answer) => answer.setHeader('content-type', 'text/html').end('<h1>The app</h1>'));
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

test("an app's own page calls models, and another page reads nothing even with its token", LIMIT, async () => {
  const own = await site();
  const other = await site();
  const fresh = await page.context().newPage();
  const redirect = `${own.origin}/cb`;
  const client = { client_name: 'Canvas', redirect_uris: [redirect], token_endpoint_auth_method: 'none' };
  const id = (await json('/oauth/register', JSON.stringify(client), 'application/json')).client_id;
  const others = { ...client, redirect_uris: [`${other.origin}/cb`] };
  await json('/oauth/register', JSON.stringify(others), 'application/json');
  await fresh.goto(authorize(id, redirect));
  await press(fresh, 'Allow');
  await heading(fresh, 'The app');
  const code = new URL(fresh.url()).searchParams.get('code');
  const form = { grant_type: 'authorization_code', client_id: id, redirect_uri: redirect, code, code_verifier: verifier };
  const answer = await fresh.evaluate(inPage, { gate, form });
  assert.equal(answer.status, 200, answer.body);
  assert.match(answer.id, /^req_/);
  assert.match(answer.body, /message_stop/);
  await fresh.goto(other.origin);
  await assert.rejects(fresh.evaluate(inPage, { gate, token: answer.token }), /Failed to fetch/);
  await fresh.close();
  own.close();
  other.close();
});

test('an app that is turned away is told so', LIMIT, async () => {
  await page.goto(authorize());
  await press(page, 'Do not allow');
  await heading(page, 'The app');
  assert.equal(new URL(page.url()).searchParams.get('error'), 'access_denied');
});

test('a device shows a code, and its person connects it', LIMIT, async () => {
  const device = await post('/oauth/device_authorization', { client_id: 'claude-code', scope: 'models:use' });
  await page.goto(device.verification_uri);
  await heading(page, 'Connect a device');
  await accessible(page, 'device');
  await page.getByLabel('Code').fill(device.user_code.toLowerCase().replace('-', ' '));
  await press(page, 'Continue');
  await heading(page, 'Connect Claude Code?');
  await page.getByText(device.user_code).waitFor();
  await accessible(page, 'device, to be confirmed');
  await press(page, 'Connect it');
  await page.getByText('goes on by itself').waitFor();
  await accessible(page, 'device, connected');
  const tokens = await post('/oauth/token', { grant_type: DEVICE_CODE, client_id: 'claude-code', device_code: device.device_code });
  devicesToken = tokens.access_token;
  assert.equal(await callModel(devicesToken), 200);
});

test('the page of apps shows what each may spend; limits are changed there, and one click takes access back', LIMIT, async () => {
  await page.goto(`${home}/access`);
  const sketchbook = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Sketchbook' }) });
  await sketchbook.getByText('of $3.25 this month').waitFor();
  await page.getByRole('heading', { name: 'Claude Code' }).waitFor();
  await accessible(page, 'access');

  await sketchbook.getByRole('link', { name: /Change/ }).click();
  await heading(page, 'Access of Sketchbook');
  await accessible(page, 'change of access');
  await page.getByLabel('Amount in US dollars').fill('5');
  await press(page, 'Save');
  await sketchbook.getByText('of $5.00 this month').waitFor();

  await sketchbook.getByRole('button', { name: /Revoke/ }).click();
  await page.getByText('The app has no access any more.').waitFor();
  assert.equal(await sketchbook.count(), 0);
  assert.equal(await callModel(appsToken), 401);
  assert.equal(await callModel(devicesToken), 200, 'the other app is not touched');
});

test('nothing that the pages did was against their own policy', () => {
  assert.deepEqual(complaints, []);
});
