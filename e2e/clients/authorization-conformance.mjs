// The conformance suite's scenarios for an authorization server against the packaged program. The suite prints an authorize
// URL and waits at its callback; a scripted person follows the URL to there. Needs E2E_ENDPOINT and a person.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Browser } from './browser.mjs';
import { endpoint } from './dance.mjs';
import { SUITE, node22 } from './node22.mjs';
import { personFromEnvironment } from './person.mjs';

const CHECKS = ['authorization-server-metadata', 'authorization-code-grant'];
const SPEC_VERSION = '2025-11-25';
const PATIENCE_MILLIS = 60_000;

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function registered(redirectUri) {
  const metadata = await (await fetch(new URL('/.well-known/oauth-authorization-server', endpoint()))).json();
  const answer = await fetch(metadata.registration_endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ client_name: 'Conformance suite', redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
  });
  assert.equal(answer.status, 201);
  return (await answer.json()).client_id;
}

/** Runs both scenarios, as the second goes on with what the first has found; whoever signs in does so when the URL is printed. */
function run(folder, port, clientId) {
  const options = ['--url', endpoint().origin, '--client-id', clientId, '--port', String(port)];
  options.push('--resource', endpoint().href, '--spec-version', SPEC_VERSION, '-o', folder);
  const child = spawn(node22(), [SUITE, 'authorization', ...options], { stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MILLIS });
  const browser = new Browser(personFromEnvironment());
  let output = '';
  let walked = Promise.resolve();
  let found = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
      const url = new RegExp(`${endpoint().origin}/oauth/authorize\\?\\S+(?=\\s)`).exec(output)?.[0];
      if (!url || found) return;
      found = true;
      const callback = new URL(url).searchParams.get('redirect_uri');
      walked = browser
        .walk(url, callback)
        .then((arrived) => browser.open(arrived))
        .catch((failed) => {
          output += `\nthe person did not get through: ${failed.message}`;
          child.kill();
        });
    });
  }
  return new Promise((resolve) => child.on('close', (status) => walked.then(() => resolve({ status, output }))));
}

/** What the suite wrote down: every check with its verdict. */
function checksIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => path.basename(name) === 'checks.json')
    .flatMap((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')));
}

const port = await freePort();
const clientId = await registered(`http://127.0.0.1:${port}/callback`);
const folder = mkdtempSync(path.join(tmpdir(), 'e2e-authorization-'));
let passed = 0;
let status;
try {
  const done = await run(folder, port, clientId);
  status = done.status;
  const checks = checksIn(folder);
  for (const check of checks) console.log(`${check.status}  ${check.id}  ${check.errorMessage ?? ''}`);
  passed = CHECKS.filter((id) => checks.some((check) => check.id === id && check.status === 'SUCCESS')).length;
  if (status !== 0 || passed !== CHECKS.length) console.log(done.output);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`conformance of the authorization server ${SPEC_VERSION}: ${passed} of ${CHECKS.length} scenarios pass, exit status ${status}`);
process.exit(status === 0 && passed === CHECKS.length ? 0 : 1);
