/**
 * oauth4webapi, which checks each message to the letter, as a client of the gate and as a resource server that its tokens
 * are for.
 */
import assert from 'node:assert/strict';
import { before, test as nodeTest } from 'node:test';
import * as oauth from 'oauth4webapi';
import { Person, callModel, issuer } from './person.mjs';

const REDIRECT = 'http://127.0.0.1/callback';
/** As a program on the person's machine has it: any port (RFC 8252 section 7.3). */
const CALLBACK = 'http://127.0.0.1:49321/callback';
/** The address is loopback's, so that TLS is nobody's loss. */
const HTTP = { [oauth.allowInsecureRequests]: true };

const test = (name, run) => nodeTest(name, { timeout: 60_000 }, run);

let as;
let ben;

before(async () => {
  ben = await Person.invited('ben@example.com');
  const found = await oauth.discoveryRequest(new URL(issuer), HTTP);
  as = await oauth.processDiscoveryResponse(new URL(issuer), found);
});

async function register(metadata) {
  const answer = await oauth.dynamicClientRegistrationRequest(as, { redirect_uris: [REDIRECT], ...metadata }, HTTP);
  return oauth.processDynamicClientRegistrationResponse(answer);
}

/** Sends what `send` sends, once more with the nonce if the server asks for one (RFC 9449 section 8), and reads the answer. */
async function withNonce(send, read) {
  try {
    return await read(await send());
  } catch (error) {
    assert.ok(oauth.isDPoPNonceError(error), error.stack);
    return read(await send());
  }
}

/** The whole way to a code; with a key, the request is pushed and bound to it. */
async function authorize(client, authentication, parameters, DPoP) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const asked = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: CALLBACK,
    response_type: 'code',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    ...parameters,
  });
  const url = new URL(as.authorization_endpoint);
  if (DPoP) {
    const pushed = await withNonce(
      () => oauth.pushedAuthorizationRequest(as, client, authentication, asked, { ...HTTP, DPoP }),
      (answer) => oauth.processPushedAuthorizationResponse(as, client, answer),
    );
    url.search = new URLSearchParams({ client_id: client.client_id, request_uri: pushed.request_uri });
  } else {
    url.search = asked;
  }
  const answer = oauth.validateAuthResponse(as, client, await ben.allow(url), state);
  const redeem = () => oauth.authorizationCodeGrantRequest(as, client, authentication, answer, CALLBACK, verifier, { ...HTTP, DPoP });
  return { redeem, answer, verifier };
}

/** What another's resource server finds in a token (RFC 9068), for this audience. */
function judged(token, audience, { scheme = 'Bearer', headers = {}, ...options } = {}) {
  const request = new Request(`${audience}/thing`, { headers: { authorization: `${scheme} ${token}`, ...headers } });
  return oauth.validateJwtAccessToken(as, request, audience, { ...HTTP, ...options });
}

test('a program on loopback signs in, with a signature that its keys tell and a token that a resource server believes', async () => {
  const client = await register({ client_name: 'Loopback', token_endpoint_auth_method: 'none' });
  const { redeem } = await authorize(client, oauth.None(), { scope: 'openid models:use', nonce: 'n-1', max_age: '600' });
  const answer = await redeem();
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, {
    expectedNonce: 'n-1',
    maxAge: 600,
    requireIdToken: true,
  });
  await oauth.validateApplicationLevelSignature(as, answer, HTTP);
  const claims = oauth.getValidatedIdTokenClaims(tokens);

  const about = await oauth.userInfoRequest(as, client, tokens.access_token, HTTP);
  assert.equal((await oauth.processUserInfoResponse(as, client, claims.sub, about)).sub, claims.sub);

  const token = await judged(tokens.access_token, issuer);
  assert.equal(token.client_id, client.client_id);
  assert.equal(token.sub, claims.sub);
  assert.equal(token.scope, 'openid models:use');
  await assert.rejects(judged(tokens.access_token, `${issuer}/mcp/files`), /aud/);
  assert.equal(await callModel(tokens.access_token), 200);

  const refreshed = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), tokens.refresh_token, HTTP);
  const next = await oauth.processRefreshTokenResponse(as, client, refreshed);
  assert.notEqual(next.refresh_token, tokens.refresh_token);
});

test('resource: the token is for the server that was asked for, and names it', async () => {
  const client = await register({ token_endpoint_auth_method: 'none' });
  const resource = `${issuer}/mcp/files`;
  const { redeem } = await authorize(client, oauth.None(), { scope: 'mcp:files', resource });
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, await redeem());
  assert.equal((await judged(tokens.access_token, resource)).aud, resource);
  assert.equal(tokens.scope, 'mcp:files');
});

