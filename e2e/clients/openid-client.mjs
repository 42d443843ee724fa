// openid-client against the packaged program, with each way of client authentication: discovery by RFC 8414 and registration
// in one step, issuer and iss compared. Plain http has to be allowed to it. Needs E2E_ENDPOINT and a person.
import assert from 'node:assert/strict';
import * as openid from 'openid-client';
import { endpoint } from './dance.mjs';
import { step } from './steps.mjs';
import { AUTH_METHODS, REDIRECT_URI, agree, assertRefused, assertServed, metadataFor } from './witness.mjs';

const AUTHENTICATION = { none: openid.None, client_secret_basic: openid.ClientSecretBasic, client_secret_post: openid.ClientSecretPost };
const rejected = (promise) => promise.then(assert.fail, (error) => error);

for (const method of AUTH_METHODS) {
  let config;
  let tokens;

  step(`${method}: discovers and registers`, async () => {
    config = await openid.dynamicClientRegistration(
      new URL(endpoint().origin),
      metadataFor('openid-client', method),
      // A secret that is not given here is the registered one.
      AUTHENTICATION[method](),
      { algorithm: 'oauth2', execute: [openid.allowInsecureRequests] },
    );
    assert.equal(config.serverMetadata().issuer, endpoint().origin);
    assert.ok(config.serverMetadata().supportsPKCE());
  });

  step(`${method}: the person agrees, and the code becomes tokens`, async () => {
    const verifier = openid.randomPKCECodeVerifier();
    const state = openid.randomState();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      scope: 'mcp:read mcp:write',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      resource: endpoint().href,
    });
    const arrived = await agree(url);
    const wrong = await rejected(
      openid.authorizationCodeGrant(config, arrived, { pkceCodeVerifier: openid.randomPKCECodeVerifier(), expectedState: state }),
    );
    assert.equal(wrong.error, 'invalid_grant');
    tokens = await openid.authorizationCodeGrant(config, arrived, { pkceCodeVerifier: verifier, expectedState: state }, { resource: endpoint().href });
    assert.ok(tokens.expiresIn() > 0 && tokens.expiresIn() <= 3600);
    assert.equal(tokens.scope, 'mcp:read mcp:write');
    await assertServed(tokens.access_token);
  });

  step(`${method}: a refresh for less gives less, and rotates`, async () => {
    const less = await openid.refreshTokenGrant(config, tokens.refresh_token, { scope: 'mcp:read' });
    assert.equal(less.scope, 'mcp:read');
    const all = await openid.refreshTokenGrant(config, less.refresh_token);
    assert.equal(all.scope, 'mcp:read mcp:write');
    assert.equal(new Set([tokens, less, all].map((one) => one.refresh_token)).size, 3);
    tokens = all;
    await assertServed(tokens.access_token);
    const wider = await rejected(openid.refreshTokenGrant(config, tokens.refresh_token, { scope: 'mcp:read admin' }));
    assert.equal(wider.error, 'invalid_scope');
  });

  step(`${method}: introspection tells a resource server the same`, async () => {
    const [id, secret] = process.env.E2E_RESOURCE_SERVER.split(':');
    const asker = new openid.Configuration(config.serverMetadata(), id, undefined, openid.ClientSecretBasic(secret));
    openid.allowInsecureRequests(asker);
    const told = await openid.tokenIntrospection(asker, tokens.access_token);
    assert.equal(told.active, true);
    assert.equal(told.scope, 'mcp:read mcp:write');
  });

  step(`${method}: after revocation nothing is good any more`, async () => {
    await openid.tokenRevocation(config, tokens.access_token);
    await assertRefused(tokens.access_token);
    const late = await rejected(openid.refreshTokenGrant(config, tokens.refresh_token));
    assert.equal(late.error, 'invalid_grant');
  });

  step(`${method}: "no" arrives as access_denied with state and issuer`, async () => {
    const state = openid.randomState();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      code_challenge: await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
      state,
    });
    const refused = await rejected(openid.authorizationCodeGrant(config, await agree(url, 'deny'), { expectedState: state }));
    assert.equal(refused.error, 'access_denied', String(refused.stack));
  });
}
