/**
 * What a signed-in person sees and ends: the account page, the browser sessions behind it, and the
 * approvals that need not be asked again. Owns the tables {@code account_session}, {@code
 * account_sign_in} and {@code remembered_approval}. Promises that a session is known only by its
 * cookie, gets a new id at each sign-in and never acts for another person, and that no bearer token
 * is in a cookie. May touch foundation, access, forge, {@code oauth.browser} and {@code
 * oauth.client}. Start reading at {@link postern.oauth.account.AccountEndpoint}.
 */
package postern.oauth.account;
