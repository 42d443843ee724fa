// The official conformance suite against the packaged program, behind a proxy that adds the token (the suite has no option).
// Needs E2E_ENDPOINT=http://localhost:PORT/mcp, where PORT is free and is the public address of the program,
// E2E_UPSTREAM (where the program listens) and a person.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startAddingProxy } from './adding-proxy.mjs';
import { endpoint, refusedConnection, signIn } from './dance.mjs';
import { SUITE, node22 } from './node22.mjs';
import { personFromEnvironment } from './person.mjs';
import { MemoryProvider } from './provider.mjs';

const SCENARIOS = [
  'server-initialize',
  'ping',
  'tools-list',
  'server-sse-multiple-streams',
  'dns-rebinding-protection',
  'server-session-lifecycle',
];
const SPEC_VERSION = '2025-11-25';
const SCENARIO_MILLIS = 30_000;

function run(scenario, folder) {
  const options = ['--scenario', scenario, '--spec-version', SPEC_VERSION, '--timeout', String(SCENARIO_MILLIS), '-o', folder];
  const child = spawn(node22(), [SUITE, 'server', '--url', endpoint().href, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 2 * SCENARIO_MILLIS,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => child.on('close', (status) => resolve({ scenario, status, output })));
}

function counts(output) {
  const found = [...output.matchAll(/Passed: (\d+)\/(\d+)/g)].at(-1);
  return found ? { passed: Number(found[1]), checks: Number(found[2]) } : { passed: 0, checks: 0 };
}

const provider = new MemoryProvider();
const authorization = () => provider.tokens() && `Bearer ${provider.tokens().access_token}`;
let adding = false; // the sign-in itself has to see the refusal
const proxy = await startAddingProxy(endpoint().port, new URL(process.env.E2E_UPSTREAM), () => (adding ? authorization() : undefined));
const folder = mkdtempSync(path.join(tmpdir(), 'e2e-conformance-'));
let failed = 0;
try {
  await signIn(provider, await refusedConnection(provider), personFromEnvironment());
  adding = true;
  for (const scenario of SCENARIOS) {
    const { status, output } = await run(scenario, folder);
    const { passed, checks } = counts(output);
    const ok = status === 0 && checks > 0 && passed === checks;
    if (!ok) failed++;
    console.log(`${ok ? 'pass' : 'FAIL'}  ${scenario}  ${passed}/${checks} checks, exit status ${status}`);
    if (!ok) console.log(output);
  }
  console.log(`conformance ${SPEC_VERSION}: ${SCENARIOS.length - failed} of ${SCENARIOS.length} scenarios pass`);
} finally {
  proxy.close();
  proxy.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
