/**
 * Sign-in at any OpenID Connect provider: the second upstream, for installations whose people are
 * kept elsewhere than in a forge. Owns no table and keeps nothing of what the provider hands out:
 * the id_token is judged and dropped, access and refresh tokens are never stored. Promises that
 * nobody is signed in but by an id_token that this provider signed, for this client and this trip
 * ({@link postern.forge.oidc.IdTokenChecks}), that documents from the provider are bounded and
 * never lead elsewhere, and that an unreachable provider stops sign-ins and nothing else. May touch
 * foundation, access, and the short requests of {@code forge}. Must not know OAuth's server side,
 * MCP or the relay. Start reading at {@link postern.forge.oidc.OidcUpstream}, then {@code
 * ProviderMetadata} and {@code IdTokenChecks}.
 */
package postern.forge.oidc;
