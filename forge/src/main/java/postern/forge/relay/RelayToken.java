package postern.forge.relay;

import postern.core.Secret;

/**
 * The real token for one request.
 *
 * @param generation tells two tokens apart
 * @param refresh never sent; known here so that it can be kept out of answers
 */
public record RelayToken(long generation, Secret access, Secret refresh) {}
