package postern.bridge.legacy;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import org.junit.jupiter.api.Test;

import postern.bridge.BridgeConfig;
import postern.bridge.Gateway;
import postern.bridge.McpClient;
import postern.bridge.McpClient.Answer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Many sessions at once: limits, ends, and that nobody gets another one's answer. */
class SessionsTest {
    @Test
    void a_person_sees_the_sessions_of_a_grant_and_ends_one() throws Exception {
        try (Gateway gateway = Gateway.withFixture("well", UnaryOperator.identity())) {
            Gateway.SignedIn ada = gateway.signIn("ada");
            McpClient one = gateway.client(ada);
            McpClient two = gateway.client(ada);
            assertEquals(200, one.initialize().status());
            gateway.ticker.advance(ofSeconds(1));
            assertEquals(200, two.initialize().status());
            Gateway.SignedIn eve = gateway.signIn("eve");
            assertEquals(List.of(), gateway.sessions.of(eve.grant()));
            var live = gateway.sessions.of(ada.grant());
            assertEquals(2, live.size());
            assertTrue(live.getFirst().age().compareTo(live.getLast().age()) <= 0);
            String oldest = live.getLast().handle();
            assertFalse(gateway.sessions.end(eve.grant(), oldest), "not hers");
            assertTrue(gateway.sessions.end(ada.grant(), oldest));
            assertFalse(gateway.sessions.end(ada.grant(), oldest));
            assertEquals(404, one.call("2", "whoami").status());
            assertEquals(200, two.call("2", "whoami").status());
            assertEquals(1, gateway.sessions.of(ada.grant()).size());
        }
    }

    @Test
    void the_end_of_a_grant_closes_streams_and_children_within_a_second() throws Exception {
        try (Gateway gateway = Gateway.withFixture("well", UnaryOperator.identity())) {
            var ada = gateway.signIn("ada");
            McpClient client = gateway.client(ada);
            McpClient other = gateway.client(gateway.signIn("ada"));
            client.initialize();
            other.initialize();
            CompletableFuture<Answer> waiting = client.callLater("1", "hang", "{}");
            await().until(() -> gateway.counters.calls.sum() >= 3);
            try (McpClient.Listening stream = client.listen()) {
                gateway.end(ada.grant());
                await().atMost(ofSeconds(1))
                        .until(() -> stream.ended.isDone() && gateway.liveChildren() == 1);
            }
            assertTrue(waiting.join().body().contains("revoked"));
            assertEquals(401, client.call("2", "whoami").status());
            assertEquals(200, other.call("2", "whoami").status());
        }
    }

    @Test
    void at_the_limit_the_longest_idle_session_makes_room_and_a_busy_one_does_not()
            throws Exception {
        try (Gateway gateway = Gateway.withFixture("well", config -> limited(config, 2, 3))) {
            var ada = gateway.signIn("ada");
            McpClient first = gateway.opened(ada);
            gateway.ticker.advance(ofSeconds(1));
            McpClient second = gateway.opened(ada);
            gateway.ticker.advance(ofSeconds(1));
            McpClient third = gateway.opened(ada);
            await().until(() -> gateway.liveChildren() == 2);
            CompletableFuture<Answer> one = second.callLater("1", "hold", "{}");
            CompletableFuture<Answer> two = third.callLater("1", "hold", "{}");
            await().until(() -> gateway.counters.calls.sum() >= 5);
            await().untilAsserted(
                            () -> assertEquals(429, gateway.client(ada).initialize().status()));
            McpClient other = gateway.opened(gateway.signIn("bob"));
            CompletableFuture<Answer> three = other.callLater("1", "hold", "{}");
            await().until(() -> gateway.counters.calls.sum() >= 7);
            await().untilAsserted(() ->
                    assertEquals(503, gateway.client(gateway.signIn("eve")).initialize().status()));
            assertEquals(429, first.call("1", "whoami").status());
            for (McpClient client : List.of(second, third, other)) client.call("2", "release");
            assertEquals(200, one.join().status());
            assertEquals(200, two.join().status());
            assertEquals(200, three.join().status());
            assertEquals(200, first.call("1", "whoami").status());
        }
    }

    @Test
    void too_many_calls_in_one_session_are_refused_and_the_others_go_on() throws Exception {
        try (Gateway gateway = Gateway.withFixture("well", UnaryOperator.identity())) {
            McpClient client = gateway.opened(gateway.signIn("ada"));
            List<CompletableFuture<Answer>> calls = new ArrayList<>();
            for (int i = 0; i < 64; i++) calls.add(client.callLater("" + (100 + i), "hold", "{}"));
            await().until(() -> gateway.counters.calls.sum() == 65);
            assertEquals(429, client.call("1", "whoami").status());
            client.post(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":163}}");
            gateway.ticker.advance(ofSeconds(3));
            await().untilAsserted(() -> assertEquals(200, client.call("2", "release").status()));
            for (CompletableFuture<Answer> call : calls) assertEquals(200, call.join().status());
        }
    }

