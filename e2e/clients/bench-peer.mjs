// The peer of `make bench`: oidc-provider in one process, in memory, with rotation and opaque tokens. It hands out
// refresh tokens and codes at /bench/*, so that the measured part is what its own token endpoint does with them.
import Provider from 'oidc-provider';

process.env.NODE_ENV = 'production';
console.warn = () => {}; // notices of development mode would be counted as work

/** As the adapter that comes with it, but without its limit of 1,000 entries, which would evict live tokens. */
class Memory {
  static #all = new Map();
  static #grants = new Map();
  constructor(model) { this.model = model; }
  #key(id) { return `${this.model}:${id}`; }
  async upsert(id, payload) {
    Memory.#all.set(this.#key(id), payload);
    if (payload.grantId) {
      if (!Memory.#grants.has(payload.grantId)) Memory.#grants.set(payload.grantId, new Set());
      Memory.#grants.get(payload.grantId).add(this.#key(id));
    }
  }
  async find(id) { return Memory.#all.get(this.#key(id)); }
  async findByUid() { return undefined; }
  async findByUserCode() { return undefined; }
  async consume(id) { Memory.#all.get(this.#key(id)).consumed = Math.floor(Date.now() / 1000); }
  async destroy(id) { Memory.#all.delete(this.#key(id)); }
  async revokeByGrantId(grantId) {
    for (const key of Memory.#grants.get(grantId) ?? []) Memory.#all.delete(key);
    Memory.#grants.delete(grantId);
  }
}

const client = {
  client_id: 'bench',
  redirect_uris: ['http://127.0.0.1:3456/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  application_type: 'native',
};
// without openid no ID token is signed with RSA, which Postern does not do either
const scope = 'offline_access';
const provider = new Provider('http://127.0.0.1:3457', {
  adapter: Memory,
  clients: [client],
  rotateRefreshToken: true,
  features: { introspection: { enabled: true }, devInteractions: { enabled: false } },
  findAccount: async (ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  ttl: { AccessToken: 3600, AuthorizationCode: 600, RefreshToken: 86400, Grant: 864000, IdToken: 3600, Session: 3600 },
  pkce: { required: () => true },
});

async function grant(account) {
  const made = new provider.Grant({ accountId: account, clientId: 'bench' });
  made.addOIDCScope('openid offline_access');
  return made.save();
}

async function issue(Model, extra, count) {
  const owner = await provider.Client.find('bench');
  const issued = [];
  for (let i = 0; i < count; i++) {
    const grantId = await grant(`person${i}`);
    const token = new Model({
      accountId: `person${i}`, client: owner, grantId, scope, gty: 'authorization_code',
      authTime: Math.floor(Date.now() / 1000), sessionUid: 'bench', expiresWithSession: false, ...extra,
    });
    issued.push(await token.save());
  }
  return issued;
}

provider.use(async (ctx, next) => {
  const count = Number(ctx.query.count);
  if (ctx.path === '/bench/refresh-tokens') {
    ctx.body = await issue(provider.RefreshToken, { rotations: 0, iiat: Math.floor(Date.now() / 1000) }, count);
  } else if (ctx.path === '/bench/access-tokens') {
    ctx.body = await issue(provider.AccessToken, { scope: 'openid' }, count); // which userinfo asks for
  } else if (ctx.path === '/bench/codes') {
    ctx.body = await issue(provider.AuthorizationCode, {
      redirectUri: client.redirect_uris[0], codeChallenge: ctx.query.challenge, codeChallengeMethod: 'S256',
    }, count);
  } else await next();
});

const server = provider.listen(0, '127.0.0.1', () => console.log(`ready http://127.0.0.1:${server.address().port}`));
server.keepAliveTimeout = 60_000;
