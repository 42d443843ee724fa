// The web server of a client: its callback page, and pages that a test puts there.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

export class PageServer {
  /** Addresses that were called back, oldest first. */
  arrivals = [];
  #pages = new Map();
  #server;

  /** Listens on a free port of `host`; with TLS when there is a certificate. */
  static async start(host, tls) {
    const pages = new PageServer();
    const handler = (request, response) => pages.#answer(request, response);
    pages.#server = tls
      ? https.createServer({ key: readFileSync(tls.key), cert: readFileSync(tls.certificate) }, handler)
      : http.createServer(handler);
    await new Promise((resolve, reject) => {
      pages.#server.on('error', reject);
      pages.#server.listen(0, host, resolve);
    });
    return pages;
  }

  get port() {
    return this.#server.address().port;
  }

  put(path, html) {
    this.#pages.set(path, html);
  }

  #answer(request, response) {
    const url = new URL(request.url, 'http://here.invalid');
    const callback = url.pathname === '/callback';
    if (callback) this.arrivals.push(url.searchParams);
    const html = callback ? '<!doctype html><title>Client</title><h1>Back at the client</h1>' : this.#pages.get(url.pathname);
    response.writeHead(html ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(html ?? '<!doctype html><title>Nothing</title>');
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
