/** From the first owner's link to signing in every day, in a real Chromium with a virtual authenticator, at a real gate. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LIMIT, accessible, authenticator, heading, launch, open, press } from './browser.mjs';
import { totp } from './totp.mjs';

const firstRun = process.env.CONSOLE_FIRST_RUN;
const invitation = process.env.CONSOLE_INVITATION;
const home = new URL(firstRun).origin;
const PASSWORD = 'kx7 Qb2m glacier vow';

let browser;
let page;
let complaints;
let device;
/** Of the owner: the authenticator's secret, and the recovery codes. */
let secret;
let codes;

before(async () => {
  browser = await launch();
  ({ page, complaints } = await open(browser));
  device = await authenticator(page);
});

after(() => browser?.close());

async function signOut() {
  await press(page, 'Sign out');
  await heading(page, 'You are signed out');
}

async function typePassword() {
  await page.goto(`${home}/sign-in`);
  await page.getByLabel('Email address').fill('olga@example.com');
  await press(page, 'Continue');
  await page.getByLabel('Password').fill(PASSWORD);
  await press(page, 'Continue');
  await heading(page, 'Enter your code');
}

test('the first owner comes in by the link and makes a passkey', LIMIT, async () => {
  await page.goto(firstRun);
  await heading(page, 'Welcome to Tollgate');
  await page.getByLabel('Your name').fill('Olga');
  await page.getByLabel('Email address').fill('olga@example.com');
  await press(page, 'Become the owner');
  await heading(page, 'Choose how you sign in');
  await press(page, 'Make a passkey');
  await heading(page, 'Your account');
  await page.getByText('Add a second way to sign in').waitFor();
  await accessible(page);
  const cookie = (await page.context().cookies()).find((one) => one.name === '__Host-tollgate');
  assert.ok(cookie.secure && cookie.httpOnly && cookie.sameSite === 'Lax' && cookie.path === '/');
});

test('the link is void from then on', LIMIT, async () => {
  const { page: fresh, close } = await open(browser);
  await fresh.goto(firstRun);
  await heading(fresh, 'This Tollgate has an owner');
  await close();
});

test('a passkey signs in from the email field, and leads on to where its person was going', LIMIT, async () => {
  await signOut();
  await page.goto(`${home}/account/sessions`);
  await heading(page, 'Where you are signed in');
});

test('a password goes with an authenticator, and the recovery codes are shown', LIMIT, async () => {
  await page.goto(`${home}/account/password`);
  await heading(page, 'Set a password');
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByLabel('The same again').fill(PASSWORD);
  await press(page, 'Continue');
  await heading(page, 'Set up your authenticator');
  secret = (await page.locator('.secret code').textContent()).replaceAll(' ', '');
  await page.getByLabel('Code from the app').fill(totp(secret, Date.now() / 1000));
  await press(page, 'Turn it on');
  await heading(page, 'Save your recovery codes');
  codes = await page.locator('.codes code').allTextContents();
  assert.equal(codes.length, 10);
  await page.getByRole('link', { name: 'I have saved them' }).click();
  await heading(page, 'Your account');
  await page.getByText('10 recovery codes left').waitFor();
});

test('a recovery code stands in for the authenticator', LIMIT, async () => {
  await device.agrees(false);
  await signOut();
  await typePassword();
  await press(page, 'I have lost my authenticator: use a recovery code');
  await page.getByLabel('Recovery code').fill(codes[0]);
  await press(page, 'Sign in');
  await heading(page, 'Your account');
  await page.getByText('9 recovery codes left').waitFor();
});

test('password and authenticator sign in', LIMIT, async () => {
  await signOut();
  await typePassword();
  // The code of this half minute has been used, perhaps; the next one is taken already.
  await page.getByLabel('Code', { exact: true }).fill(totp(secret, Date.now() / 1000 + 30));
  await press(page, 'Sign in');
  await heading(page, 'Your account');
});

test('an invited person comes in, and the owner sees no session of theirs', LIMIT, async () => {
  const { page: fresh, complaints: said, close } = await open(browser);
  await authenticator(fresh);
  await fresh.goto(invitation);
  await heading(fresh, 'You are invited');
  await accessible(fresh);
  await fresh.getByLabel('Your name').fill('Max');
  await press(fresh, 'Accept the invitation');
  await press(fresh, 'Make a passkey');
  await heading(fresh, 'Your account');
  await fresh.getByText('max@example.com').first().waitFor();
  assert.deepEqual(said, []);
  await close();
  await page.goto(`${home}/account/sessions`);
  assert.equal(await page.getByText('This one').count(), 1);
  assert.equal(await page.getByRole('listitem').filter({ hasText: 'signed in' }).count(), 1);
});

test('nothing that the pages did was against their own policy', () => {
  assert.deepEqual(complaints, []);
});
