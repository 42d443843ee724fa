/**
 * The token endpoint, revocation and introspection: codes and refresh tokens are spent here, each
 * exactly once, in one database transaction with what is issued for it. Owns no table; the tokens
 * are kept by {@code access}. Promises that a refused attempt changes nothing but its own count,
 * that a refresh token of any age that comes back after its grace ends its grant, and that what has
 * been answered survives a crash. May touch foundation, access and {@code oauth.client}. Start
 * reading at {@link postern.oauth.token.TokenEndpoint}; the rules are {@link
 * postern.oauth.token.CodeChecks} and {@link postern.oauth.token.RefreshChecks}.
 */
package postern.oauth.token;
