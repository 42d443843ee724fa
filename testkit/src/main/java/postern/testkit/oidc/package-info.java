/**
 * An OpenID Connect provider to test against: discovery, keys, a sign-in form, codes that work once
 * with PKCE, and id_tokens; all of it right, until one {@link postern.testkit.oidc.Lie} is switched
 * on. Written from OpenID Connect Core 1.0 and Discovery 1.0, and knows nothing of who talks to it.
 * Touches the JDK, Jackson and {@code postern.testkit.wire}. Start reading at {@link
 * postern.testkit.oidc.OidcDouble}.
 */
package postern.testkit.oidc;
