package postern.supervisor;

import postern.core.Check;

import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Settings of one supervisor.
 *
 * @param runDirectory private working directories are made below it; made when missing, mode 0700
 * @param instance stays the same over restarts of one installation and differs from that of every
 *     other one on the machine: {@link Supervisor#killStrays()} ends what carries it
 * @param path PATH of the children, and where their programs are looked up
 * @param lang LANG of the children
 * @param timeZone TZ of the children
 * @param maxChildren children at one time, 1 to 20,000; one more is refused
 */
public record SupervisorConfig(
        Path runDirectory,
        String instance,
        String path,
        String lang,
        String timeZone,
        int maxChildren) {

    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    /**
     * @throws IllegalArgumentException naming the setting and the rule
     */
    public SupervisorConfig {
        Objects.requireNonNull(lang, "lang");
        Objects.requireNonNull(timeZone, "timeZone");
        runDirectory = runDirectory.toAbsolutePath().normalize();
        Check.that(
                INSTANCE.matcher(instance).matches(),
                "instance",
                "must be 1 to 64 letters, digits, dots, dashes and underscores");
        Check.that(!path.isBlank(), "path", "must not be empty");
        Check.between("maxChildren", maxChildren, 1, 20_000);
    }

    /** The usual PATH of a system, C.UTF-8, UTC, 2,500 children. */
    public static SupervisorConfig standard(Path runDirectory, String instance) {
        return new SupervisorConfig(
                runDirectory,
                instance,
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "C.UTF-8",
                "UTC",
                2_500);
    }

    /** These settings with another PATH. */
    public SupervisorConfig withPath(String newPath) {
        return new SupervisorConfig(runDirectory, instance, newPath, lang, timeZone, maxChildren);
    }

    /** These settings with another cap. */
    public SupervisorConfig withMaxChildren(int newMaxChildren) {
        return new SupervisorConfig(runDirectory, instance, path, lang, timeZone, newMaxChildren);
    }
}
