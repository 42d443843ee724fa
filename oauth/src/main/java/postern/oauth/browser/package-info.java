/**
 * What both rooms with pages need: the mark that binds a browser, the secret of each trip to the
 * upstream, tokens of forms, and strangers' names made safe to show. Owns no table. Promises that a
 * form token fits one browser, one form and one subject only. May touch foundation, access and
 * {@code oauth.client}. Start reading at {@link postern.oauth.browser.Browsers}.
 */
package postern.oauth.browser;
