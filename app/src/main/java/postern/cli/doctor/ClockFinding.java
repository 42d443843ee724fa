package postern.cli.doctor;

import java.time.Duration;
import java.util.Optional;

/** What a difference between two clocks means. */
final class ClockFinding {
    private static final Duration TOLERANCE = Duration.ofSeconds(30);

    private ClockFinding() {}

    /**
     * @param other whose clock it is, for example "the forge"
     * @param ahead by how much; empty when it sent no date
     */
    static Finding of(String other, Optional<Duration> ahead) {
        if (ahead.isEmpty()) return Finding.warn(other + " sends no date to compare with");
        long seconds = ahead.get().abs().toSeconds();
        if (ahead.get().abs().compareTo(TOLERANCE) <= 0) {
            return Finding.pass(seconds + " s apart");
        }
        return Finding.warn(
                other
                        + " is "
                        + seconds
                        + " s "
                        + (ahead.get().isNegative() ? "behind" : "ahead")
                        + ": let both machines take their time from the network (NTP)");
    }
}
