package postern.oauth.client;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A registered client.
 *
 * @param name what it calls itself, unverified; empty when it gave none
 * @param redirectUris exactly as registered, at least one
 * @param secretHash keyed hash of its secret, for clients that have one
 */
public record Client(
        String id,
        String name,
        List<String> redirectUris,
        AuthMethod authMethod,
        Optional<byte[]> secretHash,
        Set<String> grantTypes) {
    public Client {
        redirectUris = List.copyOf(redirectUris);
        grantTypes = Set.copyOf(grantTypes);
    }
}
