package postern.bridge.legacy;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.bridge.BridgeConfig;
import postern.bridge.FixtureServer;
import postern.bridge.Gateway;
import postern.bridge.McpClient;
import postern.bridge.McpClient.Answer;
import postern.bridge.ServerDefinition;
import postern.bridge.ServerDefinitions;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Sessions that cannot begin, and what the client is told. */
class SessionStartTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "crash, 502, ended unexpectedly",
        "mute, 503, did not answer in time",
        "refuse, 200, -32602"
    })
    void a_child_that_does_not_start_is_never_taken_for_a_failed_sign_in(
            String mood, int status, String text) throws Exception {
        try (Gateway gateway = Gateway.withFixture(mood, SessionStartTest::impatient)) {
            McpClient client = gateway.client(gateway.signIn("ada"));
            Answer answer = client.initialize();
            assertEquals(status, answer.status());
            assertTrue(answer.body().contains(text), answer.body());
            assertTrue(answer.body().contains("\"id\":0"), answer.body());
            assertTrue(answer.header("mcp-session-id").isEmpty());
            assertEquals(0, gateway.sessions.size());
            await().until(() -> gateway.liveChildren() == 0);
        }
    }

    @Test
    void a_command_that_is_not_there_is_502() throws Exception {
        var servers =
                ServerDefinitions.of(
                        ServerDefinition.ofTrusted("none", List.of("no-such-program"), Map.of()));
        try (Gateway gateway = Gateway.with(servers)) {
            Answer answer = gateway.client(gateway.signIn("ada")).initialize();
            assertEquals(502, answer.status());
            assertFalse(answer.body().contains("no-such-program"));
            assertEquals(0, gateway.sessions.size());
        }
    }

    @Test
    void an_upstream_that_refuses_is_401_and_one_that_is_away_is_503() throws Exception {
        try (Gateway gateway = Gateway.withFixture("well", UnaryOperator.identity())) {
            McpClient client = gateway.client(gateway.signIn("ada"));
            gateway.upstream =
                    caller -> {
                        throw new UpstreamRefused("test");
                    };
            Answer refused = client.initialize();
            assertEquals(401, refused.status());
            assertTrue(refused.header("www-authenticate").contains("invalid_token"));
            gateway.upstream =
                    caller -> {
                        throw new UpstreamUnavailable("test", null);
                    };
            Answer away = client.initialize();
            assertEquals(503, away.status());
            assertFalse(away.header("retry-after").isEmpty());
            assertEquals(0, gateway.sessions.size());
        }
    }

    @Test
    void a_template_without_a_value_is_502() throws Exception {
        var servers =
                ServerDefinitions.of(
                        ServerDefinition.ofTrusted(
                                "relay",
                                Gateway.java(FixtureServer.class, "well"),
                                Map.of("TOKEN", "${relay.token}")));
        try (Gateway gateway = Gateway.with(servers)) {
            assertEquals(502, gateway.client(gateway.signIn("ada")).initialize().status());
        }
    }

    private static BridgeConfig impatient(BridgeConfig config) {
        return new BridgeConfig(
                config.idle(),
                config.callBudget(),
                config.silence(),
                config.keepAlive(),
                config.sessionsPerGrant(),
                config.sessions(),
                config.callsPerSession(),
                config.queuedMessages(),
                config.queuedSize(),
                config.childLimits().withStartBudget(Duration.ofSeconds(3)));
    }
}
