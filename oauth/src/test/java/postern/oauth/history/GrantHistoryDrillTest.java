package postern.oauth.history;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import postern.oauth.OAuthConfig;
import postern.oauth.Setup;
import postern.oauth.TestAuthorizationServer;

import java.time.Duration;

/** Many long histories, and whether a wrong server would be found. */
@Tag("drill")
class GrantHistoryDrillTest {
    @Test
    void many_random_histories_go_as_the_model_says() {
        long seed = Histories.seed();
        try (TestAuthorizationServer server = TestAuthorizationServer.start()) {
            int played =
                    new Histories(server)
                            .play(
                                    seed,
                                    Integer.getInteger("histories", 300),
                                    60,
                                    Duration.ofMinutes(10));
            System.out.println(played + " histories of 60 steps from -Dseed=" + seed);
        }
    }

    @Test
    void a_server_with_another_grace_is_found_and_the_history_is_short() {
        Setup wrong = Setup.standard().config(GrantHistoryDrillTest::withoutGrace);
        try (TestAuthorizationServer server = TestAuthorizationServer.start(wrong)) {
            var histories = new Histories(server);
            AssertionError found =
                    assertThrows(
                            AssertionError.class,
                            () -> histories.play(1, 20, 60, Duration.ofMinutes(2)));
            System.out.println(found.getMessage());
            int steps = found.getMessage().split(", ").length - 1;
            assertTrue(steps <= 4, found.getMessage());
        }
    }

    private static OAuthConfig withoutGrace(OAuthConfig standard) {
        return new OAuthConfig(
                standard.issuer(),
                standard.resources(),
                standard.codeLife(),
                standard.accessLife(),
                standard.refreshIdle(),
                standard.grantLife(),
                Duration.ZERO,
                standard.consentLife());
    }
}