    @Test
    void a_call_over_its_budget_is_answered_and_cancelled() throws Exception {
        try (Gateway gateway = Gateway.withFixture("well", UnaryOperator.identity())) {
            McpClient client = gateway.opened(gateway.signIn("ada"));
            CompletableFuture<Answer> waiting = client.callLater("1", "hang", "{}");
            await().until(() -> gateway.counters.calls.sum() >= 2);
            gateway.ticker.advance(ofMinutes(61));
            assertTrue(waiting.join().body().contains("-32001"));
            assertTrue(client.call("2", "cancelled").body().contains("'requestId':1"));
        }
    }

    @Test
    void a_slow_reader_loses_its_stream_and_nobody_waits_for_it() throws Exception {
        try (Gateway gateway = Gateway.withFixture("well", UnaryOperator.identity())) {
            var ada = gateway.signIn("ada");
            McpClient client = gateway.opened(ada);
            String flood = McpClient.progressText("1", "flood", "{\"n\":600}");
            try (var slow =
                    new SlowReader(gateway.uri("/mcp"), ada.token(), client.session(), flood)) {
                await().until(() -> gateway.counters.calls.sum() >= 2);
                Answer other = client.callLater("2", "whoami", "{}").get();
                assertTrue(other.body().contains("ada/id-ada"));
                await().until(() -> gateway.counters.slowReaders.sum() > 0);
                assertTrue(slow.isConnected());
            }
            assertEquals(200, client.call("3", "whoami").status());
        }
    }

    @Test
    void a_client_that_leaves_does_not_cancel_its_call() throws Exception {
        try (Gateway gateway = Gateway.withFixture("well", UnaryOperator.identity())) {
            var ada = gateway.signIn("ada");
            McpClient client = gateway.opened(ada);
            String hold = McpClient.callText("1", "hold", "{}");
            new SlowReader(gateway.uri("/mcp"), ada.token(), client.session(), hold).close();
            await().until(() -> gateway.counters.calls.sum() == 2);
            assertEquals(400, client.call("1", "whoami").status());
            assertEquals(200, client.call("2", "release").status());
            await().untilAsserted(() -> assertEquals(200, client.call("1", "whoami").status()));
            assertTrue(client.call("3", "cancelled").body().contains("none"));
        }
    }

    @Test
    void closing_answers_what_waits_and_refuses_what_comes() throws Exception {
        try (Gateway gateway = Gateway.withFixture("well", UnaryOperator.identity())) {
            McpClient client = gateway.opened(gateway.signIn("ada"));
            CompletableFuture<Answer> waiting = client.callLater("1", "hang", "{}");
            await().until(() -> gateway.counters.calls.sum() >= 2);
            gateway.sessions.close();
            assertTrue(waiting.join().body().contains("shutting down"));
            assertEquals(503, client.initialize().status());
            await().until(() -> gateway.liveChildren() == 0);
        }
    }

    @Test
    void M9_of_two_people_with_20_sessions_each_nobody_sees_the_other() throws Exception {
        try (Gateway gateway = Gateway.withFixture("well", UnaryOperator.identity());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var people = List.of(gateway.signIn("ada"), gateway.signIn("bob"));
            List<String> names = List.of("ada/id-ada", "bob/id-bob");
            var wrong = new AtomicInteger();
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int person = i % 2;
                all.add(
                        threads.submit(() -> {
                            McpClient client = gateway.opened(people.get(person));
                            for (int id = 1; id <= 10; id++) {
                                String body = client.call("" + id, "whoami").body();
                                boolean own = body.contains(names.get(person));
                                if (!own || !body.endsWith("\"id\":" + id + "}")) {
                                    wrong.incrementAndGet();
                                }
                            }
                        }));
            }
            for (Future<?> one : all) one.get();
            assertEquals(0, wrong.get());
            assertEquals(40, gateway.sessions.size());
        }
    }

    private static BridgeConfig limited(BridgeConfig config, int perGrant, int inAll) {
        return new BridgeConfig(
                config.idle(),
                config.callBudget(),
                config.silence(),
                config.keepAlive(),
                perGrant,
                inAll,
                config.callsPerSession(),
                config.queuedMessages(),
                config.queuedSize(),
                config.childLimits());
    }
}
