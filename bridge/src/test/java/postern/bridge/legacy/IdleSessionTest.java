package postern.bridge.legacy;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.access.UpstreamUnavailable;
import postern.bridge.FixtureServer;
import postern.bridge.Gateway;
import postern.bridge.McpClient;
import postern.bridge.McpClient.Answer;
import postern.bridge.ServerDefinition;
import postern.bridge.ServerDefinitions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** Sessions that nobody uses: their children stop, and the next request wakes them. */
class IdleSessionTest {
    @Test
    void an_idle_session_ends_even_with_an_open_stream_and_a_busy_one_does_not() throws Exception {
        var fixture =
                ServerDefinition.ofTrusted(
                        "fixture", Gateway.java(FixtureServer.class, "well"), Map.of("WHO", "x"));
        try (Gateway gateway = Gateway.with(ServerDefinitions.of(fixture.withRevive(false)))) {
            McpClient idle = gateway.opened(gateway.signIn("ada"));
            McpClient busy = gateway.opened(gateway.signIn("bob"));
            CompletableFuture<Answer> waiting = busy.callLater("1", "hold", "{}");
            await().until(() -> gateway.counters.calls.sum() >= 3);
            try (McpClient.Listening stream = idle.listen()) {
                gateway.ticker.advance(ofMinutes(31));
                await().until(stream.ended::isDone);
            }
            assertEquals(404, idle.call("1", "whoami").status());
            busy.call("2", "release");
            assertTrue(waiting.join().events().getLast().contains("held 1"));
        }
    }

    @Test
    void an_idle_child_stops_and_the_next_request_wakes_the_session_with_another()
            throws Exception {
        try (Gateway gateway = Gateway.withFixture("well", UnaryOperator.identity())) {
            var ada = gateway.signIn("ada");
            McpClient client = gateway.opened(ada);
            try (McpClient.Listening stream = client.listen()) {
                gateway.ticker.advance(ofMinutes(31));
                await().until(() -> gateway.liveChildren() == 0);
                assertEquals(1, gateway.sessions.size());
                List<CompletableFuture<Answer>> calls = new ArrayList<>();
                for (int i = 0; i < 8; i++) calls.add(client.callLater("" + i, "whoami", "{}"));
                for (CompletableFuture<Answer> call : calls) {
                    assertTrue(call.join().body().contains("ada/id-ada"));
                }
                assertEquals(1, gateway.liveChildren());
                assertFalse(stream.ended.isDone());
                client.call("9", "noteLater", "{\"n\":50}");
                await().untilAsserted(() -> assertEquals(1, stream.events.size()));
                gateway.ticker.advance(ofMinutes(31));
                await().until(() -> gateway.liveChildren() == 0);
                gateway.upstream =
                        caller -> {
                            throw new UpstreamUnavailable("test", null);
                        };
                assertEquals(503, client.call("1", "whoami").status());
                assertEquals(503, client.call("1", "whoami").status());
                assertEquals(1, gateway.sessions.size());
                gateway.end(ada.grant());
                await().atMost(ofSeconds(1)).until(() -> gateway.sessions.size() == 0);
                await().atMost(ofSeconds(1)).until(stream.ended::isDone);
            }
        }
    }

    @Test
    void a_child_that_does_not_wake_leaves_its_session_parked(@TempDir Path folder)
            throws Exception {
        Path broken = folder.resolve("broken");
        List<String> command = Gateway.java(FixtureServer.class, "well", broken.toString());
        var fixture = ServerDefinition.ofTrusted("fixture", command, Map.of("WHO", "x"));
        try (Gateway gateway = Gateway.with(ServerDefinitions.of(fixture))) {
            McpClient client = gateway.opened(gateway.signIn("ada"));
            gateway.ticker.advance(ofMinutes(31));
            await().until(() -> gateway.liveChildren() == 0);
            Files.createFile(broken);
            assertEquals(503, client.call("1", "whoami").status());
            assertEquals(503, client.call("1", "whoami").status());
            Files.delete(broken);
            assertEquals(200, client.call("1", "whoami").status());
        }
    }
}
