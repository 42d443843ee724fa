// oauth4webapi against the packaged program, with each way of client authentication. It compares the issuer in the metadata
// and in the answer, wants exact status codes and media types, and follows no redirects. Plain http has to be allowed to it.
// Needs E2E_ENDPOINT and a person.
import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { endpoint } from './dance.mjs';
import { step } from './steps.mjs';
import { AUTH_METHODS, REDIRECT_URI, agree, assertRefused, assertServed, metadataFor } from './witness.mjs';

const loopback = { [oauth.allowInsecureRequests]: true };
const AUTHENTICATION = {
  none: () => oauth.None(),
  client_secret_basic: (secret) => oauth.ClientSecretBasic(secret),
  client_secret_post: (secret) => oauth.ClientSecretPost(secret),
};
let resource;
let server;

step('a call without a good token is challenged with the address of the resource metadata', async () => {
  const call = oauth.protectedResourceRequest('not-a-token', 'POST', endpoint(), undefined, undefined, loopback);
  const refused = await call.then(assert.fail, (error) => error);
  assert.ok(refused instanceof oauth.WWWAuthenticateChallengeError, String(refused));
  const [challenge] = refused.cause;
  assert.equal(challenge.scheme, 'bearer');
  assert.equal(challenge.parameters.error, 'invalid_token');
  assert.equal(new URL(challenge.parameters.resource_metadata).origin, endpoint().origin);
});

step('discovery leads from the endpoint to the authorization server', async () => {
  resource = await oauth.processResourceDiscoveryResponse(endpoint(), await oauth.resourceDiscoveryRequest(endpoint(), loopback));
  assert.equal(resource.authorization_servers.length, 1);
  const issuer = new URL(resource.authorization_servers[0]);
  const answer = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...loopback });
  server = await oauth.processDiscoveryResponse(issuer, answer);
  assert.ok(server.authorization_response_iss_parameter_supported, 'from now on the library refuses an answer without iss');
});

for (const method of AUTH_METHODS) {
  const clientOf = { method };
  let tokens;

  step(`${method}: registers`, async () => {
    const answer = await oauth.dynamicClientRegistrationRequest(server, metadataFor('oauth4webapi', method), loopback);
    clientOf.client = await oauth.processDynamicClientRegistrationResponse(answer);
    assert.equal(clientOf.client.token_endpoint_auth_method, method);
    assert.equal('client_secret' in clientOf.client, method !== 'none');
    clientOf.authentication = AUTHENTICATION[method](clientOf.client.client_secret);
  });

  step(`${method}: the person agrees, and the code becomes tokens`, async () => {
    const { client, authentication } = clientOf;
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const url = new URL(server.authorization_endpoint);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: client.client_id,
      redirect_uri: REDIRECT_URI,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      resource: resource.resource,
    });
    const address = await agree(url);
    for (const name of ['iss', 'state']) {
      const changed = new URL(address);
      changed.searchParams.set(name, 'https://other.example');
      assert.throws(() => oauth.validateAuthResponse(server, client, changed, state), oauth.OperationProcessingError);
    }
    const arrived = oauth.validateAuthResponse(server, client, address, state);
    const more = { ...loopback, additionalParameters: { resource: resource.resource } };
    const answer = await oauth.authorizationCodeGrantRequest(server, client, authentication, arrived, REDIRECT_URI, verifier, more);
    tokens = await oauth.processAuthorizationCodeResponse(server, client, answer);
    assert.equal(tokens.token_type, 'bearer');
    await assertServed(tokens.access_token);

    const again = await oauth.authorizationCodeGrantRequest(server, client, authentication, arrived, REDIRECT_URI, 'x'.repeat(43), more);
    const refused = await oauth.processAuthorizationCodeResponse(server, client, again).then(assert.fail, (error) => error);
    assert.equal(refused.error, 'invalid_grant');
    await assertServed(tokens.access_token);
  });

  step(`${method}: the refresh token is rotated`, async () => {
    const { client, authentication } = clientOf;
    const answer = await oauth.refreshTokenGrantRequest(server, client, authentication, tokens.refresh_token, loopback);
    const renewed = await oauth.processRefreshTokenResponse(server, client, answer);
    assert.notEqual(renewed.refresh_token, tokens.refresh_token);
    assert.notEqual(renewed.access_token, tokens.access_token);
    tokens = renewed;
    await assertServed(tokens.access_token);
  });

  step(`${method}: introspection tells a resource server the same`, async () => {
    const [id, secret] = process.env.E2E_RESOURCE_SERVER.split(':');
    const asker = { client_id: id };
    const answer = await oauth.introspectionRequest(server, asker, oauth.ClientSecretBasic(secret), tokens.access_token, loopback);
    const told = await oauth.processIntrospectionResponse(server, asker, answer);
    assert.equal(told.active, true);
    assert.equal(told.client_id, clientOf.client.client_id);
  });

  step(`${method}: after revocation nothing is good any more`, async () => {
    const { client, authentication } = clientOf;
    const answer = await oauth.revocationRequest(server, client, authentication, tokens.refresh_token, loopback);
    await oauth.processRevocationResponse(answer);
    await assertRefused(tokens.access_token);
    const late = await oauth.refreshTokenGrantRequest(server, client, authentication, tokens.refresh_token, loopback);
    const refused = await oauth.processRefreshTokenResponse(server, client, late).then(assert.fail, (error) => error);
    assert.ok(refused instanceof oauth.ResponseBodyError, String(refused));
    assert.equal(refused.error, 'invalid_grant');
    assert.equal(refused.status, 400);
  });

  if (method !== 'none') {
    step(`${method}: a wrong secret is invalid_client with a challenge`, async () => {
      const wrong = AUTHENTICATION[method]('wrong');
      const answer = await oauth.refreshTokenGrantRequest(server, clientOf.client, wrong, tokens.refresh_token, loopback);
      assert.equal(answer.status, 401);
      const refused = await oauth.processRefreshTokenResponse(server, clientOf.client, answer).then(assert.fail, (error) => error);
      // The library reads the challenge of a 401 before the body.
      assert.ok(refused instanceof oauth.WWWAuthenticateChallengeError, String(refused));
      assert.equal(refused.cause[0].scheme, 'basic');
    });
  }
}
