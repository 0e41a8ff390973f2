/** openid-client as an app of the gate: what it wants of a server, it gets, and it finds nothing to complain of. */
import assert from 'node:assert/strict';
import { before, test as nodeTest } from 'node:test';
import * as client from 'openid-client';
import { Person, admin, callModel, issuer } from './person.mjs';

const REDIRECT = 'https://app.example/cb';
const BYE = 'https://app.example/bye';
const SCOPE = 'openid email profile models:use';
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
/** The address is loopback's, so that TLS is nobody's loss. */
const OPTIONS = { execute: [client.allowInsecureRequests] };

const test = (name, run) => nodeTest(name, { timeout: 60_000 }, run);

let ann;
/** A public client that registered itself. */
let app;

async function register(metadata, authentication = client.None()) {
  const method = { token_endpoint_auth_method: 'none', redirect_uris: [REDIRECT], ...metadata };
  return client.dynamicClientRegistration(new URL(issuer), method, authentication, OPTIONS);
}

/** An authorization request with everything that openid-client can check in the answer; `url` and `checks`. */
async function request(config, parameters = {}, build = client.buildAuthorizationUrl, options = undefined) {
  const verifier = client.randomPKCECodeVerifier();
  const oidc = (parameters.scope ?? SCOPE).split(' ').includes('openid');
  const checks = {
    pkceCodeVerifier: verifier,
    expectedState: client.randomState(),
    ...(oidc && { expectedNonce: client.randomNonce() }),
  };
  const url = await build(
    config,
    {
      redirect_uri: REDIRECT,
      scope: SCOPE,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: checks.expectedState,
      ...(oidc && { nonce: checks.expectedNonce }),
      ...parameters,
    },
    options,
  );
  return { url, checks };
}

/** From the request over the person's consent to the tokens. */
async function signIn(config, parameters, options) {
  const { url, checks } = await request(config, parameters, client.buildAuthorizationUrl, options);
  const answer = await ann.allow(url);
  return client.authorizationCodeGrant(config, answer, checks, undefined, options);
}

/** What the server said when it refused: its error's code. */
async function refused(promise) {
  const error = await promise.then(
    () => assert.fail('it was not refused'),
    (caught) => caught,
  );
  assert.ok(error instanceof client.ResponseBodyError, `not refused by the server: ${error.stack}`);
  return error.error;
}

before(async () => {
  ann = await Person.invited('ann@example.com');
  await ann.setPassword();
  app = await register({
    client_name: 'Notebook',
    grant_types: ['authorization_code', 'refresh_token'],
    post_logout_redirect_uris: [BYE],
  });
});

test('discovery: both documents are there and say the same', async () => {
  const byOpenId = await client.discovery(new URL(issuer), 'any', undefined, client.None(), OPTIONS);
  const byOAuth = await client.discovery(new URL(issuer), 'any', undefined, client.None(), { ...OPTIONS, algorithm: 'oauth2' });
  assert.deepEqual(byOAuth.serverMetadata(), byOpenId.serverMetadata());
  assert.ok(byOpenId.serverMetadata().supportsPKCE());
  assert.equal(byOpenId.serverMetadata().authorization_response_iss_parameter_supported, true);
});

test('registration: what holds is answered, and a public client gets no secret', () => {
  const registered = app.clientMetadata();
  assert.match(registered.client_id, /^app_/);
  assert.equal(registered.client_secret, undefined);
  assert.deepEqual(registered.grant_types.toSorted(), ['authorization_code', 'refresh_token']);
  assert.deepEqual(registered.redirect_uris, [REDIRECT]);
});

test('code with PKCE: a person signs in on the way, sets a cap, and the app may use models', async () => {
  await ann.open('/account');
  await ann.send('/sign-out');
  const { url, checks } = await request(app);
  await ann.open(url);
  assert.match(ann.html, /Sign in/);
  await ann.signIn();
  assert.match(ann.html, /Notebook/);
  const answer = await ann.send('/oauth/consent', { decision: 'allow', cap_usd: '2.50', cap_window: 'month' });
  assert.equal(answer.searchParams.get('iss'), issuer);
  const tokens = await client.authorizationCodeGrant(app, answer, checks);
  assert.equal(tokens.scope.split(' ').toSorted().join(' '), SCOPE.split(' ').toSorted().join(' '));
  assert.ok(tokens.expiresIn() > 0 && tokens.expiresIn() <= 900);

  const claims = tokens.claims();
  assert.equal(claims.email, 'ann@example.com');
  assert.equal(claims.name, 'ann');
  assert.ok(Math.abs(Date.now() / 1000 - claims.auth_time) < 60);
  assert.ok(claims.amr.includes('otp'));
  const about = await client.fetchUserInfo(app, tokens.access_token, claims.sub);
  assert.equal(about.email, 'ann@example.com');

  assert.equal(await callModel(tokens.access_token), 200);
  await ann.open('/access');
  assert.match(ann.html, /Notebook[^]*of \$2\.50 this month/);
});

