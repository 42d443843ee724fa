package postern.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.app.config.Configuration;
import postern.core.Undo;
import postern.fetch.AddressGuard;
import postern.fetch.FetchLimits;
import postern.fetch.HttpsFetch;
import postern.fetch.Resolver;
import postern.oauth.client.ClientConfig;
import postern.oauth.client.ClientsFile;
import postern.oauth.client.InvalidClientsFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import javax.net.ssl.SSLSocketFactory;

/** Which clients this start lets in: the operator's file, and what the settings allow. */
final class ClientCatalogue {
    private static final Logger LOG = LoggerFactory.getLogger(ClientCatalogue.class);

    private ClientCatalogue() {}

    /**
     * @throws StartRefused with the fault of the file
     */
    static ClientConfig load(Configuration configuration, List<String> resources, Undo undo)
            throws StartRefused {
        Configuration.Clients clients = configuration.clients();
        ClientsFile file = file(configuration, Set.copyOf(resources));
        if (clients.allowPrivateDocuments()) LOG.atWarn().log("app.private-documents-allowed");
        var fetch =
                undo.own(
                        new HttpsFetch(
                                Resolver.system(),
                                clients.allowPrivateDocuments()
                                        ? AddressGuard.any()
                                        : AddressGuard.publicOnly(),
                                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                                FetchLimits.standard()));
        return new ClientConfig(clients.documents(), fetch::get, clients.registration(), file);
    }

    private static ClientsFile file(Configuration configuration, Set<String> resources)
            throws StartRefused {
        Path standard = configuration.dataDir().resolve("clients.json");
        Path file = configuration.clients().file().orElse(standard);
        boolean named = configuration.clients().file().isPresent();
        if (!named && !Files.exists(file)) return ClientsFile.none();
        try {
            return ClientsFile.read(file, resources);
        } catch (InvalidClientsFile refused) {
            throw new StartRefused(file + ": " + refused.getMessage(), refused);
        } catch (IOException unreadable) {
            throw new StartRefused("the clients file cannot be read: " + file, unreadable);
        }
    }
}
