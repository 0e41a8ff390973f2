/** The attacks of RFC 9700 (Best Current Practice for OAuth 2.0 Security) on a gate, as an attacker would send them. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { before, test as nodeTest } from 'node:test';
import { Person, callModel, issuer } from './person.mjs';

const REDIRECT = 'https://app.example/cb';
const AT_ONCE = 100;
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

const test = (name, run) => nodeTest(name, { timeout: 60_000 }, run);

let victim;
/** What the victim uses, and what an attacker has registered. */
let app;
let rogue;

before(async () => {
  victim = await Person.invited('vic@example.com');
  app = await register({ client_name: 'Honest' });
  rogue = await register({ client_name: 'Rogue', redirect_uris: ['https://rogue.example/cb'] });
});

async function register(metadata) {
  const answer = await fetch(`${issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token', DEVICE_CODE],
      ...metadata,
    }),
  });
  assert.equal(answer.status, 201);
  return (await answer.json()).client_id;
}

/** POST of a form; `{status, body}`. */
async function post(path, form) {
  const answer = await fetch(issuer + path, { method: 'POST', body: new URLSearchParams(form) });
  return { status: answer.status, body: await answer.json() };
}

const newVerifier = () => randomBytes(32).toString('base64url');
const challenge = (verifier) => createHash('sha256').update(verifier).digest('base64url');

/** An authorization request's address; a parameter that is null is left out. */
function authorize(verifier, changes = {}) {
  const all = {
    client_id: app,
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope: 'models:use',
    state: 'their-state',
    code_challenge: challenge(verifier),
    code_challenge_method: 'S256',
    ...changes,
  };
  return `${issuer}/oauth/authorize?${new URLSearchParams(Object.entries(all).filter(([, value]) => value !== null))}`;
}

/** A code of the victim's, as it comes to the app's address; it may have leaked from there. */
async function code(verifier, changes) {
  const answer = await victim.allow(authorize(verifier, changes));
  return answer.searchParams.get('code');
}

const redeem = (code, verifier, changes = {}) =>
  post('/oauth/token', { grant_type: 'authorization_code', client_id: app, redirect_uri: REDIRECT, code, code_verifier: verifier, ...changes });

const refresh = (token, client = app) => post('/oauth/token', { grant_type: 'refresh_token', client_id: client, refresh_token: token });

async function signedIn(changes) {
  const verifier = newVerifier();
  const { status, body } = await redeem(await code(verifier, changes), verifier);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

function assertInvalidGrant({ status, body }) {
  assert.deepEqual([status, body.error], [400, 'invalid_grant']);
}

test('code injection: a stolen code is of no use in a session, or at a client, that it was not for', async () => {
  const verifier = newVerifier();
  const stolen = await code(verifier);
  assertInvalidGrant(await redeem(stolen, newVerifier()));
  assertInvalidGrant(await redeem(stolen, verifier, { client_id: rogue }));
  assertInvalidGrant(await redeem(stolen, verifier, { redirect_uri: 'https://rogue.example/cb' }));
  assert.equal((await redeem(stolen, verifier)).status, 200, 'nor can a thief use it up');
});

test('code replay: a code that is shown twice ends what came of it', async () => {
  const verifier = newVerifier();
  const used = await code(verifier);
  const { body } = await redeem(used, verifier);
  assert.equal(await callModel(body.access_token), 200);
  assertInvalidGrant(await redeem(used, verifier));
  assert.equal(await callModel(body.access_token), 401);
  assertInvalidGrant(await refresh(body.refresh_token));
});

test('mix-up: each answer of the authorization endpoint names the issuer, good or bad', async () => {
  const good = await victim.allow(authorize(newVerifier()));
  const denied = await victim.deny(authorize(newVerifier()));
  const bad = await victim.open(authorize(newVerifier(), { scope: 'everything' }));
  const silent = await victim.open(authorize(newVerifier(), { prompt: 'none' }));
  for (const answer of [good, denied, bad, silent]) {
    assert.deepEqual(answer.searchParams.getAll('iss'), [issuer]);
    assert.deepEqual(answer.searchParams.getAll('state'), ['their-state']);
  }
});

test('CSRF: no other site gives consent, and none signs a person out', async () => {
  await victim.open(authorize(newVerifier()));
  const fields = { ...victim.fields('/oauth/consent'), decision: 'allow' };
  const own = { origin: new URL(victim.answer.url).origin, 'sec-fetch-site': 'same-origin' };
  const attacker = await Person.invited('eve@example.com');
  await attacker.open(authorize(newVerifier()));
  const attempts = [
    [fields, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    [fields, { ...own, 'sec-fetch-site': 'same-site' }],
    [{ ...fields, csrf: '' }, own],
    [{ ...fields, csrf: attacker.fields('/oauth/consent').csrf }, own],
  ];
  for (const [form, headers] of attempts) {
    const answer = await victim.post('/oauth/consent', form, headers);
    assert.equal(answer.status, 403, JSON.stringify(headers));
    assert.doesNotMatch(answer.html, /code=tgc_/);
  }
  await victim.open('/oauth/logout');
  assert.match(victim.html, /Sign out\?/, 'a link alone only asks');
  await victim.open('/account');
  assert.match(victim.html, /vic@example\.com/);
});

test('open redirect: nobody is sent to an address that the client has not registered', async () => {
  const elsewhere = [
    'https://evil.example/cb',
    'https://app.example/cb/../evil',
    'https://app.example/cb?next=https://evil.example',
    'https://app.example.evil.example/cb',
    'https://app.example@evil.example/cb',
    'https://app.example/cb#',
    'http://app.example/cb',
    'https://APP.example/cb',
    'https://app.example:443/cb',
    '//evil.example/cb',
    'javascript:alert(1)',
  ];
  for (const redirect of elsewhere) {
    for (const prompt of [null, 'none']) {
      assert.equal(await victim.open(authorize(newVerifier(), { redirect_uri: redirect, prompt })), null, redirect);
      assert.equal(victim.answer.status, 400, redirect);
    }
  }
  assert.equal(await victim.open(authorize(newVerifier(), { client_id: 'nobody' })), null);
  assert.equal(victim.answer.status, 400);
  for (const target of ['https://evil.example', '//evil.example', '/\\evil.example', '/account/../../evil.example']) {
    assert.equal(await victim.open(`/sign-in?return_to=${encodeURIComponent(target)}`), null, target);
    assert.match(victim.html, /vic@example\.com/, 'signed in already, and at home');
  }
});

test('PKCE downgrade: no request without it, no redeeming without it', async () => {
  for (const changes of [{ code_challenge: null, code_challenge_method: null }, { code_challenge_method: 'plain' }, { code_challenge_method: null }]) {
    const answer = await victim.open(authorize(newVerifier(), changes));
    assert.equal(answer.searchParams.get('error'), 'invalid_request', JSON.stringify(changes));
    assert.equal(answer.searchParams.get('code'), null);
  }
  const pushed = { client_id: app, response_type: 'code', redirect_uri: REDIRECT, scope: 'models:use' };
  assert.equal((await post('/oauth/par', pushed)).body.error, 'invalid_request');
  const verifier = newVerifier();
  const stolen = await code(verifier);
  const bare = { grant_type: 'authorization_code', client_id: app, redirect_uri: REDIRECT, code: stolen };
  assertInvalidGrant(await post('/oauth/token', bare));
  assertInvalidGrant(await redeem(stolen, challenge(verifier)));
});

test('refresh theft: when a thief and its victim both use a token, both are signed out', async () => {
  const { refresh_token: shared } = await signedIn();
  const thief = (await refresh(shared)).body;
  const thiefs = (await refresh(thief.refresh_token)).body;
  assert.equal(await callModel(thiefs.access_token), 200);
  assertInvalidGrant(await refresh(shared));
  assert.equal(await callModel(thiefs.access_token), 401);
  assertInvalidGrant(await refresh(thiefs.refresh_token));
});

test('refresh theft: a token is nothing at another client, and stays good for its own', async () => {
  const { refresh_token: stolen } = await signedIn();
  assertInvalidGrant(await refresh(stolen, rogue));
  assert.equal((await refresh(stolen)).status, 200);
});

test('token substitution: each token opens what it is for', async () => {
  const here = await signedIn({ scope: 'openid models:use' });
  const there = await signedIn({ scope: 'openid models:use mcp:files', resource: `${issuer}/mcp/files` });
  for (const token of [here.id_token, here.refresh_token, there.access_token]) {
    assert.equal(await callModel(token), 401);
    const about = await fetch(`${issuer}/oauth/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(about.status, 401);
  }
  assertInvalidGrant(await refresh(here.access_token));
  assertInvalidGrant(await redeem(here.access_token, newVerifier()));
  const [header, claims, signature] = here.access_token.split('.');
  const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
  const richer = JSON.parse(Buffer.from(claims, 'base64url'));
  const forged = Buffer.from(JSON.stringify({ ...richer, scope: 'admin:*' })).toString('base64url');
  for (const token of [`${none}.${claims}.`, `${none}.${claims}.${signature}`, `${header}.${forged}.${signature}`]) {
    assert.equal(await callModel(token), 401);
  }
  assert.equal(await callModel(here.access_token), 200);
});

