/** People sign in through OpenID providers that others wrote (npm's oidc-provider), at a real gate. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { Provider } from 'oidc-provider';

const gate = required('TOLLGATE_URL');
const ownerToken = required('TOLLGATE_TOKEN');
/** Where browsers find the gate's pages: at a bare IP address they would have no passkeys. */
const home = gate.replace('127.0.0.1', 'localhost');
/** What must be escaped in a client's authentication (RFC 6749, section 2.3.1) is in it. */
const SECRET = 'a secret: with% signs+';
const LIMIT = { timeout: 60_000 };

let real;
let other;
let workspace;

function required(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: OidcProviderTest sets it`);
  return value;
}

/** A provider on this machine. Whoever signs in there is called as they say; eve's email is not verified. */
async function provider(name, redirectUri = `${home}/sign-in/with/${name}/callback`) {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const tokenRequests = [];
  const answers = new Provider(issuer, {
    clients: [{
      client_id: 'gate',
      client_secret: SECRET,
      redirect_uris: [redirectUri],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'client_secret_basic',
    }],
    claims: { openid: ['sub', 'hd'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    cookies: { keys: ['one key of the test'] },
    findAccount: (context, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: `${id}@example.com`,
        email_verified: id !== 'eve',
        name: `Person ${id}`,
        hd: id === 'guest' ? 'elsewhere.example' : 'example.com',
      }),
    }),
  }).callback();
  server.on('request', (request, response) => {
    if (request.url.startsWith('/token')) {
      tokenRequests.push(request.url);
    }
    answers(request, response);
  });
  return { name, issuer, server, tokenRequests };
}

async function admin(method, path, body) {
  const answer = await fetch(`${gate}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${ownerToken}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path} answered ${answer.status}: ${text}`);
  return text && JSON.parse(text);
}

function add(at, title, more = {}) {
  return admin('POST', '/identity-providers', {
    name: at.name, title, issuer: at.issuer, client_id: 'gate', client_secret: SECRET, private: true, ...more,
  });
}

function invite(name) {
  return admin('POST', '/invitations', { email: `${name}@example.com` });
}

/** Cookies, and where they belong; it runs no scripts and follows no redirect by itself. */
class Browser {
  #jars = new Map();
  /** How often a provider has asked for a name and a password. */
  logins = 0;

  #jar(url) {
    const origin = new URL(url).origin;
    return this.#jars.get(origin) ?? this.#jars.set(origin, new Map()).get(origin);
  }

  cookie(name) {
    return this.#jar(home).get(name);
  }

  keep(name, value) {
    this.#jar(home).set(name, value);
  }

  async go(url, form) {
    const jar = this.#jar(url);
    const answer = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form && { origin: new URL(url).origin }),
      },
      body: form && new URLSearchParams(form),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      if (value === '' || /max-age=0/i.test(cookie) || /expires=Thu, 01 Jan 1970/i.test(cookie)) {
        jar.delete(name);
      } else {
        jar.set(name, value);
      }
    }
    const location = answer.headers.get('location');
    return {
      status: answer.status,
      text: await answer.text(),
      next: location && new URL(location, url).toString(),
    };
  }

  /** Sets out from the gate's sign-in; where it is sent. */
  async setOut(at, query = '') {
    const answer = await this.go(`${home}/sign-in/with/${at.name}${query}`);
    assert.equal(answer.status, 303, answer.text);
    return answer.next;
  }

  /** Signs in at a provider by that name, and agrees there; the address by which the provider sends it back. */
  async signInAt(url, name) {
    for (let step = 0, at = url; step < 12; step += 1) {
      let answer = await this.go(at);
      if (at.includes('/interaction/')) {
        const login = answer.text.includes('name="login"');
        this.logins += login ? 1 : 0;
        const form = login ? { prompt: 'login', login: name, password: 'x' } : { prompt: 'consent' };
        answer = await this.go(at, form);
      }
      assert.ok(answer.next, `${at} answered ${answer.status}: ${answer.text}`);
      at = answer.next;
      if (at.startsWith(home)) {
        return at;
      }
    }
    return assert.fail('the provider never sent the browser back');
  }

  /** All the way through a provider, and back to the gate. */
  async signIn(at, name) {
    return this.go(await this.signInAt(await this.setOut(at), name));
  }

  /** What the gate shows to whoever has signed in; empty if nobody has. */
  async account() {
    const answer = await this.go(`${home}/account`);
    return answer.status === 200 ? answer.text : '';
  }

  /** Accepts an invitation by its link. */
  async accept(link, name) {
    const page = await this.go(link);
    const done = await this.go(`${home}/invitation`, {
      csrf: hidden(page.text, 'csrf'), token: new URL(link).searchParams.get('token'), name,
    });
    assert.equal(done.status, 303, done.text);
    return this;
  }

  /** Continues with a provider from an invitation's page; where it leads. */
  async continueWith(at, link) {
    const page = await this.go(link);
    assert.match(page.text, new RegExp(`action="/invitation/with/${at.name}"`));
    return onward(await this.go(`${home}/invitation/with/${at.name}`, {
      csrf: hidden(page.text, 'csrf'), token: new URL(link).searchParams.get('token'),
    }));
  }

  /** Asks to link an account there; where it leads. Whoever has just come in is shown the way to add a passkey first. */
  async link(at) {
    const { text } = await this.go(`${home}/account/passkeys`);
    return onward(await this.go(`${home}/account/outside/${at.name}/link`, { csrf: hidden(text, 'csrf') }));
  }
}

/** Where a page leads by itself. */
function onward(answer) {
  assert.equal(answer.status, 200, answer.text);
  return /http-equiv="refresh" content="0;url=([^"]+)"/.exec(answer.text)[1].replaceAll('&amp;', '&');
}

function hidden(page, name) {
  const found = new RegExp(`name="${name}" value="([^"]+)"`).exec(page);
  assert.ok(found, `no field ${name} in ${page}`);
  return found[1];
}

