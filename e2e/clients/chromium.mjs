// The pages that people see, in Chromium: the ways from the consent page to the client and what may go wrong on them.
// Needs E2E_ENDPOINT and a person who signs in at Forgejo (E2E_LOGIN). Leaves pictures in e2e/target/screenshots.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Person, assertNoSidewaysScrolling, picture, press, selfSigned, signInAtForge, startChromium } from './chromium-people.mjs';
import { endpoint } from './dance.mjs';
import { PageServer } from './page-server.mjs';
import { until } from './wait.mjs';

const WEB_HOST = 'client.example';
const ALLOW = 'button[name=decision][value=allow]';
const DENY = 'button[name=decision][value=deny]';
const PHONE = { width: 320, height: 640, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

const folder = mkdtempSync(path.join(tmpdir(), 'e2e-chromium-'));
const loopback = await PageServer.start('127.0.0.1');
const localhost = await PageServer.start('localhost');
const web = await PageServer.start('127.0.0.1', selfSigned(WEB_HOST, folder));
const six = await PageServer.start('::1').catch(() => null); // not every machine has IPv6
const CLIENTS = {
  '127.0.0.1': { server: loopback, redirectUri: `http://127.0.0.1:${loopback.port}/callback` },
  localhost: { server: localhost, redirectUri: `http://localhost:${localhost.port}/callback` },
  '[::1]': six && { server: six, redirectUri: `http://[::1]:${six.port}/callback` },
  https: { server: web, redirectUri: `https://${WEB_HOST}/callback` },
};
let browser;
let metadata;
const people = [];

before(async () => {
  browser = await startChromium({ [WEB_HOST]: `127.0.0.1:${web.port}` });
  metadata = await (await fetch(new URL('/.well-known/oauth-authorization-server', endpoint()))).json();
});

after(async () => {
  await browser?.close();
  for (const server of [loopback, localhost, web, six]) server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function newPerson() {
  const person = await Person.with(browser);
  people.push(person);
  return person;
}

const ids = new Map(); // equal registrations share one id anyway, and registering is limited

async function register(name, redirectUri) {
  const key = `${name} ${redirectUri}`;
  if (!ids.has(key)) {
    const answer = await fetch(metadata.registration_endpoint, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_name: name, redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
    });
    assert.equal(answer.status, 201, await answer.clone().text());
    ids.set(key, (await answer.json()).client_id);
  }
  return ids.get(key);
}

/** An authorization request of `client`; its state and verifier are remembered by the caller. */
async function begin(client, name = 'Example Editor', changes = {}) {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const url = new URL(metadata.authorization_endpoint);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: await register(name, client.redirectUri),
    redirect_uri: client.redirectUri,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state,
    resource: endpoint().href,
    ...changes,
  });
  return { url: url.href, state, verifier, client };
}

/** What arrived at the client for this request, once it is there. */
function arrival(begun) {
  return until('the client is called back', () => begun.client.server.arrivals.find((one) => one.get('state') === begun.state));
}

function countOf(begun) {
  return begun.client.server.arrivals.filter((one) => one.get('state') === begun.state).length;
}

/** Two clicks as people make them; waits until no navigation is under way. */
async function doubleClick(page) {
  await Promise.all([page.waitForNavigation({ waitUntil: 'networkidle0' }), page.click(ALLOW, { count: 2, delay: 20 })]);
}

async function redeem(begun, code) {
  const form = { grant_type: 'authorization_code', code, code_verifier: begun.verifier };
  form.redirect_uri = begun.client.redirectUri;
  form.client_id = new URL(begun.url).searchParams.get('client_id');
  return fetch(metadata.token_endpoint, { method: 'POST', body: new URLSearchParams(form) });
}

async function assertCodeIsGood(begun) {
  const arrived = await arrival(begun);
  assert.equal(arrived.get('iss'), metadata.issuer);
  assert.equal((await redeem(begun, arrived.get('code'))).status, 200);
}

