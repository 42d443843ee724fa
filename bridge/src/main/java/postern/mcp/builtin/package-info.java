/**
 * A small stdio MCP server that comes with the product, so that a first start has something to show
 * and an installation can be checked without a forge: {@code whoami}, {@code echo}, {@code
 * countdown}. Runs as a child process like any other server; touches its own streams and
 * environment and nothing else of Postern. Start reading at {@link
 * postern.mcp.builtin.BuiltinServer}.
 */
package postern.mcp.builtin;
