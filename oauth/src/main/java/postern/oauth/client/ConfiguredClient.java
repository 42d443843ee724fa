package postern.oauth.client;

import postern.core.Secret;
import postern.vault.Vault;

import java.util.Optional;

/** A client as the operator wrote it down. */
record ConfiguredClient(String id, ClientMetadata metadata, Optional<Secret> secret) {
    Client client(Vault vault) {
        return new Client(
                ClientKind.CONFIGURED,
                id,
                metadata.name(),
                metadata.redirectUris(),
                metadata.authMethod(),
                secret.map(s -> s.useText(text -> ClientAuthentication.hash(vault, text))),
                metadata.grantTypes());
    }
}
