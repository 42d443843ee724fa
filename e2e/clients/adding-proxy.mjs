// Adds Authorization to what passes and leaves Host, Origin and streams as they are, for clients that cannot send a token.
import http from 'node:http';

/** Resolves when it listens on localhost. `authorization()` may be undefined: then nothing is added. */
export function startAddingProxy(port, upstream, authorization) {
  const server = http.createServer((incoming, outgoing) => {
    const value = authorization();
    const headers = [...incoming.rawHeaders, ...(value ? ['Authorization', value] : [])];
    const request = http.request(
      { host: upstream.hostname, port: upstream.port, method: incoming.method, path: incoming.url, headers, agent: false },
      (answer) => {
        outgoing.writeHead(answer.statusCode, answer.rawHeaders);
        outgoing.flushHeaders();
        answer.pipe(outgoing);
        answer.on('error', () => outgoing.destroy());
      },
    );
    request.on('error', () => outgoing.destroy());
    outgoing.on('close', () => request.destroy());
    incoming.pipe(request);
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, 'localhost', () => resolve(server));
  });
}
