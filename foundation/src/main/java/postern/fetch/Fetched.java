package postern.fetch;

import java.time.Duration;
import java.util.Optional;

/**
 * A document.
 *
 * @param body shared, not copied: do not change it
 * @param maxAge what Cache-Control asks for, zero when it forbids keeping; empty when it is silent
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Fetched(byte[] body, Optional<Duration> maxAge) {}
