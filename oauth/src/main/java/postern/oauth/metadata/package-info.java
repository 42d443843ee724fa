/**
 * The two discovery documents (RFC 8414, RFC 9728), static bytes built once from the configuration
 * and never from a request. Touches nothing but {@code http} and the configuration. Start reading
 * at {@link postern.oauth.metadata.Discovery}.
 */
package postern.oauth.metadata;
