// The OAuth memory of an MCP host, as the SDK wants it: client, tokens and verifier, and where the browser was sent.

export const REDIRECT_URI = 'http://127.0.0.1:3456/callback'; // nobody listens: the browser stops before it

export class MemoryProvider {
  /** The addresses that a browser would have been opened with. */
  opened = [];
  invalidated = [];
  saved = 0;

  #client;
  #tokens;
  #verifier;
  #states = [];

  get redirectUrl() {
    return REDIRECT_URI;
  }

  get clientMetadata() {
    return {
      client_name: 'End-to-end suite',
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  state() {
    const state = crypto.randomUUID();
    this.#states.push(state);
    return state;
  }

  get lastState() {
    return this.#states.at(-1);
  }

  clientInformation() {
    return this.#client;
  }

  saveClientInformation(client) {
    this.#client = client;
  }

  tokens() {
    return this.#tokens;
  }

  saveTokens(tokens) {
    this.#tokens = tokens;
    this.saved++;
  }

  redirectToAuthorization(url) {
    this.opened.push(url.href);
  }

  saveCodeVerifier(verifier) {
    this.#verifier = verifier;
  }

  codeVerifier() {
    return this.#verifier;
  }

  invalidateCredentials(scope) {
    this.invalidated.push(scope);
    if (scope === 'all' || scope === 'client') this.#client = undefined;
    if (scope === 'all' || scope === 'tokens') this.#tokens = undefined;
  }
}
