package postern.supervisor;

import java.util.OptionalInt;

/**
 * How a child ended.
 *
 * @param status exit status of the process that was started; 128 + n when signal n killed it (a
 *     program that itself exits with such a status cannot be told apart); empty when it is not
 *     known, because nothing was started or it could not be killed
 * @param reason for people: "exit status 1", "killed by signal 9", "stopped: idle", "killed:
 *     revoked", "over the start budget", "line over 16MiB"
 * @param requested true after {@link Child#stop}, {@link Child#kill} and {@link Supervisor#close}
 */
public record ChildExit(OptionalInt status, String reason, boolean requested) {
    static String describe(int status) {
        return status > 128 && status <= 128 + 64
                ? "killed by signal " + (status - 128)
                : "exit status " + status;
    }
}
