// The conformance suite and the Node that it needs.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

export const SUITE = path.join(here, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');

/** The suite needs Node 22; the locked one of this platform, else the running one. */
export function node22() {
  const locked = path.join(here, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin/node');
  return existsSync(locked) ? locked : process.execPath;
}
