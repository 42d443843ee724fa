/**
 * The two ends of MCP for tests: {@link McpClient}, a raw Streamable HTTP client that shows every
 * answer and event with its arrival time, and {@link FixtureServer}, a stdio server that behaves
 * well or badly on demand. Neither repairs anything: what is on the wire is what a test gets.
 * Touches the JDK, Jackson, {@code testkit.http} and {@code testkit.program}.
 */
package postern.testkit.mcp;
