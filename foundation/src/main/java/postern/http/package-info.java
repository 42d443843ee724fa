/**
 * HTTP at the edge: the Undertow server with its limits and deadlines, the exact path table, strict
 * readers for forms, JSON, cookies and credentials, plain and event-stream answers, pages and rate
 * limits. Promises that a handler sees only whole, bounded, well-formed requests to one of our own
 * hosts, and that no exception's text leaves the house. May touch core; must not know users,
 * tokens' meaning, MCP or SQL. Undertow's types stay inside. Start reading at {@link
 * postern.http.Frame}.
 */
package postern.http;
