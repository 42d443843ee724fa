/**
 * The upstream as seen from us: where people prove who they are ({@link postern.forge.Upstream}),
 * and how a child reaches it as its person without holding a real token (the relay). Owns the
 * tables {@code upstream_token_set}, {@code upstream_key}, {@code upstream_sign_in} and {@code
 * upstream_refresh}. Promises that a person's newest token set is on disk before it is used, that a
 * stolen database opens none, that one person's refreshes never meet, in whatever process, that a
 * sign-in that was lost can be explained, and that nobody comes in or goes on whom the operator
 * does not let in ({@link postern.forge.AdmittedUpstream}, {@code Membership}). May touch
 * foundation and access. Must not know OAuth's server side or MCP. The other upstreams are rooms of
 * their own: {@code forge.oidc} and {@code forge.local}. Start reading at {@link
 * postern.forge.Upstream}, then {@link postern.forge.ForgejoUpstream}, which puts together the
 * sign-in ({@code CodeExchange}, {@code SignInSets}) and the way of children ({@code
 * ForgejoLeases}, {@code Freshness}).
 */
package postern.forge;
