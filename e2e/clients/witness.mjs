// What every OAuth library needs around itself: a person who agrees, and the gateway that takes the token.
import assert from 'node:assert/strict';
import { Browser } from './browser.mjs';
import { endpoint } from './dance.mjs';
import { personFromEnvironment } from './person.mjs';

export const REDIRECT_URI = 'http://127.0.0.1:3457/callback'; // nobody listens: the browser stops before it

/** The ways in which a client can prove who it is here. */
export const AUTH_METHODS = ['none', 'client_secret_basic', 'client_secret_post'];

/** What a client of this suite registers. */
export function metadataFor(name, method) {
  return {
    client_name: `${name} ${method}`,
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: method,
  };
}

/** A person with a new browser walks from the authorize URL to the client, by "allow" or "deny"; returns the address there. */
export async function agree(authorizeUrl, decision = 'allow') {
  const browser = new Browser(personFromEnvironment(), decision);
  return new URL(await browser.walk(String(authorizeUrl), REDIRECT_URI));
}

/** An MCP initialize with any token: the status, and the whole answer for failure messages. */
export async function initialize(token) {
  const answer = await fetch(endpoint(), {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'witness', version: '1' } },
    }),
  });
  return { status: answer.status, challenge: answer.headers.get('WWW-Authenticate'), body: await answer.text() };
}

export async function assertServed(token) {
  const answer = await initialize(token);
  assert.equal(answer.status, 200, JSON.stringify(answer));
  assert.match(answer.body, /"serverInfo"/);
}

export async function assertRefused(token) {
  const answer = await initialize(token);
  assert.equal(answer.status, 401, JSON.stringify(answer));
  assert.match(answer.challenge, /^Bearer .*error="invalid_token"/);
}
