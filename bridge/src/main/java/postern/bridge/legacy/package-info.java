/**
 * MCP with sessions, 2025-03-26 to 2025-11-25: one child per session, calls routed by id,
 * everything else of the child by progress token or to the listening stream. Promises: a session is
 * found only with its grant, server and scope; a call is answered exactly once, at once when the
 * child dies; no reader, slow or gone, holds up the child; only an answer to {@code tools/list} is
 * another than the child's. May touch the bridge, mcp, access, supervisor and http. Must not know
 * how tokens are checked. Start reading at {@link postern.bridge.legacy.LegacyEra}, then {@link
 * postern.bridge.legacy.Session}.
 *
 * <p>A session whose child was stopped for being idle, or to make room, is parked: its next request
 * starts another child and replays the handshake. A session whose child died is gone (404).
 *
 * <p>There are no event ids, hence no priming and no resumption: all three are optional in the
 * specification and belong together. An answer whose client has left is dropped and counted.
 */
package postern.bridge.legacy;
