package postern.oauth.client;

import postern.core.Ticker;
import postern.store.Database;
import postern.vault.Vault;

import java.net.URI;
import java.time.InstantSource;

/**
 * Which clients this server lets in.
 *
 * @param source asked for documents when the policy is open
 * @param file what the operator wrote down
 */
public record ClientConfig(
        DocumentPolicy documents,
        DocumentSource source,
        RegistrationPolicy registration,
        ClientsFile file) {
    /** Everybody's documents and registrations, and nothing written down. */
    public static ClientConfig standard(DocumentSource source) {
        return new ClientConfig(
                DocumentPolicy.OPEN, source, new RegistrationPolicy.Open(), ClientsFile.none());
    }

    public Clients clients(
            Database database, Vault vault, URI issuer, InstantSource clock, Ticker ticker) {
        return new Clients(
                database,
                file.clients(vault),
                new ClientDocuments(documents, source, database, issuer, clock, ticker));
    }

    public boolean offersRegistration() {
        return !(registration instanceof RegistrationPolicy.Off);
    }

    public boolean offersDocuments() {
        return documents != DocumentPolicy.OFF;
    }

    public boolean offersIntrospection() {
        return !file.resourceServers().isEmpty();
    }
}
