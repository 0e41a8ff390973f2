/**
 * The pages with the keyboard alone, in a real Chromium at a real gate: whatever has the focus shows it, nothing holds it, and after a
 * refused form it is where the problem is told (WCAG 2.2, 2.1.1, 2.1.2, 2.4.1, 2.4.3, 2.4.7, 3.3.1).
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { LIMIT, heading, launch, open } from './browser.mjs';
import { totp } from './totp.mjs';

const gate = process.env.TOLLGATE_URL;
const invitation = process.env.KEYBOARD_INVITATION;
const home = new URL(invitation).origin;
const PASSWORD = 'kx7 Qb2m glacier vow';
const REDIRECT = 'https://app.example/cb';
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
/** More than any page has of what can be reached. */
const MOST_STOPS = 40;

let browser;
let page;
let complaints;
let secret;

before(async () => {
  browser = await launch();
  ({ page, complaints } = await open(browser));
  await page.route('https://app.example/**', (route) => route.fulfill({ contentType: 'text/html', body: '<h1>The app</h1>' }));
});

after(() => browser?.close());

/** In the page: what has the focus, and how it shows. */
function focused() {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const label = element.getAttribute('aria-label') ?? (element.labels?.length ? element.labels[0].textContent : element.textContent);
  return {
    name: (label ?? '').replace(/\s+/g, ' ').trim(),
    tag: element.tagName.toLowerCase(),
    role: element.getAttribute('role'),
    id: element.id,
    invalid: element.getAttribute('aria-invalid') === 'true',
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && style.outlineColor !== 'rgba(0, 0, 0, 0)',
    within: box.width > 0 && box.height > 0 && box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth,
  };
}

/** What has the focus, which whoever looks can tell. */
async function focus() {
  const now = await page.evaluate(focused);
  assert.ok(now.outlined, `nothing shows that the focus is on ${JSON.stringify(now)}`);
  assert.ok(now.within, `it cannot be seen: ${JSON.stringify(now)}`);
  return now;
}

/** Presses Tab until something of this name has the focus. */
async function tabTo(name, key = 'Tab') {
  const passed = [];
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press(key);
    if (await page.evaluate(() => document.activeElement === document.body)) continue; // the browser's own
    const now = await focus();
    passed.push(now.name);
    if (name.test(now.name)) return now;
  }
  assert.fail(`${name} cannot be reached, but ${passed.join(' | ')}`);
}

/** Types into the field of this name, which the page has given the focus, or the last key. */
async function fill(name, text) {
  await page.waitForFunction(() => document.activeElement !== document.body);
  assert.match((await focus()).name, name);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

/** Waits until what has this role has the focus: a browser gives it once it has drawn the page. */
async function hasFocus(role) {
  await page.waitForFunction((wanted) => document.activeElement.getAttribute('role') === wanted, role);
  await focus();
}

/** After a refused form: the problem has the focus, and from there Enter leads to the field. */
async function problemLeadsTo(name) {
  await page.getByRole('heading', { level: 2, name: 'There is a problem' }).waitFor();
  await hasFocus('alert');
  assert.match(await page.title(), /^Problem: /);
  await page.keyboard.press('Tab');
  assert.equal((await focus()).tag, 'a');
  await page.keyboard.press('Enter');
  const field = await focus();
  assert.match(field.name, name);
  assert.ok(field.invalid);
}

test('an invitation is accepted, and a password with its authenticator set up', LIMIT, async () => {
  await page.goto(invitation);
  await heading(page, 'You are invited');
  await fill(/^Your name/, 'Kim');
  await page.keyboard.press('Enter');
  await heading(page, 'Choose how you sign in');
  await tabTo(/^Use a password/);
  await page.keyboard.press('Enter');
  await heading(page, 'Set a password');
  await fill(/^New password/, 'short');
  await tabTo(/^The same again/);
  await fill(/^The same again/, 'short');
  await page.keyboard.press('Enter');
  await problemLeadsTo(/^New password/);
  await fill(/^New password/, PASSWORD);
  await tabTo(/^The same again/);
  await fill(/^The same again/, PASSWORD);
  await tabTo(/^Continue$/);
  await page.keyboard.press('Space');
  await heading(page, 'Set up your authenticator');
  secret = (await page.locator('.secret code').textContent()).replaceAll(' ', '');
  await fill(/^Code from the app/, totp(secret, Date.now() / 1000));
  await page.keyboard.press('Enter');
  await heading(page, 'Save your recovery codes');
  await tabTo(/^I have saved them$/);
  await page.keyboard.press('Enter');
  await heading(page, 'Your account');
});

test('the first stop skips to the content', LIMIT, async () => {
  await page.goto(`${home}/access`);
  await page.keyboard.press('Tab');
  assert.equal((await focus()).name, 'Skip to the content');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => !document.activeElement.closest('header')), 'the header is passed over');
});

