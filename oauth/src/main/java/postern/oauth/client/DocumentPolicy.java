package postern.oauth.client;

/** Which Client ID Metadata Documents count. */
public enum DocumentPolicy {
    /** Anybody's: the shipped copies, and others are fetched. */
    OPEN,
    /** Only those that this program carries a copy of. */
    SHIPPED,
    OFF
}