/** An address with its query changed; null takes a parameter out. */
function changed(url, parameters) {
  const copy = new URL(url);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null) {
      copy.searchParams.delete(name);
    } else {
      copy.searchParams.set(name, value);
    }
  }
  return copy.toString();
}

before(async () => {
  real = await provider('real');
  other = await provider('other');
  workspace = await provider('workspace');
  const added = await add(real, 'Real & Sons');
  assert.equal(added.redirect_uri, `${home}/sign-in/with/real/callback`);
  await add(other, 'Other');
  await add(workspace, 'Workspace', { hosted_domains: ['example.com'] });
}, LIMIT);

after(() => {
  for (const each of [real, other, workspace]) {
    each?.server.closeAllConnections();
    each?.server.close();
  }
});

test('whoever is invited under a verified email comes in, and again later', LIMIT, async () => {
  await invite('ada');
  const page = await new Browser().go(`${home}/sign-in`);
  assert.match(page.text, /href="\/sign-in\/with\/real[^"]*"[^]*Sign in with <bdi>Real &amp; Sons<\/bdi>/);
  const first = new Browser();
  const answer = await first.signIn(real, 'ada');
  assert.equal(answer.status, 200, answer.text);
  assert.match(await first.account(), /ada@example\.com/);
  assert.match(await first.account(), /Person ada/);
  const later = new Browser();
  await later.signIn(real, 'ada');
  assert.match(await later.account(), /ada@example\.com/);
});

test('an email that is not verified, and one that nobody has invited, open nothing', LIMIT, async () => {
  await invite('eve');
  for (const name of ['eve', 'nobody']) {
    const browser = new Browser();
    assert.equal((await browser.signIn(real, name)).status, 403);
    assert.equal(await browser.account(), '');
  }
});

test('whoever is invited continues with a provider, verified email or not, and needs no other way in', LIMIT, async () => {
  for (const name of ['lea', 'eve']) {
    const { link } = await invite(name);
    const browser = new Browser();
    const back = await browser.signInAt(await browser.continueWith(real, link), name);
    assert.equal((await new Browser().go(back)).status, 400, 'in another browser');
    assert.equal((await browser.go(back)).status, 200);
    assert.match(await browser.account(), new RegExp(`${name}@example\\.com`));
    const later = new Browser();
    await later.signIn(real, name);
    assert.match(await later.account(), new RegExp(`${name}@example\\.com`));
    assert.equal((await new Browser().go(link)).status, 410, 'used');
  }
});

