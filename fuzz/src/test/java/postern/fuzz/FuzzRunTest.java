package postern.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs each target under Jazzer for {@code -Dfuzz.seconds}. An input that fails is written to the
 * kept corpus, so that from then on every test run replays it.
 */
@Tag("fuzz")
class FuzzRunTest {
    private static final String WATCHED = "postern.**:com.fasterxml.jackson.core.**";
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 20);
    private static final int LONGEST_INPUT_BYTES = 4096;

    /** Long enough for the first input, which loads and instruments classes on a busy machine. */
    private static final int PATIENCE_FOR_ONE_INPUT_SECONDS = 20;

    private static final int START_AND_STOP_SECONDS = 120;

    @ParameterizedTest
    @EnumSource(Target.class)
    void nothing_is_found(Target target) throws IOException, InterruptedException {
        Files.createDirectories(Corpus.kept(target));
        Files.createDirectories(Corpus.grown(target));
        Path log = Corpus.grown(target).resolveSibling(target.folder() + ".log");
        Process jazzer =
                new ProcessBuilder(command(target))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            boolean ended = jazzer.waitFor(SECONDS + START_AND_STOP_SECONDS, TimeUnit.SECONDS);
            String text = Files.readString(log);
            assertEquals(0, ended ? jazzer.exitValue() : -1, () -> target + "\n" + text);
            System.out.println(target.folder() + ": " + lastFigures(text));
        } finally {
            jazzer.destroyForcibly();
        }
    }

    private static List<String> command(Target target) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type().getName(),
                "--instrumentation_includes=" + WATCHED,
                "--custom_hook_includes=" + WATCHED,
                "--reproducer_path=" + Corpus.grown(target).getParent(),
                // The sanitizers look for calls that our parsers do not make.
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.**",
                "-artifact_prefix=" + Corpus.kept(target) + "/",
                "-max_total_time=" + SECONDS,
                "-timeout=" + PATIENCE_FOR_ONE_INPUT_SECONDS,
                "-max_len=" + LONGEST_INPUT_BYTES,
                "-rss_limit_mb=4096",
                Corpus.grown(target).toString(),
                Corpus.kept(target).toString());
    }

    private static String lastFigures(String log) {
        return log.lines()
                .filter(line -> line.startsWith("#") || line.startsWith("Done"))
                .reduce((first, second) -> second)
                .orElse("no figures");
    }
}