for (const [kind, client] of Object.entries(CLIENTS)) {
  test(`a client at ${kind}: Allow leads back, the first time and when the forge knows the person`, async (context) => {
    if (!client) return context.skip('no IPv6 loopback here');
    const person = await newPerson();
    const page = await person.newTab();
    const first = await begin(client);
    await page.goto(first.url);
    const name = kind.replace(/[^a-z0-9]/g, '');
    await picture(page, `consent-${name}`);
    await press(page, ALLOW);
    await signInAtForge(page, kind === 'https' ? name : null);
    await assertCodeIsGood(first);
    // Now nothing stands between the consent form and the client: its form-action binds the whole chain of redirects.
    const second = await begin(client);
    await page.goto(second.url);
    await press(page, ALLOW);
    await assertCodeIsGood(second);
    assert.ok(page.url().startsWith(client.redirectUri), page.url());
    assert.deepEqual(person.policyComplaints, []);
    await person.close();
  });

  test(`a client at ${kind}: Deny leads back with access_denied`, async (context) => {
    if (!client) return context.skip('no IPv6 loopback here');
    const person = await newPerson();
    const page = await person.newTab();
    const begun = await begin(client);
    await page.goto(begun.url);
    await press(page, DENY);
    const arrived = await arrival(begun);
    assert.equal(arrived.get('error'), 'access_denied');
    assert.equal(arrived.get('iss'), metadata.issuer);
    assert.equal(arrived.has('code'), false);
    assert.deepEqual(person.policyComplaints, []);
    await person.close();
  });
}

test('a client that is known by its metadata document is asked for by name and host, and gets its code', async () => {
  const person = await newPerson();
  const page = await person.newTab();
  const client_id = 'https://claude.ai/oauth/claude-code-client-metadata';
  const begun = await begin(CLIENTS.localhost, 'Example Editor', { client_id });
  await page.goto(begun.url);
  const shown = await page.evaluate(() => document.body.innerText);
  assert.match(shown, /Claude Code/);
  assert.match(shown, /claude\.ai/);
  assert.match(shown, /this computer/);
  await picture(page, 'consent-client-id-metadata-document');
  await press(page, ALLOW);
  await signInAtForge(page);
  await assertCodeIsGood(begun);
  assert.deepEqual(person.policyComplaints, []);
  await person.close();
});

test('a document on an address of this computer is refused, and nothing is sent anywhere', async () => {
  const person = await newPerson();
  const page = await person.newTab();
  const begun = await begin(CLIENTS.https, 'Example Editor', { client_id: `https://${WEB_HOST}/client.json` });
  const answer = await page.goto(begun.url);
  assert.equal(answer.status(), 400);
  await picture(page, 'client-id-metadata-document-refused');
  assert.equal(countOf(begun), 0);
  await person.close();
});

test('a double click on Allow leads to one good code', async () => {
  const person = await newPerson();
  const page = await person.newTab();
  const begun = await begin(CLIENTS.https);
  await page.goto(begun.url);
  await doubleClick(page);
  await signInAtForge(page);
  await assertCodeIsGood(begun);
  assert.equal(countOf(begun), 1);
  assert.ok(page.url().startsWith(CLIENTS.https.redirectUri), `the person ends at the client, not at ${page.url()}`);
  // Where the forge knows the person, the second click may come when the first has led to a code already: the browser
  // shows what the second leads to, and that code is the good one.
  const quick = await begin(CLIENTS.https);
  await page.goto(quick.url);
  await doubleClick(page);
  await picture(page, 'after-quick-double-click');
  assert.equal(await page.title(), 'Client', page.url());
  assert.equal((await redeem(quick, new URL(page.url()).searchParams.get('code'))).status, 200);
  await person.close();
});

test('two tabs side by side both get through', async () => {
  const person = await newPerson();
  const tabs = [await person.newTab(), await person.newTab()];
  const begun = [await begin(CLIENTS.https), await begin(CLIENTS.localhost, 'Other Editor')];
  for (const [i, tab] of tabs.entries()) await tab.goto(begun[i].url);
  for (const [i, tab] of tabs.entries()) {
    await tab.bringToFront();
    await press(tab, ALLOW);
    // One after the other: the forge remembers only one page to go on with after its own sign-in.
    await signInAtForge(tab);
    await assertCodeIsGood(begun[i]);
  }
  await person.close();
});

test('the back button after Allow shows a page that works, and mints nothing by itself', async () => {
  const person = await newPerson();
  const page = await person.newTab();
  const begun = await begin(CLIENTS.https);
  await page.goto(begun.url);
  await press(page, ALLOW); // the forge's sign-in is shown
  await page.goBack();
  await picture(page, 'back-from-sign-in');
  assert.equal(countOf(begun), 0);
  await press(page, ALLOW);
  await signInAtForge(page);
  await arrival(begun);
  await page.goBack();
  await picture(page, 'back-from-client');
  assert.equal(countOf(begun), 1, 'going back does not call the client again');
  await person.close();
});

