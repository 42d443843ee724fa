package postern.forge.relay;

import postern.core.Check;
import postern.core.DataSize;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * What the relay lets through, and for how long.
 *
 * @param publicUrl the forge's ROOT_URL; it is what {@code Location} fields point at
 * @param apiUrl where requests go
 * @param denied paths below {@code /api/v1} that never get through, with all that is below them;
 *     {@code *} stands for one segment. Standard: everything that would outlive the session
 * @param maxRequest of one request body
 * @param answerTimeout until the forge has begun its answer
 * @param callTimeout for one call as a whole, both bodies included
 * @param callsPerLease at once; more are answered with 429
 * @param workers threads for all children together; a call holds one
 * @param rewrites of answers, in this order, after tokens are out
 */
public record RelayConfig(
        URI publicUrl,
        URI apiUrl,
        List<String> denied,
        DataSize maxRequest,
        Duration connectTimeout,
        Duration answerTimeout,
        Duration callTimeout,
        int callsPerLease,
        int workers,
        List<AnswerRewrite> rewrites) {
    public static final List<String> STANDARD_DENIED =
            List.of(
                    "/user/keys",
                    "/user/gpg_keys",
                    "/user/applications",
                    "/users/*/tokens",
                    "/admin");

    public RelayConfig {
        denied = List.copyOf(denied);
        rewrites = List.copyOf(rewrites);
        for (String path : denied) {
            Check.that(
                    path.startsWith("/") && path.length() > 1,
                    "relay denied path",
                    "must begin with /");
        }
        Check.between("relay max request", maxRequest, new DataSize(1), DataSize.ofGibibytes(1));
        Check.between("relay workers", workers, 1, 1024);
        Check.between("relay calls per lease", callsPerLease, 1, 1024);
        Check.between(
                "relay call timeout", callTimeout, Duration.ofMillis(10), Duration.ofHours(1));
        Check.between("relay answer timeout", answerTimeout, Duration.ofMillis(10), callTimeout);
    }

    public static RelayConfig standard(URI publicUrl, URI apiUrl) {
        return new RelayConfig(
                publicUrl,
                apiUrl,
                STANDARD_DENIED,
                DataSize.ofMebibytes(64),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofMinutes(5),
                16,
                64,
                List.of());
    }
}
