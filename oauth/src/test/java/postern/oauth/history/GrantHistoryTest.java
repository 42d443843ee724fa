package postern.oauth.history;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import postern.oauth.TestAuthorizationServer;

import java.time.Duration;

/**
 * Some short histories in each run of the tests; the long ones are {@link GrantHistoryDrillTest}.
 */
class GrantHistoryTest {
    @Test
    void a_few_random_histories_go_as_the_model_says() {
        try (TestAuthorizationServer server = TestAuthorizationServer.start()) {
            int played =
                    new Histories(server).play(Histories.seed(), 20, 30, Duration.ofSeconds(3));
            assertTrue(played > 0);
        }
    }
}
