// A stdio MCP server with a window: runs another one and appends each line that it is sent to TAP_FILE.
// usage: tap.mjs COMMAND ARGUMENT…
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

const child = spawn(process.argv[2], process.argv.slice(3), { stdio: ['pipe', 'inherit', 'inherit'] });
process.stdin.on('data', (chunk) => {
  appendFileSync(process.env.TAP_FILE, chunk);
  child.stdin.write(chunk);
});
process.stdin.on('end', () => child.stdin.end());
child.stdin.on('error', () => {}); // it has gone; its exit says so
child.on('exit', (status, signal) => process.exit(signal ? 1 : status));