test('clickjacking: no page may be framed', async () => {
  await victim.open('/device');
  const pages = [victim.answer];
  for (const place of [authorize(newVerifier()), '/access', '/account', '/oauth/logout', authorize(newVerifier(), { client_id: 'nobody' })]) {
    await victim.open(place);
    pages.push(victim.answer);
  }
  for (const { url, headers } of pages) {
    assert.match(headers.get('content-security-policy'), /frame-ancestors 'none'/, String(url));
    assert.equal(headers.get('x-frame-options'), 'DENY', String(url));
  }
});

test('leaks: neither the code nor the state leaves in a referrer, a cache or a script of another site', async () => {
  await victim.open(authorize(newVerifier()));
  const headers = { origin: new URL(victim.answer.url).origin, 'sec-fetch-site': 'same-origin' };
  const onward = await victim.post('/oauth/consent', { ...victim.fields('/oauth/consent'), decision: 'allow' }, headers);
  assert.equal(onward.status, 200, 'no 307, which would send the form on to the app');
  assert.match(onward.html, /code=tgc_/);
  assert.equal(onward.headers.get('referrer-policy'), 'same-origin');
  assert.equal(onward.headers.get('cache-control'), 'no-store');
  const script = await fetch(authorize(newVerifier()), { redirect: 'manual', headers: { origin: 'https://app.example' } });
  assert.equal(script.headers.get('access-control-allow-origin'), null);
});

