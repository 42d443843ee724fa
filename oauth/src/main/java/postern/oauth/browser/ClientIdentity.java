package postern.oauth.browser;

import postern.oauth.client.Client;

import java.util.Optional;

/** What is known of who a client is, beyond its own words. */
public final class ClientIdentity {
    private ClientIdentity() {}

    /** The host that answers for the client by serving its metadata; empty for registered ones. */
    public static Optional<String> host(Client client) {
        return Optional.empty();
    }

    /** Whether the operator has written the name down, not the client. */
    public static boolean isNameVerified(Client client) {
        return false;
    }
}
