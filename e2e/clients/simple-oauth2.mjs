// simple-oauth2 against the packaged program: a confidential client with HTTP Basic, its credentials form-encoded (strict, as
// the RFC has it) and bare (loose, as most clients do), and one with the secret in the body. It reads nothing but JSON.
// It knows neither discovery nor registration nor PKCE, so those are done by hand. Needs E2E_ENDPOINT and a person.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { AuthorizationCode } from 'simple-oauth2';
import { endpoint } from './dance.mjs';
import { step } from './steps.mjs';
import { REDIRECT_URI, agree, assertRefused, assertServed, metadataFor } from './witness.mjs';

const WAYS = [
  { method: 'client_secret_basic', options: { authorizationMethod: 'header', credentialsEncodingMode: 'strict' } },
  { method: 'client_secret_basic', options: { authorizationMethod: 'header', credentialsEncodingMode: 'loose' } },
  { method: 'client_secret_post', options: { authorizationMethod: 'body' } },
];

async function register(method) {
  const metadata = await (await fetch(new URL('/.well-known/oauth-authorization-server', endpoint()))).json();
  const answer = await fetch(metadata.registration_endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(metadataFor('simple-oauth2', method)),
  });
  assert.equal(answer.status, 201);
  const path = (name) => new URL(metadata[name]).pathname;
  return {
    client: await answer.json(),
    auth: {
      tokenHost: endpoint().origin,
      tokenPath: path('token_endpoint'),
      revokePath: path('revocation_endpoint'),
      authorizePath: path('authorization_endpoint'),
    },
  };
}

for (const { method, options } of WAYS) {
  const name = `${method}${options.credentialsEncodingMode ? `, ${options.credentialsEncodingMode}` : ''}`;
  let oauth;
  let config;
  let token;

  step(`${name}: the person agrees, and the code becomes tokens`, async () => {
    const { client, auth } = await register(method);
    config = { client: { id: client.client_id, secret: client.client_secret }, auth, options };
    oauth = new AuthorizationCode(config);
    const verifier = randomBytes(32).toString('base64url');
    const state = randomBytes(16).toString('base64url');
    const arrived = await agree(
      oauth.authorizeURL({
        redirect_uri: REDIRECT_URI,
        scope: ['mcp:read', 'mcp:write'],
        state,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        resource: endpoint().href,
      }),
    );
    assert.equal(arrived.searchParams.get('state'), state);
    token = await oauth.getToken({ code: arrived.searchParams.get('code'), redirect_uri: REDIRECT_URI, code_verifier: verifier });
    assert.ok(!token.expired());
    await assertServed(token.token.access_token);
  });

  step(`${name}: the refresh token is rotated`, async () => {
    const before = token.token;
    token = await token.refresh();
    assert.notEqual(token.token.refresh_token, before.refresh_token);
    await assertServed(token.token.access_token);
  });

  step(`${name}: a wrong secret is 401 invalid_client in JSON`, async () => {
    const wrong = new AuthorizationCode({ ...config, client: { ...config.client, secret: 'wrong: a b/+&=%!' } });
    const refused = await wrong.createToken(token.token).refresh().then(assert.fail, (error) => error);
    assert.equal(refused.output.statusCode, 401, String(refused));
    assert.equal(refused.data.payload.error, 'invalid_client');
  });

  step(`${name}: after revocation nothing is good any more`, async () => {
    // An answer to a revocation has no body (RFC 7009 section 2.2), so it has no media type either, which "strict" cannot take.
    await new AuthorizationCode({ ...config, http: { json: true } }).createToken(token.token).revokeAll();
    await assertRefused(token.token.access_token);
    const late = await token.refresh().then(assert.fail, (error) => error);
    assert.equal(late.data.payload.error, 'invalid_grant', String(late));
  });
}
