// The published TypeScript SDK against the packaged program: OAuth from the first 401 on, tools, progress, cancellation,
// refresh and revocation. Needs E2E_ENDPOINT, a person (person.mjs) and TAP_FILE, which the child writes (tap.mjs).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after } from 'node:test';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { connect, connected, endpoint, refusedConnection, signIn } from './dance.mjs';
import { personFromEnvironment } from './person.mjs';
import { MemoryProvider } from './provider.mjs';
import { step } from './steps.mjs';
import { until } from './wait.mjs';

const person = personFromEnvironment();
const provider = new MemoryProvider();
const open = [];
let client;
let transport;

function use(connection) {
  ({ client, transport } = connection);
  open.push(client);
}

async function echo(message) {
  const result = await client.callTool({ name: 'echo', arguments: { message } });
  return result.content[0].text;
}

async function metadata() {
  const answer = await fetch(new URL('/.well-known/oauth-authorization-server', endpoint()));
  return answer.json();
}

function linesOfChild() {
  return readFileSync(process.env.TAP_FILE, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line));
}

after(() => Promise.allSettled(open.map((one) => one.close())));

step('the first connection is refused, the browser leads back with code, state and issuer', async () => {
  const refused = await refusedConnection(provider);
  const { arrived } = await signIn(provider, refused, person);
  assert.equal(arrived.searchParams.get('state'), provider.lastState);
  assert.equal(arrived.searchParams.get('iss'), (await metadata()).issuer);
  assert.ok(provider.tokens().refresh_token, 'a refresh token came with the access token');
  use(await connect(provider));
  assert.ok(transport.sessionId, 'the session has an id');
});

step('tools/list shows the tools of the child', async () => {
  const names = (await client.listTools()).tools.map((tool) => tool.name);
  for (const name of ['echo', 'get-sum', 'trigger-long-running-operation']) assert.ok(names.includes(name), `${name} in ${names}`);
});

step('tools/call answers', async () => {
  assert.equal(await echo('grüße ☃'), 'Echo: grüße ☃');
});

step('progress arrives while the call runs', async () => {
  const arrivals = [];
  const result = await client.callTool(
    { name: 'trigger-long-running-operation', arguments: { duration: 1, steps: 4 } },
    undefined,
    { onprogress: ({ progress }) => arrivals.push({ progress, at: performance.now() }) },
  );
  const end = performance.now();
  assert.match(result.content[0].text, /completed/);
  assert.deepEqual(arrivals.map(({ progress }) => progress), [1, 2, 3, 4]);
  assert.ok(end - arrivals[0].at > 400, `the first of four came ${Math.round(end - arrivals[0].at)} ms before the result`);
});

step('a call that the client gives up is cancelled in the child', async () => {
  const abort = new AbortController();
  const began = performance.now();
  const call = client.callTool(
    { name: 'trigger-long-running-operation', arguments: { duration: 60, steps: 300 } },
    undefined,
    { signal: abort.signal, onprogress: () => abort.abort(new Error('given up')) },
  );
  await assert.rejects(call, /given up/);
  const seen = await until('the child is told', () => linesOfChild().find((line) => line.method === 'notifications/cancelled'));
  const asked = linesOfChild().findLast((line) => line.params?.name === 'trigger-long-running-operation');
  assert.equal(seen.params.requestId, asked.id, 'the id of the cancelled call, as the child knows it');
  assert.ok(performance.now() - began < 20_000);
  assert.equal(await echo('still here'), 'Echo: still here');
});

step('an access token that is good no longer is refreshed without the person', async () => {
  const session = transport.sessionId;
  const before = provider.tokens();
  const opened = provider.opened.length;
  provider.saveTokens({ ...before, access_token: `${before.access_token.slice(0, -4)}AAAA` });
  assert.equal(await echo('after refresh'), 'Echo: after refresh');
  assert.equal(provider.opened.length, opened, 'no browser');
  assert.notEqual(provider.tokens().refresh_token, before.refresh_token, 'the refresh token is rotated');
  assert.equal(transport.sessionId, session, 'the session goes on');
});

step('two windows that refresh with one refresh token both go on', async () => {
  const shared = provider.tokens();
  const windows = [new MemoryProvider(), new MemoryProvider()];
  for (const one of windows) {
    one.saveClientInformation(provider.clientInformation());
    one.saveTokens({ ...shared, access_token: 'lost' });
  }
  const connections = await Promise.all(windows.map((one) => connect(one)));
  for (const connection of connections) {
    open.push(connection.client);
    const result = await connection.client.callTool({ name: 'echo', arguments: { message: 'window' } });
    assert.equal(result.content[0].text, 'Echo: window');
  }
  assert.deepEqual(windows.map((one) => one.opened.length), [0, 0]);
  provider.saveTokens(windows[1].tokens());
});

step('after revocation the next call asks the person anew, and that works', async () => {
  const { revocation_endpoint: revoke } = await metadata();
  const answer = await fetch(revoke, {
    method: 'POST',
    body: new URLSearchParams({ token: provider.tokens().refresh_token, client_id: provider.clientInformation().client_id }),
  });
  assert.equal(answer.status, 200);
  const opened = provider.opened.length;
  await assert.rejects(echo('revoked'), UnauthorizedError);
  assert.ok(provider.opened.length > opened, 'the browser is opened');
  assert.ok(provider.invalidated.includes('tokens'), `invalid_grant drops the tokens: ${provider.invalidated}`);
  assert.ok(!provider.invalidated.includes('all'), `the registration is kept: ${provider.invalidated}`);
  // The refused stream of the old connection asks for authorization by itself: it must not disturb the memory of the next.
  await client.close();
  const again = new MemoryProvider();
  again.saveClientInformation(provider.clientInformation());
  use(await connected(again, person));
  assert.equal(await echo('back'), 'Echo: back');
});
