// The published MCP client of the second generation against the packaged program. It compares issuer and iss (RFC 9207),
// wants the resource to cover the endpoint, and binds what it stores to the issuer. Needs E2E_ENDPOINT and a person.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { Client, IssuerMismatchError, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { Browser } from './browser.mjs';
import { endpoint } from './dance.mjs';
import { personFromEnvironment } from './person.mjs';
import { MemoryProvider, REDIRECT_URI } from './provider.mjs';
import { step } from './steps.mjs';
import { AUTH_METHODS, assertRefused } from './witness.mjs';

class Provider extends MemoryProvider {
  #discovered;

  constructor(method) {
    super();
    this.method = method;
  }

  saveDiscoveryState(state) {
    this.#discovered = state;
  }

  discoveryState() {
    return this.#discovered;
  }

  get clientMetadata() {
    return { ...super.clientMetadata, client_name: `MCP client 2 ${this.method}`, token_endpoint_auth_method: this.method };
  }
}

const open = [];
after(() => Promise.allSettled(open.map((one) => one.close())));

const newTransport = (provider) => new StreamableHTTPClientTransport(endpoint(), { authProvider: provider });

/** Connects by the plain handshake ("legacy") or after asking for the newest revision first ("auto"). */
async function connect(provider, mode, transport = newTransport(provider)) {
  const client = new Client({ name: 'e2e-v2', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(transport);
  open.push(client);
  return client;
}

async function arrivedAt(provider) {
  const browser = new Browser(personFromEnvironment());
  return new URL(await browser.walk(provider.opened.at(-1), REDIRECT_URI));
}

async function refusedTransport(provider, mode) {
  const transport = newTransport(provider);
  const refused = await connect(provider, mode, transport).then(assert.fail, (error) => error);
  assert.ok(refused instanceof UnauthorizedError, String(refused.stack));
  return transport;
}

async function echo(client, message) {
  return (await client.callTool({ name: 'echo', arguments: { message } })).content[0].text;
}

const CASES = [...AUTH_METHODS.map((method) => ({ method, mode: 'legacy' })), { method: 'none', mode: 'auto' }];
for (const { method, mode } of CASES) {
  const name = `${method}, ${mode}`;
  const provider = new Provider(method);
  let client;

  step(`${name}: the person agrees, the issuer is checked, tools answer`, async () => {
    const transport = await refusedTransport(provider, mode);
    const arrived = await arrivedAt(provider);
    assert.equal(arrived.searchParams.get('state'), provider.lastState);
    await transport.finishAuth(arrived.searchParams);
    assert.equal(provider.clientInformation().issuer, endpoint().origin, 'credentials are bound to the issuer');
    client = await connect(provider, mode);
    assert.equal(await echo(client, 'two'), 'Echo: two');
  });

  step(`${name}: an access token that is good no longer is refreshed without the person`, async () => {
    const before = provider.tokens();
    const opened = provider.opened.length;
    provider.saveTokens({ ...before, access_token: `${before.access_token.slice(0, -4)}AAAA` });
    assert.equal(await echo(client, 'three'), 'Echo: three');
    assert.equal(provider.opened.length, opened);
    assert.notEqual(provider.tokens().refresh_token, before.refresh_token);
  });

  step(`${name}: after revocation the person is asked anew`, async () => {
    const metadata = await (await fetch(new URL('/.well-known/oauth-authorization-server', endpoint()))).json();
    const { client_id: id, client_secret: secret } = provider.clientInformation();
    const token = provider.tokens().access_token;
    const form = new URLSearchParams({ token, ...(method === 'client_secret_basic' ? {} : { client_id: id }) });
    if (method === 'client_secret_post') form.set('client_secret', secret);
    const headers = method === 'client_secret_basic' ? { Authorization: `Basic ${btoa(`${id}:${secret}`)}` } : {};
    const answer = await fetch(metadata.revocation_endpoint, { method: 'POST', headers, body: form });
    assert.equal(answer.status, 200);
    await assertRefused(token);
    const opened = provider.opened.length;
    await assert.rejects(echo(client, 'four'), UnauthorizedError);
    assert.ok(provider.opened.length > opened, 'the browser is opened');
    assert.ok(!provider.invalidated.includes('all'), `the registration is kept: ${provider.invalidated}`);
    await client.close();
  });
}

step('an answer of another issuer is refused by the client', async () => {
  const provider = new Provider('none');
  const transport = await refusedTransport(provider, 'legacy');
  const arrived = await arrivedAt(provider);
  arrived.searchParams.set('iss', 'https://other.example');
  await assert.rejects(transport.finishAuth(arrived.searchParams), IssuerMismatchError);
});
