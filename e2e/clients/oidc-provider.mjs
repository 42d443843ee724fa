// A provider that nobody here wrote, as the upstream of a server under test: oidc-provider with its own sign-in pages,
// which take any name. usage: PORT=… CALLBACK=… node oidc-provider.mjs
import Provider from 'oidc-provider';

console.warn = () => {}; // notices of development mode

const { PORT, CALLBACK } = process.env;
const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  clients: [{
    client_id: 'postern',
    client_secret: 'a secret: with + and %',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    application_type: 'native',
    token_endpoint_auth_method: 'client_secret_basic',
  }],
  claims: { openid: ['sub'], profile: ['preferred_username'] },
  findAccount: async (ctx, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, preferred_username: `name-of-${id}` }),
  }),
  pkce: { required: () => true },
});

const server = provider.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`ready http://127.0.0.1:${server.address().port}`);
});
