/**
 * An OAuth client for tests of an authorization server and its protected resources: discovery,
 * registration, PKCE, code exchange, refresh, revocation. Each step returns what came over the
 * wire, and each parameter can be overridden, because tests send wrong ones. No redirect listener:
 * the browser client stops before the redirect URI. Touches the JDK, Jackson and {@code
 * testkit.http}. Start reading at {@link OAuthClient}.
 */
package postern.testkit.oauth;
