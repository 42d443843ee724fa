#!/usr/bin/env node
// A person with a browser: follows redirects, agrees on the consent page, signs in, and arrives at the client.
// As a program: browser.mjs URL walks to the end, the client's own callback included; E2E_LOGIN or E2E_CODE_FOR says who.
import http from 'node:http';
import { pathToFileURL } from 'node:url';
import { firstForm, titleOf } from './html.mjs';
import { personFromEnvironment } from './person.mjs';

const MAX_PAGES = 30;
const PATIENCE_MILLIS = 30_000;

export class Browser {
  #cookies = new Map(); // origin -> Map(name -> value)
  #person;
  #decision;

  /** What was seen, one line per page: for failure messages. */
  trail = [];

  /** What the person presses on the consent page: "allow" or "deny". */
  constructor(person, decision = 'allow') {
    this.#person = person;
    this.#decision = decision;
  }

  /** Walks from an authorize URL until a redirect leads to an address that begins with `prefix`; returns that address. */
  async walk(address, prefix) {
    let page = await this.#request(new URL(address), 'GET', null, 'none');
    for (let seen = 0; seen < MAX_PAGES; seen++) {
      if (page.location) {
        if (page.location.href.startsWith(prefix)) return page.location.href;
        page = await this.#request(page.location, 'GET', null, relation(page.url, page.location));
      } else {
        page = await this.#act(page);
      }
    }
    throw new Error(`more than ${MAX_PAGES} pages:\n${this.trail.join('\n')}`);
  }

  /** Opens one address as if it was typed. */
  async open(address) {
    return this.#request(new URL(address), 'GET', null, 'none');
  }

  async #act(page) {
    const form = page.status === 200 ? firstForm(page.body) : null;
    if (!form) {
      throw new Error(`no way on from ${page.status} ${page.url} "${titleOf(page.body)}":\n${page.body}\n${this.trail.join('\n')}`);
    }
    const fields = await this.#fill(form, page);
    const action = new URL(form.action || page.url, page.url);
    // A page with this policy hides its origin from its own form posts, too: Fetch standard, "append a request Origin header".
    const origin = page.referrerPolicy === 'no-referrer' ? 'null' : page.url.origin;
    return this.#request(action, 'POST', { fields, origin }, relation(page.url, action));
  }

  async #fill(form, page) {
    const fields = new URLSearchParams(form.fields.filter((field) => field.sent).map((field) => [field.name, field.value]));
    const button = (name, value) => form.buttons.some((one) => one.name === name && one.value === value);
    const password = form.fields.find((field) => field.type === 'password');
    const text = form.fields.filter((field) => field.type === 'text');
    if (button('decision', this.#decision)) {
      fields.set('decision', this.#decision);
    } else if (button('granted', 'true')) {
      fields.set('granted', 'true');
    } else if (password) {
      fields.set(text[0].name, this.#person.login);
      fields.set(password.name, this.#person.password);
    } else if (text.length === 1) {
      fields.set(text[0].name, await this.#person.code());
    } else {
      throw new Error(`a form that a person would not know: ${page.url}\n${page.body}`);
    }
    return fields;
  }

  #request(url, method, form, site) {
    const headers = {
      Accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
      'Sec-Fetch-Dest': 'document',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Site': site,
      'User-Agent': 'Mozilla/5.0 (e2e)',
    };
    const jar = this.#cookies.get(url.origin);
    if (jar?.size) headers.Cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const body = form ? form.fields.toString() : '';
    if (form) {
      headers['Content-Type'] = 'application/x-www-form-urlencoded';
      headers['Content-Length'] = Buffer.byteLength(body);
      headers.Origin = form.origin;
    }
    return new Promise((resolve, reject) => {
      const request = http.request(url, { method, headers, agent: false, timeout: PATIENCE_MILLIS }, (answer) => {
        this.#keepCookies(url, answer.headers['set-cookie'] ?? []);
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const to = answer.statusCode >= 300 && answer.statusCode < 400 ? answer.headers.location : undefined;
          this.trail.push(`${method} ${url.origin}${url.pathname} -> ${answer.statusCode}${to ? ` ${to.split('?')[0]}` : ''}`);
          resolve({
            url,
            status: answer.statusCode,
            location: to && new URL(to, url),
            referrerPolicy: answer.headers['referrer-policy'],
            body: Buffer.concat(chunks).toString(),
          });
        });
      });
      request.on('timeout', () => request.destroy(new Error(`no answer from ${url.origin}${url.pathname}`)));
      request.on('error', reject);
      request.end(body);
    });
  }

  #keepCookies(url, lines) {
    if (!this.#cookies.has(url.origin)) this.#cookies.set(url.origin, new Map());
    const jar = this.#cookies.get(url.origin);
    for (const line of lines) {
      const [pair, ...attributes] = line.split(';').map((part) => part.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const gone = attributes.some((attribute) => /^max-age=0$/i.test(attribute));
      if (gone) jar.delete(name);
      else jar.set(name, pair.slice(name.length + 1));
    }
  }
}

/** Ports do not part sites, so all of one loopback host is the same site. */
function relation(from, to) {
  if (from.origin === to.origin) return 'same-origin';
  return from.hostname === to.hostname ? 'same-site' : 'cross-site';
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const browser = new Browser(personFromEnvironment());
  const callback = new URL(new URL(process.argv[2]).searchParams.get('redirect_uri'));
  const arrived = await browser.walk(process.argv[2], callback.href);
  const page = await browser.open(arrived);
  console.error(browser.trail.join('\n'));
  process.exit(page.status === 200 ? 0 : 1);
}