test('a page of another site cannot frame the consent page', async () => {
  const person = await newPerson();
  const page = await person.newTab();
  const begun = await begin(CLIENTS.https);
  web.put('/frame', `<!doctype html><title>Frame</title><iframe src="${begun.url.replaceAll('&', '&amp;')}" width="600" height="600"></iframe>`);
  await page.goto(`https://${WEB_HOST}/frame`);
  await until('the frame has settled', () => page.frames().length > 1 && page.frames()[1].url() !== '' && page.frames()[1].url() !== 'about:blank');
  await picture(page, 'framed');
  const shown = await page.frames()[1].evaluate(() => document.body?.innerText ?? '').catch(() => '');
  assert.doesNotMatch(shown, /Allow/);
  assert.equal(await page.frames()[1].$(ALLOW), null);
  await person.close();
});

test('the keyboard alone is enough', async () => {
  const person = await newPerson();
  const page = await person.newTab();
  const begun = await begin(CLIENTS['127.0.0.1']);
  await page.goto(begun.url);
  const order = [];
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('Tab');
    order.push(await page.evaluate(() => document.activeElement.value || document.activeElement.name || document.activeElement.tagName));
  }
  assert.deepEqual(order, ['read', 'allow', 'deny'], 'the way of the Tab key');
  await page.keyboard.down('Shift');
  await page.keyboard.press('Tab');
  await page.keyboard.up('Shift');
  await picture(page, 'keyboard-focus');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  await signInAtForge(page);
  await assertCodeIsGood(begun);
  await person.close();
});

test('on a narrow phone nothing scrolls sideways, whatever a client calls itself', async () => {
  const person = await newPerson();
  const page = await person.newTab(PHONE);
  const names = { plain: 'Example Editor', long: 'Unbreakable'.repeat(9), wide: '超長い名前のエディタ'.repeat(9) };
  for (const [kind, name] of Object.entries(names)) {
    const begun = await begin(CLIENTS['127.0.0.1'], name);
    await page.goto(begun.url);
    await picture(page, `phone-consent-${kind}`);
    await assertNoSidewaysScrolling(page);
  }
  const longHost = { server: web, redirectUri: `https://${'a'.repeat(60)}.${'b'.repeat(60)}.${WEB_HOST}/callback` };
  await page.goto((await begin(longHost)).url);
  await picture(page, 'phone-consent-long-host');
  await assertNoSidewaysScrolling(page);
  await page.goto((await begin(CLIENTS.https, 'Example Editor', { scope: 'no-such-scope' })).url);
  await picture(page, 'phone-refused-with-link');
  await assertNoSidewaysScrolling(page);
  await page.goto((await begin(CLIENTS.https, 'Example Editor', { client_id: 'unknown' })).url);
  await picture(page, 'phone-unknown-client');
  await assertNoSidewaysScrolling(page);
  await person.close();
});

test('in the dark the page is dark', async () => {
  const person = await newPerson();
  const page = await person.newTab();
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  await page.goto((await begin(CLIENTS.https)).url);
  await picture(page, 'consent-dark');
  const background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor + getComputedStyle(document.body).backgroundColor);
  assert.doesNotMatch(background, /rgb\(255, 255, 255\)/);
  await person.close();
});

test('the account page shows what was allowed, and takes it away', async () => {
  const person = await newPerson();
  const page = await person.newTab();
  const account = new URL('/account', endpoint()).href;
  await page.goto(account);
  await picture(page, 'account-sign-in');
  const begun = await begin(CLIENTS.https, 'Editor to revoke');
  await page.goto(begun.url);
  await press(page, ALLOW);
  await signInAtForge(page);
  const code = (await arrival(begun)).get('code');
  const tokens = await (await redeem(begun, code)).json();
  await page.goto(account);
  await picture(page, 'account');
  assert.match(await page.evaluate(() => document.body.innerText), /Editor to revoke/);
  const phone = await person.newTab(PHONE);
  await phone.goto(account);
  await picture(phone, 'phone-account');
  await assertNoSidewaysScrolling(phone);
  await page.bringToFront();
  const revoke = await page.evaluateHandle(() =>
    [...document.querySelectorAll('section')]
      .find((one) => one.innerText.includes('Editor to revoke'))
      .querySelector('button[value=revoke]'));
  await Promise.all([page.waitForNavigation(), revoke.click()]);
  const [live, ended] = (await page.evaluate(() => document.body.innerText)).split('Access that has ended');
  assert.doesNotMatch(live, /Editor to revoke/);
  assert.match(ended, /Editor to revoke[^]*You took it away on this page/);
  await picture(page, 'account-ended');
  const refused = await fetch(endpoint(), { method: 'POST', headers: { Authorization: `Bearer ${tokens.access_token}` } });
  assert.equal(refused.status, 401);
  assert.deepEqual(person.policyComplaints, []);
  await person.close();
});