test('device phishing: a link gives nothing away, guesses end, and a code is one device\'s', async () => {
  const start = async () => (await post('/oauth/device_authorization', { client_id: app, scope: 'models:use' })).body;
  const poll = (device, client = app) => post('/oauth/token', { grant_type: DEVICE_CODE, client_id: client, device_code: device.device_code });
  const device = await start();
  await victim.open(device.verification_uri_complete);
  assert.equal(victim.fields('/device').user_code, device.user_code, 'typed ahead, and not sent');
  assert.equal((await poll(device)).body.error, 'authorization_pending');
  assert.equal((await poll(device)).body.error, 'slow_down');
  await victim.send('/device');
  assert.match(victim.html, /Whoever sends you a code/);
  await victim.send('/device/confirm', { decision: 'deny' });
  assertInvalidGrant(await poll(device, rogue));

  const guesser = await Person.invited('guy@example.com');
  await guesser.open('/device');
  let guesses = 0;
  while (guesser.answer.status === 200 && guesses < 50) {
    await guesser.send('/device', { user_code: 'BBBB-BBBB' });
    guesses++;
  }
  assert.equal(guesser.answer.status, 429);
  assert.ok(guesses <= 11, `${guesses} guesses`);
});

test(`of ${AT_ONCE} at once, one redeems a code`, async () => {
  const verifier = newVerifier();
  const wanted = await code(verifier);
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => redeem(wanted, verifier)));
  assert.equal(answers.filter((each) => each.status === 200).length, 1);
  answers.filter((each) => each.status !== 200).forEach(assertInvalidGrant);
});

test(`${AT_ONCE} at once get one and the same successor of a refresh token`, async () => {
  const { refresh_token: token } = await signedIn();
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => refresh(token)));
  assert.ok(answers.every((each) => each.status === 200));
  const successors = new Set(answers.map((each) => each.body.refresh_token));
  assert.equal(successors.size, 1);
  assert.ok(!successors.has(token));
});
