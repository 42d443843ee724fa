package postern.oauth.client;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A client that this server knows.
 *
 * @param name what it is called; see {@link #nameIsVerified}; empty when it gave none
 * @param redirectUris exactly as registered, at least one
 * @param secretHash keyed hash of its secret, for clients that have one
 */
public record Client(
        ClientKind kind,
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

    /**
     * Whether an error may be sent there before any person has agreed to anything. A stranger would
     * own an open redirect otherwise (RFC 9700 section 4.11.2).
     *
     * @param redirectUri as requested, found to be one of this client's
     */
    public boolean isTrustedRedirect(String redirectUri) {
        return somebodyElseVouches() || RedirectUris.isLoopback(redirectUri);
    }

    /** Whether the name is the operator's or ours, and not what the client says about itself. */
    public boolean nameIsVerified() {
        return somebodyElseVouches();
    }

    private boolean somebodyElseVouches() {
        return kind == ClientKind.CONFIGURED || kind == ClientKind.SHIPPED_DOCUMENT;
    }

    /**
     * The host that answers for the client, with the port if one is written: those of its
     * client_id, where this is the URL of a document. Other ports may be other people's.
     */
    public Optional<String> host() {
        boolean document = kind == ClientKind.DOCUMENT || kind == ClientKind.SHIPPED_DOCUMENT;
        return document ? Optional.of(URI.create(id).getRawAuthority()) : Optional.empty();
    }

    /** Any program on the person's computer can claim such a client's answers. */
    public boolean staysOnThisComputer() {
        return redirectUris.stream().allMatch(RedirectUris::isThisComputer);
    }
}
