package postern.fetch;

import postern.core.Check;
import postern.core.DataSize;

import java.time.Duration;

/**
 * What one fetch may cost.
 *
 * @param time for all of it: name, connection, handshake, headers and body
 * @param body as it is after the transfer coding
 * @param parallel how many may run at once
 */
public record FetchLimits(Duration time, DataSize body, int parallel) {
    public FetchLimits {
        Check.between("fetch time", time, Duration.ofMillis(1), Duration.ofMinutes(1));
        Check.between("fetch body", body, new DataSize(1), DataSize.ofMebibytes(1));
        Check.between("parallel fetches", parallel, 1, 256);
    }

    /** CIMD draft section 6.6: 5 KB; MCP clients themselves wait 10 s. */
    public static FetchLimits standard() {
        return new FetchLimits(Duration.ofSeconds(5), new DataSize(5 * 1024), 16);
    }
}