test("an invitation is not for somebody else's account, and stays open", LIMIT, async () => {
  const { link } = await invite('liv');
  const browser = new Browser();
  const refused = await browser.go(await browser.signInAt(await browser.continueWith(real, link), 'mallory'));
  assert.equal(refused.status, 403, refused.text);
  assert.equal(await browser.account(), '');
  const liv = new Browser();
  await liv.go(await liv.signInAt(await liv.continueWith(real, link), 'liv'));
  assert.match(await liv.account(), /liv@example\.com/);
});

test('an account is linked by proof of both, and then lets its person in', LIMIT, async () => {
  const max = await new Browser().accept((await invite('max')).link, 'Max');
  // At the provider he is somebody else by name and email: what counts is who has signed in on both sides.
  assert.equal((await new Browser().signIn(real, 'maximilian')).status, 403);
  const back = await max.signInAt(await max.link(real), 'maximilian');

  const thief = new Browser();
  assert.equal((await thief.go(back)).status, 400, 'in another browser');
  assert.equal(await thief.account(), '');

  assert.equal((await max.go(back)).next, `${home}/account`);
  assert.match(await max.account(), /maximilian@example\.com/);
  const later = new Browser();
  await later.signIn(real, 'maximilian');
  assert.match(await later.account(), /max@example\.com/);
});

test('where a new sign-in is wanted the provider asks for one, and a silent one is refused', LIMIT, async () => {
  const again = '?again=1&return_to=%2Faccount%2Fpasskeys';
  const { link } = await invite('sam');
  const sam = new Browser();
  const now = Date.now;
  Date.now = () => now() - 1_200_000; // twenty minutes ago, by the provider's clock, which tells when Sam signed in there
  try {
    assert.equal((await sam.go(await sam.signInAt(await sam.continueWith(real, link), 'sam'))).status, 200);
  } finally {
    Date.now = now;
  }
  assert.equal(sam.logins, 1);

  const silent = await sam.go(await sam.signInAt(await sam.setOut(real), 'sam'));
  assert.equal(silent.status, 200, 'for what is not that delicate');
  assert.equal(sam.logins, 1);
  const delicate = await sam.go(`${home}/account/passkeys`);
  assert.equal(new URL(delicate.next).pathname, '/sign-in', 'it was no sign-in of the last minutes');
  assert.match((await sam.go(delicate.next)).text, /href="\/sign-in\/with\/real\?return_to=%2Faccount%2Fpasskeys&amp;again=1"/);

  const asked = new URL(await sam.setOut(real, again)).searchParams;
  assert.deepEqual([asked.get('prompt'), asked.get('max_age'), asked.get('login_hint')], ['login', '30', 'sam@example.com']);
  for (const less of [{ prompt: null, max_age: '2505600' }, { prompt: null, max_age: null }]) {
    const there = changed(await sam.setOut(real, again), less);
    const refused = await sam.go(await sam.signInAt(there, 'sam'));
    assert.equal(refused.status, 403, 'whatever the browser made of the request');
    assert.match(refused.text, /not of just now/);
  }
  assert.equal(sam.logins, 1);

  assert.equal((await sam.go(await sam.signInAt(await sam.setOut(real, again), 'sam'))).status, 200);
  assert.equal(sam.logins, 2);
  assert.equal((await sam.go(`${home}/account/passkeys`)).status, 200);
});

test('an account with an equal email is not linked by that alone', LIMIT, async () => {
  await new Browser().accept((await invite('ina')).link, 'Ina');
  const browser = new Browser();
  assert.equal((await browser.signIn(real, 'ina')).status, 403);
  assert.equal(await browser.account(), '');
});

