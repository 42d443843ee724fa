/**
 * Who may ask for authorization: clients that the operator wrote down, clients that a URL describes
 * (Client ID Metadata Documents) and clients that registered themselves (RFC 7591); how clients and
 * resource servers prove who they are. Owns the tables {@code client} and {@code client_document}.
 * Promises that a client with a live grant is not lost, that equal public registrations share one
 * row, that nothing a registration says about itself is ever fetched, and that documents are
 * fetched only for new sign-ins, within limits that strangers cannot use up for clients with a live
 * grant, and never inside a transaction. Start reading at {@link postern.oauth.client.Clients},
 * {@link postern.oauth.client.ClientDocuments} and {@link
 * postern.oauth.client.ClientAuthentication}.
 */
package postern.oauth.client;