test('a person who declines is told to the app, with the issuer', async () => {
  const { url, checks } = await request(app);
  const answer = await ann.deny(url);
  assert.equal(answer.searchParams.get('iss'), issuer);
  await assert.rejects(client.authorizationCodeGrant(app, answer, checks), (error) => error.error === 'access_denied');
});

test('refresh: each token is used once, a lost answer is given again, and reuse ends the sign-in', async () => {
  const first = await signIn(app);
  const second = await client.refreshTokenGrant(app, first.refresh_token);
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.equal(second.claims().sub, first.claims().sub);
  assert.equal(await callModel(second.access_token), 200);
  // The answer was lost, and the client asks again.
  const again = await client.refreshTokenGrant(app, first.refresh_token);
  assert.equal(again.refresh_token, second.refresh_token);
  // Somebody goes on with the successor: whoever shows the old one from then on is not the client, or that one was not.
  const third = await client.refreshTokenGrant(app, second.refresh_token, { scope: 'models:use' });
  assert.equal(third.scope, 'models:use');
  assert.equal(await refused(client.refreshTokenGrant(app, first.refresh_token)), 'invalid_grant');
  assert.equal(await refused(client.refreshTokenGrant(app, third.refresh_token)), 'invalid_grant');
  assert.equal(await callModel(third.access_token), 401);
});

test('PAR: the request goes ahead, and only its name over the browser', async () => {
  const { url, checks } = await request(app, {}, client.buildAuthorizationUrlWithPAR);
  assert.deepEqual([...url.searchParams.keys()].toSorted(), ['client_id', 'request_uri']);
  const tokens = await client.authorizationCodeGrant(app, await ann.allow(url), checks);
  assert.equal(await callModel(tokens.access_token), 200);
  await ann.open(url);
  assert.equal(ann.answer.status, 400, 'it is answered once');
});

test('resource: a token for an MCP server opens no model', async () => {
  const tokens = await signIn(app, { scope: 'mcp:files models:use', resource: `${issuer}/mcp/files` });
  assert.equal(JSON.parse(Buffer.from(tokens.access_token.split('.')[1], 'base64url')).aud, `${issuer}/mcp/files`);
  assert.equal(await callModel(tokens.access_token), 401);
});

test('a confidential client revokes and introspects its own tokens', async () => {
  const service = await register({ token_endpoint_auth_method: 'client_secret_basic' }, client.ClientSecretBasic());
  const tokens = await signIn(service);
  const active = await client.tokenIntrospection(service, tokens.access_token);
  assert.equal(active.active, true);
  assert.equal(active.sub, tokens.claims().sub);
  assert.equal((await client.tokenIntrospection(service, tokens.refresh_token)).active, true);
  assert.equal(await callModel(tokens.access_token), 200);

  const others = await signIn(app);
  assert.equal((await client.tokenIntrospection(service, others.access_token)).active, false);

  await client.tokenRevocation(service, tokens.refresh_token);
  assert.equal((await client.tokenIntrospection(service, tokens.access_token)).active, false);
  assert.equal(await refused(client.refreshTokenGrant(service, tokens.refresh_token)), 'invalid_grant');
  assert.equal(await callModel(tokens.access_token), 401);
});

test('device grant: a person types the code', async () => {
  const device = await register({
    client_name: 'Terminal',
    redirect_uris: [],
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
  });
  const started = await client.initiateDeviceAuthorization(device, { scope: SCOPE });
  assert.match(started.verification_uri, /\/device$/);
  await ann.connect(started.user_code);
  // It would wait for as long as the server wants between two polls before its first, too.
  const tokens = await client.pollDeviceAuthorizationGrant(device, { ...started, interval: 1 });
  assert.equal(tokens.claims().email, 'ann@example.com');
  assert.equal(await callModel(tokens.access_token), 200);
});

