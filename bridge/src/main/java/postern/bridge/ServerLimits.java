package postern.bridge;

import postern.core.Check;
import postern.core.DataSize;

import java.util.Optional;

/**
 * What one child of a server may take from the system; empty means the installation's default. In
 * force only with a launcher that can limit it.
 *
 * @param memory 16 MiB to 64 GiB
 * @param processes processes and threads, 1 to 4096
 * @param files open files, 16 to 65,536
 */
public record ServerLimits(
        Optional<DataSize> memory, Optional<Integer> processes, Optional<Integer> files) {
    public static final ServerLimits NONE =
            new ServerLimits(Optional.empty(), Optional.empty(), Optional.empty());

    public ServerLimits {
        memory.ifPresent(value ->
                Check.between("memory", value, DataSize.ofMebibytes(16), DataSize.ofGibibytes(64)));
        processes.ifPresent(value -> Check.between("processes", value, 1, 4096));
        files.ifPresent(value -> Check.between("files", value, 16, 65_536));
    }
}
