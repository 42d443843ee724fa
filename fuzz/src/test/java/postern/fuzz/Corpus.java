package postern.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where inputs are kept. */
final class Corpus {
    private static final Path MODULE = module();

    private Corpus() {}

    private static Path module() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("fuzz/src")) ? here.resolve("fuzz") : here;
    }

    /** Under version control. */
    static Path kept(Target target) {
        return MODULE.resolve("src/test/resources/corpus").resolve(target.folder());
    }

    /** What this machine found interesting; grows from run to run. */
    static Path grown(Target target) {
        return MODULE.resolve("target/corpus").resolve(target.folder());
    }

    static List<Path> files(Target target) {
        try (Stream<Path> files = Files.list(kept(target))) {
            return files.sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
