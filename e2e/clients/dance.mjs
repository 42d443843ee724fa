// From the SDK's "not authorized" to tokens: what an MCP host does between two connection attempts.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Browser } from './browser.mjs';
import { REDIRECT_URI } from './provider.mjs';

export function endpoint() {
  if (!process.env.E2E_ENDPOINT) throw new Error('E2E_ENDPOINT must be the address of the MCP endpoint');
  return new URL(process.env.E2E_ENDPOINT);
}

export function newTransport(provider) {
  return new StreamableHTTPClientTransport(endpoint(), { authProvider: provider });
}

export async function connect(provider, transport = newTransport(provider)) {
  const client = new Client({ name: 'e2e', version: '1' }, { capabilities: {} });
  await client.connect(transport);
  return { client, transport };
}

/** A first connection that must be refused and must have opened the browser. */
export async function refusedConnection(provider) {
  const before = provider.opened.length;
  const transport = newTransport(provider);
  try {
    await connect(provider, transport);
  } catch (refused) {
    if (!(refused instanceof UnauthorizedError) || provider.opened.length !== before + 1) throw refused;
    return transport;
  }
  throw new Error('connected without signing in');
}

/** Walks the browser from the last opened address and hands the code to the SDK. Returns the redirect that arrived. */
export async function signIn(provider, transport, person) {
  const browser = new Browser(person);
  const arrived = new URL(await browser.walk(provider.opened.at(-1), REDIRECT_URI));
  const code = arrived.searchParams.get('code');
  if (!code) throw new Error(`no code: ${arrived.search}\n${browser.trail.join('\n')}`);
  await transport.finishAuth(code);
  return { arrived, trail: browser.trail };
}

/** The whole dance at once. */
export async function connected(provider, person) {
  await signIn(provider, await refusedConnection(provider), person);
  return connect(provider);
}