test('DPoP: pushed, redeemed and used with one key; a resource server checks the proof', async () => {
  const client = await register({ token_endpoint_auth_method: 'none', dpop_bound_access_tokens: true });
  const keys = await oauth.generateKeyPair('ES256');
  const DPoP = oauth.DPoP(client, keys);
  const resource = `${issuer}/mcp/files`;
  const { redeem } = await authorize(client, oauth.None(), { scope: 'mcp:files', resource }, DPoP);
  const tokens = await withNonce(redeem, (answer) => oauth.processAuthorizationCodeResponse(as, client, answer));
  assert.equal(tokens.token_type, 'dpop');

  const headers = {};
  await oauth
    .protectedResourceRequest(tokens.access_token, 'GET', new URL(`${resource}/thing`), undefined, undefined, {
      ...HTTP,
      DPoP,
      [oauth.customFetch]: async (_, init) => {
        Object.assign(headers, Object.fromEntries(new Headers(init.headers)));
        return new Response();
      },
    });
  const claims = await judged(tokens.access_token, resource, { scheme: 'DPoP', headers: { dpop: headers.dpop }, requireDPoP: true });
  assert.equal(claims.cnf.jkt.length, 43);
  await assert.rejects(judged(tokens.access_token, resource), 'without the proof it is nothing');

  const withoutKey = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), tokens.refresh_token, HTTP);
  await assert.rejects(oauth.processRefreshTokenResponse(as, client, withoutKey), (error) => error.status === 400);
  const next = await withNonce(
    () => oauth.refreshTokenGrantRequest(as, client, oauth.None(), tokens.refresh_token, { ...HTTP, DPoP }),
    (answer) => oauth.processRefreshTokenResponse(as, client, answer),
  );
  assert.equal(next.token_type, 'dpop');
});

test('a client authenticates by its key, introspects and revokes', async () => {
  const keys = await oauth.generateKeyPair('ES256', { extractable: true });
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey);
  const client = await register({
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [{ kty, crv, x, y, kid: 'first', use: 'sig', alg: 'ES256' }] },
  });
  const byKey = oauth.PrivateKeyJwt({ key: keys.privateKey, kid: 'first' });
  const { redeem } = await authorize(client, byKey, { scope: 'models:use usage:read' });
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, await redeem());

  const look = async () => {
    const answer = await oauth.introspectionRequest(as, client, byKey, tokens.access_token, HTTP);
    return oauth.processIntrospectionResponse(as, client, answer);
  };
  const active = await look();
  assert.equal(active.active, true);
  assert.equal(active.scope, 'models:use usage:read');
  assert.deepEqual([active.aud].flat(), [issuer]);
  assert.equal(active.iss, issuer);
  await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, byKey, tokens.access_token, HTTP));
  assert.equal((await look()).active, false);
  assert.equal(await callModel(tokens.access_token), 401);
});

test('device grant: first nobody has decided, then there are tokens', async () => {
  const client = await register({
    redirect_uris: [],
    token_endpoint_auth_method: 'none',
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
  });
  const asked = await oauth.deviceAuthorizationRequest(as, client, oauth.None(), { scope: 'models:use' }, HTTP);
  const started = await oauth.processDeviceAuthorizationResponse(as, client, asked);
  const poll = async () =>
    oauth.processDeviceCodeResponse(as, client, await oauth.deviceCodeGrantRequest(as, client, oauth.None(), started.device_code, HTTP));
  await assert.rejects(poll(), (error) => error.error === 'authorization_pending');
  await ben.connect(started.user_code);
  const tokens = await poll();
  assert.equal(await callModel(tokens.access_token), 200);
  assert.equal(tokens.refresh_token, undefined, 'it has not asked to refresh');
});

test('who nobody vouches for may not act in its own name', async () => {
  const client = await register({ token_endpoint_auth_method: 'client_secret_post' });
  const asked = await oauth.clientCredentialsGrantRequest(as, client, oauth.ClientSecretPost(client.client_secret), {}, HTTP);
  await assert.rejects(oauth.processClientCredentialsResponse(as, client, asked), (error) => error.error === 'unauthorized_client');
});

test('the model API says who issues its tokens (RFC 9728)', async () => {
  const answer = await oauth.resourceDiscoveryRequest(new URL(issuer), HTTP);
  const resource = await oauth.processResourceDiscoveryResponse(new URL(issuer), answer);
  assert.deepEqual(resource.authorization_servers, [issuer]);
});
