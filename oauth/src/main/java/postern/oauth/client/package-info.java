/**
 * Who may ask for authorization: registered clients, how they register (RFC 7591) and how they
 * prove who they are at the token endpoint. Owns the table {@code client}. Promises that a client
 * that was ever used is not lost, that equal public registrations share one row, and that nothing a
 * client says about itself is ever fetched. Start reading at {@link
 * postern.oauth.client.Registration} and {@link postern.oauth.client.ClientAuthentication}.
 */
package postern.oauth.client;
