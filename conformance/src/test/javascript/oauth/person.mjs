/** People of the gate, who open its pages and send its forms as a browser without scripts would. */
import assert from 'node:assert/strict';
import { totp } from './totp.mjs';

/** The gate's issuer: its address, without a slash at the end. */
export const issuer = required('TOLLGATE_URL');
const ownerToken = required('TOLLGATE_TOKEN');
const PASSWORD = 'kx7 Qb2m glacier vow';
/** More redirects than any way through the gate takes. */
const MOST_HOPS = 10;

function required(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: OAuthClientsTest sets it`);
  return value;
}

/** A request to the admin API as the gate's owner; the parsed answer, if there is any. */
export async function admin(method, path, body) {
  const answer = await fetch(`${issuer}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${ownerToken}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path} answered ${answer.status}: ${text}`);
  return text && JSON.parse(text);
}

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'" };

function attribute(tag, name) {
  const found = tag.match(new RegExp(`\\s${name}="([^"]*)"`));
  return found && found[1].replace(/&(\w+|#\d+);/g, (whole, entity) => ENTITIES[entity] ?? whole);
}

/** What the form to `action` would send as it stands, without its buttons. */
function fieldsOf(html, action) {
  const form = [...html.matchAll(/<form[^>]*>[^]*?<\/form>/g)].map(([text]) => text).find((text) => attribute(text, 'action') === action);
  assert.ok(form, `no form for ${action} in: ${html.match(/<main[^]*<\/main>/)?.[0] ?? html}`);
  const fields = {};
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    if (attribute(tag, 'type') !== 'radio' || / checked\b/.test(tag)) fields[attribute(tag, 'name')] = attribute(tag, 'value') ?? '';
  }
  for (const [select] of form.matchAll(/<select[^]*?<\/select>/g)) {
    fields[attribute(select, 'name')] = attribute(select.match(/<option[^>]* selected[^>]*>/)[0], 'value');
  }
  return fields;
}

/** One person at one browser. */
export class Person {
  #cookies = new Map();
  #secret;
  #page;

  /** Comes in by an invitation. */
  static async invited(email) {
    const person = new Person();
    person.email = email;
    const { link } = await admin('POST', '/invitations', { email });
    await person.open(link);
    await person.send('/invitation', { name: email.split('@')[0] });
    return person;
  }

  /** What stands on the page that is open. */
  get html() {
    return this.#page.html;
  }

  /** The page's status and headers. */
  get answer() {
    return this.#page;
  }

  async #request(url, init = {}) {
    for (let hop = 0; hop < MOST_HOPS; hop++) {
      // Whatever is not the gate's is an app's: the browser would go there.
      if (!this.#isGate(url)) return (this.#page = { url, html: '', left: true });
      const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie: cookies } });
      for (const cookie of answer.headers.getSetCookie()) {
        const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
        if (value) this.#cookies.set(name, value);
        else this.#cookies.delete(name);
      }
      const location = answer.headers.get('location');
      if (!location) {
        return (this.#page = { url, status: answer.status, headers: answer.headers, html: await answer.text() });
      }
      await answer.arrayBuffer();
      url = new URL(location, url);
      init = {};
    }
    assert.fail(`more than ${MOST_HOPS} redirects, at last to ${url}`);
  }

  /** Both names of this machine are the gate's: its pages live at one of them. */
  #isGate(url) {
    const { port, hostname } = new URL(url);
    return port === new URL(issuer).port && ['127.0.0.1', 'localhost'].includes(hostname);
  }

  /** Opens an address and follows it to a page of the gate, or out to an app: the address there, or null. */
  async open(url) {
    const page = await this.#request(new URL(url, issuer));
    return page.left ? new URL(page.url) : null;
  }

  /** Sends a form of the page that is open, with these values in its fields; as `open`. */
  async send(action, values = {}) {
    const headers = { origin: new URL(this.#page.url).origin, 'sec-fetch-site': 'same-origin' };
    const page = await this.post(action, { ...this.fields(action), ...values }, headers);
    const onward = page.html.match(/<meta http-equiv="refresh"[^>]*>/)?.[0];
    if (onward) return this.open(attribute(onward, 'content').replace('0;url=', ''));
    return page.left ? new URL(page.url) : null;
  }

  /** What the form to `action` on the page that is open would send as it stands. */
  fields(action) {
    return fieldsOf(this.html, action);
  }

  /** What a form of any site sends, with this browser's cookies. */
  post(action, fields, headers) {
    return this.#request(new URL(action, this.#page.url), { method: 'POST', headers, body: new URLSearchParams(fields) });
  }

  /** A password with an authenticator, as a way to sign in. */
  async setPassword() {
    await this.open('/account/password');
    await this.send('/account/password', { new_password: PASSWORD, repeated_password: PASSWORD });
    this.#secret = this.html.match(/<p class="secret"><code>([A-Z2-7 ]+)</)[1].replaceAll(' ', '');
    await this.send('/account/authenticator/confirm', { code: totp(this.#secret, Date.now() / 1000) });
    assert.match(this.html, /Save your recovery codes/);
  }

  /** At the sign-in page; on to wherever it leads. */
  async signIn() {
    await this.send('/sign-in', { email: this.email });
    await this.send('/sign-in/password', { password: PASSWORD });
    // The code of this half minute has been used up by setting it up, perhaps; the next one is taken already.
    return this.send('/sign-in/code', { code: totp(this.#secret, Date.now() / 1000 + 30) });
  }

  /** Follows an app's authorization request, allows what it asks for, and is sent back: the address there. */
  async allow(url, terms = {}) {
    const direct = await this.open(url);
    if (direct) return direct;
    return this.send('/oauth/consent', { decision: 'allow', ...terms });
  }

  async deny(url) {
    await this.open(url);
    return this.send('/oauth/consent', { decision: 'deny' });
  }

  /** Types the code that a device shows, and connects it. */
  async connect(userCode) {
    await this.open('/device');
    await this.send('/device', { user_code: userCode });
    await this.send('/device/confirm', { decision: 'allow' });
    assert.match(this.html, /goes on by itself/);
  }
}

/** A call to the model API; its status. */
export async function callModel(token, headers = {}) {
  const answer = await fetch(`${issuer}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'sim/echo', max_tokens: 16, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  await answer.arrayBuffer();
  return answer.status;
}
