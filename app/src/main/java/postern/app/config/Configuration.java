package postern.app.config;

import postern.access.AdmissionRule;
import postern.core.Secret;
import postern.forge.relay.Standing;
import postern.oauth.client.DocumentPolicy;
import postern.oauth.client.RegistrationPolicy;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What this start is told, checked as a whole.
 *
 * @param forgejo where people sign in, and what tools reach
 * @param oidc where people sign in, while tools reach nothing; without both, the built-in sign-in
 * @param publicUrl empty: the address that is listened on
 */
public record Configuration(
        Optional<URI> publicUrl,
        Optional<Forgejo> forgejo,
        Optional<Oidc> oidc,
        Optional<Secret> masterKey,
        InetSocketAddress listen,
        List<String> trustedProxies,
        Path dataDir,
        Path keyDir,
        Optional<Path> serversFile,
        Clients clients,
        AdmissionRule admission,
        boolean allowSharedUid,
        Duration sessionIdle,
        int childrenPerGrant,
        int childrenMax,
        Duration refreshGrace,
        LogFormat logFormat) {
    /**
     * The upstream and our registration there.
     *
     * @param relayAllows what children may make there although it outlives their session
     */
    public record Forgejo(
            URI url,
            URI internalUrl,
            String clientId,
            Secret clientSecret,
            String scopes,
            Set<Standing> relayAllows) {
        public static final String IN_THE_CLEAR =
                "by http: passwords, the client secret and people's tokens can be read on the way."
                        + " Use https, unless nobody else is on the network between the two";

        /** Whether passwords and tokens cross a network where others may read them. */
        public boolean isInTheClear() {
            return internalUrl.getScheme().equals("http")
                    && !Values.isLoopback(internalUrl.getHost());
        }
    }

    /**
     * A provider without a forge, and our registration there.
     *
     * @param issuer to the byte as the operator wrote it
     */
    public record Oidc(
            String issuer,
            Optional<String> name,
            String clientId,
            Secret clientSecret,
            String scopes) {}

    /** Which clients are let in. */
    public record Clients(
            Optional<Path> file,
            DocumentPolicy documents,
            boolean allowPrivateDocuments,
            RegistrationPolicy registration) {}
}
