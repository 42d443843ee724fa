package postern.bridge;

import java.util.Optional;

/**
 * What a path serves.
 *
 * @param resource what tokens for it are bound to, and the URL that people type (RFC 8707)
 * @param metadata where its RFC 9728 document is
 * @param server empty when the path names no server: told only to those who have a token
 */
public record Endpoint(String resource, String metadata, Optional<ServerDefinition> server) {}
