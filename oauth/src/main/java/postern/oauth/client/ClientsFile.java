package postern.oauth.client;

import postern.vault.Vault;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The clients and resource servers that the operator wrote down. */
public final class ClientsFile {
    private final List<ConfiguredClient> clients;
    private final List<ResourceServer> resourceServers;

    ClientsFile(List<ConfiguredClient> clients, List<ResourceServer> resourceServers) {
        this.clients = List.copyOf(clients);
        this.resourceServers = List.copyOf(resourceServers);
    }

    public static ClientsFile none() {
        return new ClientsFile(List.of(), List.of());
    }

    /**
     * @param resources the canonical URLs of this server's endpoints
     * @throws IOException when the file cannot be read
     * @throws InvalidClientsFile with the first fault
     */
    public static ClientsFile read(Path file, Set<String> resources)
            throws IOException, InvalidClientsFile {
        return new ClientsFileReader(file, resources).read();
    }

    List<Client> clients(Vault vault) {
        return clients.stream().map(client -> client.client(vault)).toList();
    }

    public List<ResourceServer> resourceServers() {
        return resourceServers;
    }
}
