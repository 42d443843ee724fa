/**
 * Outbound HTTPS for addresses that strangers name: one small document by GET. Promises that only
 * public addresses are connected to and that the address which was checked is the one connected to,
 * that no redirect is followed, and that size and time of the whole are bounded. May touch core.
 * Must not know what the documents mean. Start reading at {@link postern.fetch.HttpsFetch}; who may
 * be reached is {@link postern.fetch.AddressGuard}.
 */
package postern.fetch;
