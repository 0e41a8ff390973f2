/** CI jobs on others' libraries: a token of their own issuer becomes one of the gate's, by either grant, and is given back. */
import assert from 'node:assert/strict';
import { after, before, test as nodeTest } from 'node:test';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { Issuer } from './issuer.mjs';
import { admin, callModel, issuer as gate } from './person.mjs';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
/** A job is no client: it names none. */
const nobody = () => {};
const HTTP = { [oauth.allowInsecureRequests]: true };

const test = (name, run) => nodeTest(name, { timeout: 60_000 }, run);

let ci;
let server;
let job;

before(async () => {
  ci = await Issuer.start();
  await admin('POST', '/federation-rules', {
    name: 'deploy',
    issuer: ci.url,
    private: true,
    audience: gate,
    claims: { repository_id: '456', ref: 'refs/heads/main' },
    scopes: ['models:use', 'usage:read'],
  });
  const url = new URL(gate);
  server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { ...HTTP, algorithm: 'oauth2' }));
  job = new client.Configuration(server, 'nobody', undefined, nobody);
  client.allowInsecureRequests(job);
});

after(() => ci?.close());

const byAssertion = (assertion, more = {}) => client.genericGrantRequest(job, JWT_BEARER, { assertion, ...more });

const byExchange = (token, more = {}) =>
  client.genericGrantRequest(job, TOKEN_EXCHANGE, { subject_token: token, subject_token_type: JWT, ...more });

async function refused(promise) {
  const error = await promise.then(
    () => assert.fail('it was not refused'),
    (caught) => caught,
  );
  assert.ok(error instanceof client.ResponseBodyError || error instanceof oauth.ResponseBodyError, error.stack);
  return error.error;
}

test('metadata names both grants', () => {
  assert.ok(server.grant_types_supported.includes(JWT_BEARER));
  assert.ok(server.grant_types_supported.includes(TOKEN_EXCHANGE));
});

test('jwt-bearer: an assertion is worth one token, which ends soon and renews nothing', async () => {
  const assertion = ci.token(gate);
  const tokens = await byAssertion(assertion);
  assert.equal(tokens.token_type, 'bearer');
  assert.equal(tokens.refresh_token, undefined);
  assert.ok(tokens.expires_in > 0 && tokens.expires_in <= 900);
  assert.equal(tokens.scope, 'models:use usage:read');
  assert.equal(await callModel(tokens.access_token), 200);
  assert.equal(await refused(byAssertion(assertion)), 'invalid_grant', 'brought again');
  assert.equal(await callModel(tokens.access_token), 200, 'which harms the first one in nothing');
});

test('jwt-bearer: less is had for the asking, and no more than the rule gives', async () => {
  const less = await byAssertion(ci.token(gate), { scope: 'usage:read' });
  assert.equal(less.scope, 'usage:read');
  assert.equal(await callModel(less.access_token), 403);
  assert.equal(await refused(byAssertion(ci.token(gate), { scope: 'admin:*' })), 'invalid_grant');
});

test('jwt-bearer: whatever is wrong with an assertion is refused alike', async () => {
  const wrong = {
    'another’s key': ci.forged(gate),
    'another audience': ci.token('https://else.example'),
    'another branch': ci.token(gate, { ref: 'refs/heads/evil' }),
    'a pull request': ci.token(gate, { event_name: 'pull_request' }),
    'long over': ci.token(gate, { iat: 1, exp: 2 }),
    'no issuer that is trusted': ci.token(gate, { iss: 'http://127.0.0.1:1' }),
    'no id': ci.token(gate, { jti: undefined }),
    'unsigned': `${ci.token(gate).split('.').slice(0, 2).join('.')}.`,
    'no JWT': 'assertion',
  };
  const said = new Set();
  for (const [what, assertion] of Object.entries(wrong)) {
    const error = await byAssertion(assertion).catch((caught) => caught);
    assert.equal(error.error, 'invalid_grant', what);
    said.add(error.error_description);
  }
  assert.equal(said.size, 1, [...said].join('\n'));
});

test('token exchange: the same token by the other grant, with its type', async () => {
  const token = ci.token(gate);
  const tokens = await byExchange(token, { audience: gate, scope: 'models:use' });
  assert.equal(tokens.issued_token_type, ACCESS_TOKEN);
  assert.equal(await callModel(tokens.access_token), 200);
  assert.equal(await refused(byExchange(token)), 'invalid_request');
  assert.equal(await refused(byAssertion(token)), 'invalid_grant', 'nor is it good for the other grant now');
});

test('oauth4webapi does the same, and gives the token back at the end', async () => {
  const nameless = { client_id: 'nobody' };
  const asked = await oauth.genericTokenEndpointRequest(server, nameless, nobody, JWT_BEARER, { assertion: ci.token(gate) }, HTTP);
  const mine = await oauth.processGenericTokenEndpointResponse(server, nameless, asked);
  const others = await byAssertion(ci.token(gate));
  assert.equal(await callModel(mine.access_token), 200);
  const given = await oauth.revocationRequest(server, nameless, nobody, mine.access_token, HTTP);
  assert.equal(await oauth.processRevocationResponse(given), undefined);
  assert.equal(await callModel(mine.access_token), 401);
  assert.equal(await callModel(others.access_token), 200, 'of another job');
});

test('a client that authenticates may bring a job’s assertion; whose the token is, the rule says', async () => {
  const { id, secret } = await admin('POST', '/apps', { name: 'Runner', grant_types: [JWT_BEARER] });
  const runner = await client.discovery(new URL(gate), id, undefined, client.ClientSecretBasic(secret), { execute: [client.allowInsecureRequests] });
  const tokens = await client.genericGrantRequest(runner, JWT_BEARER, { assertion: ci.token(gate) });
  assert.equal(await callModel(tokens.access_token), 200);
  assert.equal(JSON.parse(Buffer.from(tokens.access_token.split('.')[1], 'base64url')).client_id, 'federation:deploy');
  const thief = await client.discovery(new URL(gate), id, undefined, client.ClientSecretBasic('tgx_wrong'), { execute: [client.allowInsecureRequests] });
  await assert.rejects(client.genericGrantRequest(thief, JWT_BEARER, { assertion: ci.token(gate) }), (error) => error.status === 401);
});
