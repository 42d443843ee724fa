package postern.e2e;

import org.junit.jupiter.api.Test;

import postern.testkit.forgejo.ForgejoDoubleOptions;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The pages that people see, in Chromium. Pictures of them stay in {@code target/screenshots}. */
class BrowserE2E {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @Test
    void people_get_through_with_a_real_browser() throws Exception {
        try (Installation installation =
                Installation.withFixture(ForgejoDoubleOptions.standard(), Map.of())) {
            Map<String, String> environment =
                    Map.of(
                            "E2E_ENDPOINT",
                            installation.endpoint().toString(),
                            "E2E_LOGIN",
                            "alice:password");
            List<String> asTest = List.of("--test-reporter=spec");
            System.out.println(
                    NodeProgram.run("chromium.mjs", asTest, environment, PATIENCE).strip());
        } catch (AssertionError failed) {
            throw new AssertionError(
                    failed.getMessage() + "\nsee the pictures in target/screenshots", failed);
        }
    }
}
