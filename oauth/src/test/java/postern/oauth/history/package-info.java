/**
 * Random histories of grants: several clients and people agree, redeem, refresh, return spent
 * tokens, sign out and let time pass, in any order, against the real server with a clock to move. A
 * small model says what must come of each step. A history that fails is made as short as it still
 * fails. Start reading at {@link postern.oauth.history.GrantModel}.
 */
package postern.oauth.history;
