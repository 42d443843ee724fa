/**
 * Who calls, and may they: people, who of them may come in, grants, the tokens that hang from a
 * grant, the check of a bearer token. Owns the tables {@code person}, {@code access_grant}, {@code
 * authorization_code}, {@code access_token}, {@code refresh_token} and {@code grant_end}. Promises
 * that a spent token is never good again and that its return is noticed for as long as its grant
 * lives, that the rows of a grant are bounded however often its tokens rotate, that the end of a
 * grant is seen by every request that starts after it and is told to listeners within 250 ms on
 * every node. Declares how a person's upstream credential is leased ({@link
 * postern.access.UpstreamAccess}) and what runs for a grant ({@link postern.access.LiveSessions}),
 * and does not know how. May touch foundation. Must not know OAuth's wire, MCP or Forgejo. Start
 * reading at {@link postern.access.TokenCheck}, then {@link postern.access.Grants}.
 */
package postern.access;
