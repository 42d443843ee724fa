/**
 * The upstream as seen from us: where people prove who they are ({@link postern.forge.Upstream}),
 * and how a child reaches it as its person without holding a real token (the relay). Owns the
 * tables {@code upstream_token_set} and {@code upstream_key}. Promises that a person's newest token
 * set is on disk before it is used and that a stolen database opens none. May touch foundation and
 * access. Must not know OAuth's server side or MCP. Start reading at {@link
 * postern.forge.Upstream}.
 */
package postern.forge;
