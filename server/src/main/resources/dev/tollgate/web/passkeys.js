/**
 * Passkeys (WebAuthn level 3) for forms with data-passkey="get" or "create". A form is hidden until this runs: without a
 * script, or without passkeys in the browser, the page offers its other way. The credential goes into the form, and the
 * form is sent as any other.
 */

const MESSAGES = {
  NotAllowedError: 'No passkey was used. Try again, or go another way.',
  InvalidStateError: 'This device has a passkey for your account already.',
  NotSupportedError: 'This device cannot make a passkey that would do here.',
  SecurityError: 'The browser allows no passkeys at this address. Open Tollgate by its own name and https.',
  Server: 'The server did not answer as it should. Load the page again.',
};

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0));

const toText = (buffer) =>
  buffer &&
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');

const withBytes = (list) => list?.map((one) => ({ ...one, id: toBytes(one.id) }));

/** Options as JSON carries them, as navigator.credentials wants them. Written out: older browsers have no parser. */
function readOptions(json) {
  const options = { ...json, challenge: toBytes(json.challenge) };
  if (json.user) options.user = { ...json.user, id: toBytes(json.user.id) };
  if (json.allowCredentials) options.allowCredentials = withBytes(json.allowCredentials);
  if (json.excludeCredentials) options.excludeCredentials = withBytes(json.excludeCredentials);
  return options;
}

/** A credential as JSON, as its toJSON would: what a password manager puts in its place often has none. */
function writeCredential(credential) {
  const from = credential.response;
  const response = { clientDataJSON: toText(from.clientDataJSON) };
  if (from.attestationObject) {
    response.attestationObject = toText(from.attestationObject);
    response.transports = from.getTransports?.() ?? [];
  } else {
    response.authenticatorData = toText(from.authenticatorData);
    response.signature = toText(from.signature);
    if (from.userHandle) response.userHandle = toText(from.userHandle);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    response,
    clientExtensionResults: credential.getClientExtensionResults?.() ?? {},
  });
}

function say(form, text) {
  const place = form.querySelector('[data-message]');
  place.textContent = text;
  place.hidden = text === '';
}

async function fetchOptions(form) {
  const csrf = form.querySelector('[name=csrf]').value;
  const answer = await fetch(form.dataset.options, {
    method: 'POST',
    body: new URLSearchParams({ csrf }),
    headers: { accept: 'application/json' },
  }).catch(() => null);
  if (!answer?.ok) throw Object.assign(new Error(), { name: 'Server' });
  return readOptions(await answer.json());
}

/** One ceremony at a time: the browser refuses a second, so the silent one that fills the email field is ended first. */
let running = null;

async function ceremony(form, more) {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const publicKey = await fetchOptions(form);
  if (mine.signal.aborted) return;
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey, signal: mine.signal, ...more });
  if (credential === null || mine.signal.aborted) return;
  form.elements.credential.value = writeCredential(credential);
  form.submit();
}

function tell(form, error) {
  if (error.name !== 'AbortError') say(form, MESSAGES[error.name] ?? `That did not work: ${error.message || error.name}`);
}

async function onSubmit(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const button = form.querySelector('button');
  say(form, '');
  button.setAttribute('aria-busy', 'true');
  try {
    await ceremony(form, {});
  } catch (error) {
    tell(form, error);
  } finally {
    button.removeAttribute('aria-busy');
  }
}

/** Offers passkeys in the email field's own list. Silent: who wants none sees nothing of it. */
async function offerInField(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  await ceremony(form, { mediation: 'conditional' }).catch(() => {});
}

if (window.PublicKeyCredential && navigator.credentials) {
  for (const element of document.querySelectorAll('[data-with-passkeys]')) element.hidden = false;
  for (const element of document.querySelectorAll('[data-without-passkeys]')) element.hidden = true;
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false;
    form.addEventListener('submit', onSubmit);
    if (form.dataset.conditional) offerInField(form);
  }
}
