// Who signs in, and how: at Forgejo with a password, or with a code of the built-in sign-in.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * E2E_LOGIN=name:password signs in at Forgejo. E2E_CODE_FOR=name has E2E_PROGRAM print a code each time one is needed;
 * the program finds its folders through POSTERN_DATA_DIR and POSTERN_KEY_DIR.
 */
export function personFromEnvironment(environment = process.env) {
  if (environment.E2E_LOGIN) {
    const [login, password] = environment.E2E_LOGIN.split(':');
    return { login, password, code: () => Promise.reject(new Error('asked for a code, but signs in at Forgejo')) };
  }
  if (!environment.E2E_CODE_FOR) throw new Error('E2E_LOGIN or E2E_CODE_FOR must say who signs in');
  return { login: environment.E2E_CODE_FOR, code: () => newCode(environment) };
}

async function newCode(environment) {
  const { stdout } = await promisify(execFile)(environment.E2E_PROGRAM, ['users', 'code', environment.E2E_CODE_FOR], { env: environment });
  const code = /\b[A-Z0-9]{5}-[A-Z0-9]{5}\b/.exec(stdout)?.[0];
  if (!code) throw new Error(`no code in: ${stdout}`);
  return code;
}
