/**
 * The authorization server: what RFC 6749, OAuth 2.1 and the MCP authorization chapter ask for,
 * rule by rule. This package holds what its rooms share ({@link postern.oauth.OAuthError}, {@link
 * postern.oauth.OAuthConfig}) and puts their routes together. May touch foundation, access and
 * forge. Must not know MCP messages or children. Start reading at {@link
 * postern.oauth.AuthorizationServer}.
 */
package postern.oauth;
