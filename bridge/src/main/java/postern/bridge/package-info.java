/**
 * The bridge between an authenticated MCP client and the child process of exactly that person: the
 * {@code /mcp} endpoint with its checks in order, and the definitions of the servers behind it.
 * What a session is belongs to the package of its era, what a tool may do to {@code bridge.tools}.
 * Promises that nothing of a session is told before the bearer token was checked, and that no
 * JSON-RPC body leads to a 500. May touch foundation, access and supervisor. Must not know OAuth's
 * pages, Forgejo or SQL. Start reading at {@link postern.bridge.McpEndpoint}.
 */
package postern.bridge;
