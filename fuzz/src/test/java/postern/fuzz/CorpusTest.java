package postern.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

/** The kept inputs and small changes of them, without a fuzzer. */
class CorpusTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int CHANGES = 60;

    @TestFactory
    Stream<DynamicTest> kept_inputs_pass() {
        return Arrays.stream(Target.values())
                .flatMap(target -> Corpus.files(target).stream().map(file -> replay(target, file)));
    }

    private static DynamicTest replay(Target target, Path file) {
        return DynamicTest.dynamicTest(
                target.folder() + "/" + file.getFileName(),
                () -> {
                    byte[] input = Files.readAllBytes(file);
                    assertTimeoutPreemptively(LIMIT, () -> target.feed(input));
                });
    }

    /** The same changes each time: a failure is repeated by running the test again. */
    @ParameterizedTest
    @EnumSource(Target.class)
    void changed_inputs_pass(Target target) {
        var random = new Random(target.ordinal());
        assertFalse(Corpus.files(target).isEmpty());
        for (Path file : Corpus.files(target)) {
            assertTimeoutPreemptively(
                    LIMIT,
                    () -> {
                        byte[] kept = Files.readAllBytes(file);
                        for (int i = 0; i < CHANGES; i++) target.feed(Changes.of(kept, random));
                    },
                    file::toString);
        }
    }
}
