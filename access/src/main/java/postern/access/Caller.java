package postern.access;

import postern.vault.Token;

/**
 * A request whose bearer token was checked.
 *
 * @param token opens what is sealed to the grant
 */
public record Caller(Principal principal, Token token) {}
