// A person in Chromium: pages, buttons, screenshots, and what the browser complained about.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { personFromEnvironment } from './person.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];
const PATIENCE_MILLIS = 20_000;

/** Where the pictures of the pages go. */
export const SCREENSHOTS = process.env.E2E_SCREENSHOTS ?? path.join(here, '../target/screenshots');

function executable() {
  for (const name of NAMES) {
    for (const folder of process.env.PATH.split(':')) {
      const candidate = path.join(folder, name);
      try {
        accessSync(candidate, constants.X_OK);
        return candidate;
      } catch {
        // the next one
      }
    }
  }
  throw new Error(`no browser: install chromium (looked for ${NAMES.join(', ')} in PATH)`);
}

/** One browser; `hosts` maps names to loopback addresses, whose certificates nobody has signed. */
export async function startChromium(hosts) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const rules = Object.entries(hosts).map(([name, address]) => `MAP ${name} ${address}`);
  return puppeteer.launch({
    executablePath: executable(),
    headless: true,
    timeout: 60_000,
    args: [
      `--host-resolver-rules=${rules.join(',')}`,
      '--ignore-certificate-errors',
      '--disable-dev-shm-usage',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
}

/** Key and certificate for one name, signed by itself. */
export function selfSigned(name, folder) {
  const key = path.join(folder, 'key.pem');
  const certificate = path.join(folder, 'certificate.pem');
  const options = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  execFileSync('openssl', ['req', '-x509', ...options, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  return { key, certificate };
}

/** A person with an empty profile: cookies of one are unknown to the others. */
export class Person {
  #context;
  #complaints = [];

  static async with(browser) {
    const person = new Person();
    person.#context = await browser.createBrowserContext();
    return person;
  }

  async newTab(viewport = { width: 1000, height: 800 }) {
    const page = await this.#context.newPage();
    page.setDefaultTimeout(PATIENCE_MILLIS);
    await page.setViewport(viewport);
    page.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(message.text());
    });
    return page;
  }

  /** What the consoles of this person's tabs said about policies: a blocked form or style is one. */
  get policyComplaints() {
    return this.#complaints.filter((text) => /content security policy|refused to/i.test(text));
  }

  close() {
    return this.#context.close();
  }
}

export function picture(page, name) {
  return page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** Presses a button of a form and waits for where that leads. */
export async function press(page, selector) {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
}

/** From the page after "Allow" through the forge's sign-in and consent, as far as they are shown. */
export async function signInAtForge(page, name) {
  const { login, password } = personFromEnvironment();
  if (await page.$('input[name=password]')) {
    if (name) await picture(page, `${name}-forge-sign-in`);
    await page.type('input[name=user_name]', login);
    await page.type('input[name=password]', password);
    await press(page, 'form button');
  }
  if (await page.$('button[name=granted][value=true]')) await press(page, 'button[name=granted][value=true]');
}

export async function assertNoSidewaysScrolling(page) {
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(widths[0] <= widths[1], `content is ${widths[0]} wide in a window of ${widths[1]}: ${page.url()}`);
}
