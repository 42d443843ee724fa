package postern.forge.oidc;

import postern.access.UpstreamUnavailable;
import postern.forge.ForgeHttp;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What can be seen of a provider without signing in.
 *
 * @param documentFault what is wrong with its discovery document, and what to change; empty:
 *     nothing
 * @param keysFault the same of its keys; empty also where they were not looked at
 * @param keyCount keys that can be used; 0 where there is a fault
 * @param ahead by how much its clock is ahead of ours; empty when it sent no date
 */
public record ProviderReport(
        Optional<String> documentFault,
        Optional<String> keysFault,
        int keyCount,
        Optional<Duration> ahead) {
    /** Asks for both documents, one after the other; takes twice the configured time at most. */
    public static ProviderReport look(OidcConfig config, InstantSource clock) {
        try (ForgeHttp http = ForgeHttp.toAnyAddress(config.timeout())) {
            var documents = new ProviderDocuments(config, http);
            Instant asked = clock.instant();
            ForgeHttp.Answer answer;
            ProviderMetadata metadata;
            Optional<Duration> ahead = Optional.empty();
            try {
                answer = documents.discovery();
                ahead = answer.ahead(asked, clock.instant());
                metadata = documents.metadata(answer);
            } catch (WrongDocument | UpstreamUnavailable fault) {
                return new ProviderReport(
                        Optional.of(fault.getMessage()), Optional.empty(), 0, ahead);
            }
            try {
                int count = documents.keys(metadata).count();
                return new ProviderReport(Optional.empty(), Optional.empty(), count, ahead);
            } catch (WrongDocument | UpstreamUnavailable fault) {
                return new ProviderReport(
                        Optional.empty(), Optional.of(fault.getMessage()), 0, ahead);
            }
        }
    }
}
