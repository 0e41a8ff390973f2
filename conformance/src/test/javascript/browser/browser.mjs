/** The system's Chromium, the people in front of it, and what is looked at on each page. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Of those, what another colour scheme can change. */
const COLOURS = ['color-contrast', 'link-in-text-block'];
/** A telephone's. */
export const NARROW = { width: 360, height: 800 };
export const WIDE = { width: 1280, height: 800 };

/** A test's limit: for a machine with much else to do. */
export const LIMIT = { timeout: 120_000 };

export function launch() {
  // Root, as in a container, can have no sandbox; the pages are our own.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: process.env.TOLLGATE_CHROMIUM, args });
}

/** A browser of somebody's own, with what it complains of. */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, complaints, close: () => context.close() };
}

/** A device of this browser that keeps passkeys and always agrees. */
export async function authenticator(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    /** Whether the device agrees by itself, to what the email field offers too, or waits for a finger. */
    agrees: (enabled) => devtools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    /** Whether it knows its owner. */
    verifies: (isUserVerified) => devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  };
}

export const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
export const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

async function violations(page, runOnly) {
  const found = await page.evaluate((only) => window.axe.run({ runOnly: only }), runOnly);
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`);
}

async function assertFits(page, { width }, what) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= width, `${what} is ${wide} wide where ${width} are`);
}

/** Asserts that the page is accessible in light and dark, and fits a telephone and a desk. It stays narrow and dark. */
export async function accessible(page, what = page.url()) {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(WIDE);
  await assertFits(page, WIDE, what);
  await page.setViewportSize(NARROW);
  await assertFits(page, NARROW, what);
  await page.evaluate(axe);
  assert.deepEqual(await violations(page, { type: 'tag', values: RULES }), [], `${what} in light`);
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.deepEqual(await violations(page, { type: 'rule', values: COLOURS }), [], `${what} in dark`);
}