test("nobody links without a sign-in here, nor an account that is somebody else's", LIMIT, async () => {
  const out = new Browser();
  const page = await out.go(`${home}/sign-in`);
  const refused = await out.go(`${home}/account/outside/real/link`, { csrf: hidden(page.text, 'csrf') });
  assert.equal(new URL(refused.next).pathname, '/sign-in');

  await invite('bob');
  await new Browser().signIn(real, 'bob');
  const zoe = await new Browser().accept((await invite('zoe')).link, 'Zoe');
  const answer = await zoe.go(await zoe.signInAt(await zoe.link(real), 'bob'));
  assert.equal(answer.status, 409, answer.text);
  const bob = new Browser();
  await bob.signIn(real, 'bob');
  assert.match(await bob.account(), /bob@example\.com/);
});

test("one provider's answer is not taken for another's", LIMIT, async () => {
  await invite('mia');
  const asked = other.tokenRequests.length;
  const browser = new Browser();
  const outward = await browser.setOut(other);
  // The other provider hands the request on to the real one, whose code it would like to see.
  const atReal = new URL(outward);
  atReal.host = new URL(real.issuer).host;
  const handedOn = changed(atReal, { redirect_uri: `${home}/sign-in/with/real/callback` });
  const answer = new URL(await browser.signInAt(handedOn, 'mia'));
  assert.equal(answer.searchParams.get('iss'), real.issuer);

  const cookie = browser.cookie('__Host-tollgate-outside');
  for (const parameters of [{}, { iss: null }, { iss: 'https://elsewhere.example' }]) {
    for (const name of ['real', 'other']) {
      browser.keep('__Host-tollgate-outside', cookie);
      const there = changed(`${home}/sign-in/with/${name}/callback${answer.search}`, parameters);
      assert.equal((await browser.go(there)).status, 400, there);
      assert.equal(await browser.account(), '');
    }
  }
  assert.equal(other.tokenRequests.length, asked, 'the code was not shown to it');
});

test('an answer works once, in the browser that asked, for its own state', LIMIT, async () => {
  await invite('kim');
  const browser = new Browser();
  const back = await browser.signInAt(await browser.setOut(real), 'kim');
  const cookie = browser.cookie('__Host-tollgate-outside');

  const fixed = new Browser();
  await fixed.setOut(real);
  assert.equal((await fixed.go(back)).status, 400, 'the state of somebody else');
  assert.equal((await new Browser().go(back)).status, 400, 'no sign-in under way');

  assert.equal((await browser.go(back)).status, 200);
  assert.match(await browser.account(), /kim@example\.com/);
  assert.equal((await browser.go(back)).status, 400, 'over');
  const replay = new Browser();
  replay.keep('__Host-tollgate-outside', cookie);
  assert.equal((await replay.go(back)).status, 502, 'the provider redeems its code once');
  assert.equal(await replay.account(), '');
});

test('only accounts of the hosted domain are let in', LIMIT, async () => {
  await invite('guest');
  await invite('tom');
  const guest = new Browser();
  const refused = await guest.signIn(workspace, 'guest');
  assert.equal(refused.status, 403);
  assert.match(refused.text, /organization/);
  assert.equal(await guest.account(), '');
  const tom = new Browser();
  assert.equal(new URL(await tom.setOut(workspace)).searchParams.get('hd'), 'example.com');
  await tom.signIn(workspace, 'tom');
  assert.match(await tom.account(), /tom@example\.com/);
});

test('a provider that was removed lets nobody in any more', LIMIT, async () => {
  const gone = await provider('gone');
  try {
    await add(gone, 'Gone');
    await invite('uma');
    const browser = new Browser();
    const back = await browser.signInAt(await browser.setOut(gone), 'uma');
    const ugo = await new Browser().accept((await invite('ugo')).link, 'Ugo');
    await ugo.go(await ugo.signInAt(await ugo.link(gone), 'ugo'));
    await assert.rejects(admin('DELETE', '/identity-providers/gone'), /1 person can sign in through it alone/);
    await admin('DELETE', '/identity-providers/gone?force=true');
    assert.equal((await browser.go(back)).status, 404);
    assert.equal((await browser.go(`${home}/sign-in/with/gone`)).status, 404);
    assert.equal(await browser.account(), '');
    assert.doesNotMatch((await browser.go(`${home}/sign-in`)).text, /with\/gone/);
  } finally {
    gone.server.closeAllConnections();
    gone.server.close();
  }
});
