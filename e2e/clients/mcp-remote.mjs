// The published stdio bridge mcp-remote against the packaged program: it registers, opens a browser (browser.mjs, handed
// over through BROWSER) and carries MCP. Needs E2E_ENDPOINT and a person.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { endpoint } from './dance.mjs';
import { step } from './steps.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const memory = mkdtempSync(path.join(tmpdir(), 'e2e-mcp-remote-'));
const said = [];
const open = [];

after(async () => {
  await Promise.allSettled(open.map((one) => one.close()));
  rmSync(memory, { recursive: true, force: true });
});

async function start() {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [path.join(here, 'node_modules/mcp-remote/dist/proxy.js'), endpoint().href, '--allow-http'],
    env: {
      ...process.env,
      BROWSER: path.join(here, 'browser.mjs'),
      HOME: memory,
      MCP_REMOTE_CONFIG_DIR: memory,
      PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
    },
    stderr: 'pipe',
  });
  transport.stderr.on('data', (chunk) => said.push(chunk.toString()));
  const client = new Client({ name: 'e2e-stdio', version: '1' }, { capabilities: {} });
  open.push(client);
  try {
    await client.connect(transport);
  } catch (failed) {
    throw new Error(`${failed.message}\nmcp-remote said:\n${said.join('')}`, { cause: failed });
  }
  return client;
}

async function check(client) {
  assert.ok(client.getServerVersion()?.name, 'initialize names the server');
  const names = (await client.listTools()).tools.map((tool) => tool.name);
  assert.ok(names.includes('echo'), String(names));
  const result = await client.callTool({ name: 'echo', arguments: { message: 'over stdio' } });
  assert.equal(result.content[0].text, 'Echo: over stdio');
}

step('a first start signs in through the browser and carries tools/list and tools/call', async () => {
  await check(await start());
  assert.match(said.join(''), /Browser opened automatically/);
});

step('a second start goes on with the stored tokens', async () => {
  await open.at(-1).close();
  said.length = 0;
  await check(await start());
  assert.doesNotMatch(said.join(''), /Please authorize this client/);
});
