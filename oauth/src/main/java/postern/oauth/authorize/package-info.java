/**
 * The way of a browser: authorization request, consent page, trip to the upstream, callback, second
 * page where one is needed, code. Owns the table {@code authorization_transaction}. Promises that
 * no upstream is asked before a person has agreed on our page, now or by a remembered approval,
 * that a transaction is finished only by the browser that began it and only once, and that what was
 * agreed is read from the table, never from the form. May touch foundation, access, forge and
 * {@code oauth.account}, {@code oauth.browser}, {@code oauth.client}. Start reading at {@link
 * postern.oauth.authorize.AuthorizeEndpoint}; the rules are {@link
 * postern.oauth.authorize.AuthorizeChecks}.
 */
package postern.oauth.authorize;
