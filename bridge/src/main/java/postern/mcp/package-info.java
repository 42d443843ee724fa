/**
 * The wire of MCP: reads one JSON-RPC message once and strictly, keeps its own bytes so that they
 * can be passed on, and builds the few error messages that are ours. Holds no connection, session
 * or state. May touch core. Must not know HTTP, people or children. Start reading at {@link
 * postern.mcp.MessageParser}.
 */
package postern.mcp;
