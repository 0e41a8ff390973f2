/** Every page in a real Chromium: accessible, narrow enough for a telephone, and never at odds with its own policy. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { LIMIT, NARROW, WIDE, accessible, authenticator, launch, open as openIn } from './browser.mjs';

const url = process.env.TOLLGATE_PAGES;
/** A folder for pictures of every page, for people to look at; none are taken without it. */
const pictures = process.env.TOLLGATE_SCREENSHOTS;

let browser;
/** Where all samples are looked at, one after the other. */
let shared;

before(async () => {
  browser = await launch();
  shared = await openIn(browser);
});

after(() => browser?.close());

async function open(path, options) {
  const opened = await openIn(browser, options);
  if (path) await opened.page.goto(url + path);
  return opened;
}

async function takePictures(page, sample) {
  mkdirSync(pictures, { recursive: true });
  for (const colorScheme of ['light', 'dark']) {
    for (const size of [NARROW, WIDE]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(size);
      await page.screenshot({ path: `${pictures}/${sample}-${colorScheme}-${size.width}.png`, fullPage: true });
    }
  }
}

const samples = await (await fetch(`${url}/samples`)).json();

for (const sample of samples) {
  test(`${sample} is accessible, fits and keeps its policy`, LIMIT, async () => {
    const { page, complaints } = shared;
    complaints.length = 0;
    // Where a page goes on by itself, it is looked at before it does.
    if (sample === 'continue') await page.route('**/samples/signed-out', (route) => route.abort('aborted'));
    await page.goto(`${url}/samples/${sample}`);
    await accessible(page, sample);
    if (pictures) await takePictures(page, sample);
    await page.unrouteAll();
    // The browser remarks on the status of an error's page, and on a page that was kept from going on.
    if (!['continue', 'error'].includes(sample)) assert.deepEqual(complaints, []);
  });
}

test('a passkey is made and its JSON is sent with the form', LIMIT, async () => {
  const { page, complaints, close } = await open();
  await authenticator(page);
  await page.goto(`${url}/samples/first-passkey`);
  await page.getByRole('button', { name: 'Make a passkey' }).click();
  await page.waitForURL('**/account/passkeys');
  const form = JSON.parse(await page.locator('body').innerText());
  const credential = JSON.parse(form.credential[0]);
  assert.equal(credential.type, 'public-key');
  assert.equal(credential.id, credential.rawId);
  assert.deepEqual(form.name, ['Firefox on Linux']);
  assert.deepEqual(form.return_to, ['/account']);
  assert.ok(credential.response.attestationObject.length > 100);
  assert.deepEqual(credential.response.transports, ['internal']);
  const client = JSON.parse(Buffer.from(credential.response.clientDataJSON, 'base64url'));
  assert.equal(client.type, 'webauthn.create');
  assert.equal(client.origin, url);
  assert.deepEqual(complaints, []);
  await close();
});

test('a passkey signs in, and the email field offers it by itself', LIMIT, async () => {
  const { page, close } = await open();
  await authenticator(page);
  await page.goto(`${url}/samples/first-passkey`);
  await page.getByRole('button', { name: 'Make a passkey' }).click();
  await page.waitForURL('**/account/passkeys');
  await page.goto(`${url}/samples/password`);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.waitForURL('**/sign-in/passkey');
  const form = JSON.parse(await page.locator('body').innerText());
  const credential = JSON.parse(form.credential[0]);
  assert.equal(Buffer.from(credential.response.userHandle, 'base64url').toString(), 'per_1');
  assert.ok(credential.response.signature.length > 40);
  assert.deepEqual(form.return_to, ['/account']);
  // The device agrees by itself to what the field offers, so nothing has to be chosen.
  await page.goto(`${url}/samples/sign-in`);
  await page.waitForURL('**/sign-in/passkey');
  const offered = JSON.parse(await page.locator('body').innerText());
  assert.equal(JSON.parse(offered.credential[0]).id, credential.id);
  assert.deepEqual(offered.return_to, ['/oauth/authorize?client_id=app']);
  await close();
});

test('a refused passkey is told in words, and the page goes on', LIMIT, async () => {
  const { page, close } = await open();
  const device = await authenticator(page);
  await device.verifies(false);
  await page.goto(`${url}/samples/first-passkey`);
  await page.getByRole('button', { name: 'Make a passkey' }).click();
  await page.getByText('No passkey was used.').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Make a passkey' }).isEnabled());
  await close();
});

test('without scripts there is another way, and no dead button', LIMIT, async () => {
  const { page, close } = await open('/samples/sign-in', { javaScriptEnabled: false });
  assert.equal(await page.getByRole('button', { name: 'Sign in with a passkey' }).count(), 0);
  await page.getByLabel('Email address').fill('ada@example.com');
  await page.getByRole('button', { name: 'Continue' }).click();
  assert.match(await page.locator('body').innerText(), /ada@example\.com/);
  await page.goto(`${url}/samples/first-passkey`);
  assert.ok(await page.getByText('This browser offers no passkeys').isVisible());
  assert.ok(await page.getByRole('link', { name: 'Use a password and an authenticator' }).isVisible());
  await close();
});

test('the form cookie is kept on plain http at localhost and at 127.0.0.1', LIMIT, async () => {
  const { page, close } = await open('/samples/sign-in');
  await page.goto(`${url.replace('localhost', '127.0.0.1')}/samples/sign-in`);
  const cookies = await page.context().cookies();
  assert.deepEqual(cookies.map((cookie) => [cookie.domain, cookie.name, cookie.secure]).sort(), [
    ['127.0.0.1', '__Host-tollgate-form', true],
    ['localhost', '__Host-tollgate-form', true],
  ]);
  await close();
});

test('a form sent from another origin is refused, and says what to do', LIMIT, async () => {
  const { page, close } = await open('/samples/device');
  const token = await page.locator('form[action="/device"] input[name=csrf]').inputValue();
  await page.route('http://evil.test/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${url}/device"><input name="csrf" value="${token}"><button>Win</button></form>`,
    }),
  );
  await page.goto('http://evil.test/');
  await page.getByRole('button').click();
  await page.getByText('The form did not come from this site.').waitFor();
  await close();
});

test('consent leads on to another origin, which a redirect could not', LIMIT, async () => {
  const { page, complaints, close } = await open('/samples/consent');
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await page.waitForURL('http://127.0.0.1:*/app?code=1');
  assert.match(await page.locator('body').innerText(), /The app got \{code=\[1\]\}/);
  assert.deepEqual(complaints, []);
  await close();
});

test('the first stop of the keyboard is the way to the content, and a problem is read first', LIMIT, async () => {
  const { page, close } = await open('/samples/sign-in-problem');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'alert');
  await page.getByRole('link', { name: 'Enter a whole email address' }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'email');
  await page.goto(`${url}/samples/access-none`);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await close();
});