test('a person signs out and in by password and authenticator', LIMIT, async () => {
  await page.goto(`${home}/account`);
  await tabTo(/^Sign out$/);
  await page.keyboard.press('Enter');
  await heading(page, 'You are signed out');
  await page.goto(`${home}/sign-in`);
  await fill(/^Email address/, 'nobody');
  await page.keyboard.press('Enter');
  await problemLeadsTo(/^Email address/);
  await fill(/^Email address/, 'kim@example.com');
  await tabTo(/^Continue$/);
  await page.keyboard.press('Space');
  await page.getByLabel('Password').waitFor();
  await fill(/^Password/, 'wrong');
  await page.keyboard.press('Enter');
  await problemLeadsTo(/^Password/);
  await fill(/^Password/, PASSWORD);
  await page.keyboard.press('Enter');
  await heading(page, 'Enter your code');
  await fill(/^Code/, '12345');
  await page.keyboard.press('Enter');
  await problemLeadsTo(/^Code/);
  // The code of this half minute has been used up by setting it up, perhaps; the next one is taken already.
  await fill(/^Code/, totp(secret, Date.now() / 1000 + 30));
  await tabTo(/^Sign in$/);
  await page.keyboard.press('Space');
  await heading(page, 'Your account');
});

async function register() {
  const answer = await fetch(`${gate}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Keyring', redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' }),
  });
  return (await answer.json()).client_id;
}

test('an app is allowed a cap that was mistyped first', LIMIT, async () => {
  const asked = new URLSearchParams({
    client_id: await register(),
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope: 'models:use',
    code_challenge: createHash('sha256').update(randomBytes(32).toString('base64url')).digest('base64url'),
    code_challenge_method: 'S256',
  });
  await page.goto(`${home}/oauth/authorize?${asked}`);
  await heading(page, 'Allow Keyring?');
  await tabTo(/Amount in US dollars/);
  await fill(/Amount in US dollars/, 'nothing');
  await page.keyboard.press('Enter');
  await problemLeadsTo(/Amount in US dollars/);
  await fill(/Amount in US dollars/, '3.25');
  await tabTo(/^each day|^each month/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowDown');
  assert.match((await focus()).name, /^each month/);
  await tabTo(/^For how long/);
  await page.keyboard.type('30');
  const chosen = await page.locator('#access_for').evaluate((select) => select.selectedOptions[0].textContent);
  assert.match(chosen, /^30 days/);
  await tabTo(/^Allow$/);
  await tabTo(/^Do not allow$/);
  await tabTo(/^Allow$/, 'Shift+Tab');
  await page.keyboard.press('Space');
  await heading(page, 'The app');
  assert.ok(new URL(page.url()).searchParams.get('code'));
});

test('a device is connected', LIMIT, async () => {
  const answer = await fetch(`${gate}/oauth/device_authorization`, { method: 'POST', body: new URLSearchParams({ surface: 'claude_code' }) });
  const device = await answer.json();
  await page.goto(`${home}/device`);
  await heading(page, 'Connect a device');
  await fill(/^Code/, 'BCDF');
  await page.keyboard.press('Enter');
  await problemLeadsTo(/^Code/);
  await fill(/^Code/, device.user_code);
  await page.keyboard.press('Enter');
  await heading(page, 'Connect Claude Code?');
  await tabTo(/^Connect it$/);
  await page.keyboard.press('Enter');
  await page.getByText('goes on by itself').waitFor();
  const form = new URLSearchParams({ grant_type: DEVICE_CODE, device_code: device.device_code });
  assert.equal((await fetch(`${gate}/oauth/token`, { method: 'POST', body: form })).status, 200);
});

test('access is taken back, and the word of it has the focus', LIMIT, async () => {
  await page.goto(`${home}/access`);
  await page.getByText('of $3.25 this month').waitFor();
  await tabTo(/^Revoke the access of Keyring$/);
  await page.keyboard.press('Enter');
  await page.getByText('The app has no access any more.').waitFor();
  await hasFocus('status');
  await tabTo(/^Revoke the access of Claude Code$/);
  await page.keyboard.press('Space');
  await page.getByText('No app may act for you.').waitFor();
});

test('nothing that the pages did was against their own policy', () => {
  assert.deepEqual(complaints, []);
});
