package postern.oauth.client;

import postern.core.Secret;

/**
 * Somebody who may ask what a token is worth.
 *
 * @param resource the only one whose tokens it is told about
 */
public record ResourceServer(String id, Secret secret, String resource) {}