test('DPoP: the nonce is fetched, and tokens are nothing without the key', async () => {
  const keys = await client.randomDPoPKeyPair('ES256');
  const bound = { DPoP: client.getDPoPHandle(app, keys) };
  const { url, checks } = await request(app, {}, client.buildAuthorizationUrlWithPAR, bound);
  const answer = await ann.allow(url);
  const tokens = await client.authorizationCodeGrant(app, answer, checks, undefined, bound);
  assert.equal(tokens.token_type, 'dpop');
  const about = await client.fetchUserInfo(app, tokens.access_token, tokens.claims().sub, bound);
  assert.equal(about.email, 'ann@example.com');
  assert.equal(await callModel(tokens.access_token), 401, 'no bearer token');
  const model = await client.fetchProtectedResource(
    app,
    tokens.access_token,
    new URL(`${issuer}/v1/messages`),
    'POST',
    JSON.stringify({ model: 'sim/echo', max_tokens: 16, messages: [{ role: 'user', content: 'Hello' }] }),
    new Headers({ 'content-type': 'application/json' }),
    bound,
  );
  assert.equal(model.status, 200, await model.text());

  const stranger = { DPoP: client.getDPoPHandle(app, await client.randomDPoPKeyPair('ES256')) };
  assert.equal(await refused(client.refreshTokenGrant(app, tokens.refresh_token, undefined, stranger)), 'invalid_grant');
  assert.equal(await refused(client.refreshTokenGrant(app, tokens.refresh_token)), 'invalid_grant');
  const next = await client.refreshTokenGrant(app, tokens.refresh_token, undefined, bound);
  assert.equal(next.token_type, 'dpop');
});

test('a service that an administrator vouches for acts in its own name, and exchanges tokens for less', async () => {
  const { id, secret } = await admin('POST', '/apps', {
    name: 'Nightly',
    grant_types: ['client_credentials', TOKEN_EXCHANGE],
    scopes: ['models:use', 'mcp:files'],
  });
  const service = await client.discovery(new URL(issuer), id, undefined, client.ClientSecretBasic(secret), OPTIONS);
  const own = await client.clientCredentialsGrant(service, { scope: 'models:use' });
  assert.equal(own.refresh_token, undefined);
  assert.equal(await callModel(own.access_token), 200);
  assert.equal(await refused(client.clientCredentialsGrant(service, { scope: 'admin:*' })), 'invalid_scope');

  const anns = await signIn(app, { scope: 'openid models:use mcp:files' });
  const exchange = (token, scope) =>
    client.genericGrantRequest(service, TOKEN_EXCHANGE, {
      subject_token: token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      scope,
      resource: `${issuer}/mcp/files`,
    });
  const less = await exchange(anns.access_token, 'mcp:files:read');
  assert.equal(less.scope, 'mcp:files:read');
  assert.equal(less.issued_token_type, 'urn:ietf:params:oauth:token-type:access_token');
  assert.ok(less.expiresIn() <= anns.expires_in);
  assert.equal(JSON.parse(Buffer.from(less.access_token.split('.')[1], 'base64url')).sub, anns.claims().sub);
  assert.equal(await refused(exchange(less.access_token, 'models:use')), 'invalid_scope');
  assert.equal(await refused(exchange(anns.refresh_token, 'mcp:files')), 'invalid_request');

  await admin('DELETE', `/apps/${id}`);
  assert.equal(await callModel(own.access_token), 401);
  await assert.rejects(client.clientCredentialsGrant(service), (error) => error.status === 401);
});

test('an app that an administrator vouches for is asked about once', async () => {
  const { id, secret } = await admin('POST', '/apps', { name: 'Wiki', redirect_uris: [REDIRECT] });
  assert.equal(secret.startsWith('tgx_'), true);
  const wiki = await client.discovery(new URL(issuer), id, undefined, client.ClientSecretPost(secret), OPTIONS);
  await ann.open((await request(wiki)).url);
  assert.match(ann.html, /Wiki/);
  assert.doesNotMatch(ann.html, /Nobody has verified/);
  await signIn(wiki);
  const { url, checks } = await request(wiki);
  const answer = await ann.open(url);
  assert.ok(answer, 'straight back to the app');
  const tokens = await client.authorizationCodeGrant(wiki, answer, checks);
  assert.equal(await callModel(tokens.access_token), 200);
});

test('logout: the person is asked, the session ends, and the app has its person back', async () => {
  const { id_token: hint } = await signIn(app);
  const logout = (back) => client.buildEndSessionUrl(app, { id_token_hint: hint, post_logout_redirect_uri: back, state: 'bye' });
  await ann.open(logout('https://evil.example/bye'));
  assert.match(ann.html, /Sign out\?/);
  assert.doesNotMatch(ann.html, /evil/);
  await ann.open(logout(BYE));
  const back = await ann.send('/oauth/logout/confirm');
  assert.equal(back.href, `${BYE}?state=bye`);
  const { url } = await request(app, { prompt: 'none' });
  assert.equal(await ann.open(url), null, 'nobody vouches for the app, so nobody is sent on to it who has not signed in');
  assert.match(ann.html, /Go back to app\.example/);
  assert.match(ann.html, /error=login_required/);
});
