package postern.forge;

import postern.core.Secret;

/**
 * One trip of one browser to the upstream.
 *
 * @param state single use, ours, without meaning for anybody else
 * @param codeVerifier fresh for each trip (RFC 7636 section 4.1)
 */
public record SignInRequest(String state, Secret codeVerifier) {}
