package postern.bridge.legacy;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.time.Duration.ofSeconds;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.bridge.Gateway;
import postern.bridge.McpClient;
import postern.bridge.McpClient.Answer;

import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** One client and its child, through the whole path. */
class SessionTest {
    private static Gateway gateway;
    private static McpClient client;

    @BeforeAll
    static void open() throws Exception {
        gateway = Gateway.withFixture("well", UnaryOperator.identity());
        client = gateway.client(gateway.signIn("ada"));
        assertEquals(200, client.initialize().status());
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    @Test
    void a_call_is_answered_with_the_child_s_own_bytes() {
        Answer answer = client.call("1", "whoami");
        assertEquals(200, answer.status());
        assertEquals(
                "{\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"ada/id-ada\"}]},\"jsonrpc\":\"2.0\",\"id\":1}",
                answer.body());
    }

    @ParameterizedTest(name = "id {0}")
    @CsvSource({
        "7",
        "\"a b\"",
        "\"1\"",
        "-3",
        "9007199254740992",
        "9007199254740993",
        "123456789012345678901234567890",
        "-0"
    })
    void an_id_comes_back_as_it_was_written(String id) {
        Answer answer = client.call(id, "whoami");
        assertTrue(answer.body().endsWith("\"id\":" + id + "}"), answer.body());
    }

    @Test
    void a_number_that_a_child_would_change_goes_to_it_as_a_string() {
        String seen = client.call("9007199254740993", "line").body();
        assertTrue(seen.contains("\\\"postern-int:9007199254740993\\\""), seen);
    }

    @Test
    void a_pretty_printed_body_reaches_the_child_on_one_line() {
        String body = McpClient.callText("1", "whoami", "{\n  \"a\":\r\n 1}").replace(",", ",\n");
        assertTrue(client.post(body).body().contains("ada/id-ada"));
    }

    @Test
    void answers_may_come_out_of_order() {
        long before = gateway.counters.calls.sum();
        CompletableFuture<Answer> first = client.callLater("101", "hold", "{}");
        CompletableFuture<Answer> second = client.callLater("102", "hold", "{}");
        await().until(() -> gateway.counters.calls.sum() == before + 2);
        client.call("103", "release");
        assertTrue(first.join().body().contains("held 101"));
        assertTrue(second.join().body().contains("held 102"));
    }

    @Test
    void the_same_id_twice_in_flight_is_refused_and_the_first_goes_on() throws Exception {
        McpClient other = opened("twin");
        long before = gateway.counters.calls.sum();
        CompletableFuture<Answer> first = other.callLater("5", "hold", "{}");
        await().until(() -> gateway.counters.calls.sum() == before + 1);
        assertEquals(400, other.call("5", "whoami").status());
        assertTrue(other.call("5", "whoami").body().contains("-32600"));
        other.call("6", "release");
        assertTrue(first.get().body().contains("held 5"));
    }

    @Test
    void the_same_id_in_two_sessions_is_two_calls() {
        McpClient one = opened("one");
        McpClient two = opened("two");
        CompletableFuture<Answer> first = one.callLater("1", "slow", "{\"n\":200}");
        CompletableFuture<Answer> second = two.callLater("1", "whoami", "{}");
        assertTrue(second.join().body().contains("two/id-two"));
        assertTrue(first.join().body().contains("late"));
    }

    @Test
    void progress_turns_the_answer_into_a_stream() {
        Answer answer = client.post(McpClient.progressText("1", "progress", "{\"n\":3}"));
        assertTrue(answer.isStream());
        assertEquals(4, answer.events().size());
        assertTrue(answer.events().get(0).contains("\"progress\":0"));
        assertTrue(answer.events().get(3).contains("done"));
        assertEquals("no", answer.header("x-accel-buffering"));
    }

    @Test
    void a_request_of_the_child_comes_on_the_only_open_call_and_its_answer_goes_back() {
        Answer answer = client.call("1", "ask");
        assertTrue(answer.events().get(0).contains("roots/list"));
        Answer accepted =
                client.post("{\"jsonrpc\":\"2.0\",\"id\":\"s1\",\"result\":{\"roots\":[]}}");
        assertEquals(202, accepted.status());
        assertEquals("", accepted.body());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "garbage, after garbage",
        "latin1, caf\ufffd",
        "nullid, failed on this request",
        "twice, first"
    })
    void odd_lines_do_no_harm(String tool, String expected) {
        McpClient other = opened("odd-" + tool);
        assertTrue(other.call("1", tool).body().contains(expected));
        assertTrue(other.call("2", "whoami").body().contains("odd-" + tool));
    }

    @Test
    void silence_turns_the_answer_into_a_stream() {
        McpClient other = opened("silent");
        CompletableFuture<Answer> answer = other.callLater("1", "hold", "{}");
        await().until(() -> {
            gateway.ticker.advance(ofSeconds(5));
            return other.call("2", "whoami").status() == 200;
        });
        await().pollDelay(ofSeconds(1)).untilAsserted(() -> assertFalse(answer.isDone()));
        other.call("3", "release");
        assertTrue(answer.join().isStream());
        assertTrue(answer.join().events().getFirst().contains("held 1"));
    }

    @Test
    void a_cancelled_call_reaches_the_child_and_ends_the_wait() {
        McpClient other = opened("cancels");
        CompletableFuture<Answer> answer = other.callLater("9007199254740995", "hang", "{}");
        String cancel =
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":9007199254740995}}";
        await().until(() ->
                gateway.counters.snapshot().callsOverBudget() > 0 || tryCancel(other, cancel));
        assertTrue(answer.join().body().contains("-32001"));
        assertTrue(other.call("2", "cancelled").body().contains("'postern-int:9007199254740995'"));
    }

    private static boolean tryCancel(McpClient other, String cancel) {
        assertEquals(202, other.post(cancel).status());
        gateway.ticker.advance(ofSeconds(3));
        return false;
    }

    @Test
    void a_dying_child_answers_its_calls_at_once_and_takes_its_session_along() throws Exception {
        McpClient other = opened("crash");
        try (McpClient.Listening stream = other.listen()) {
            CompletableFuture<Answer> waiting = other.callLater("1", "hold", "{}");
            Answer last = other.call("2", "crash");
            assertTrue(last.body().contains("-32000"), last.body());
            assertTrue(last.body().contains("ended unexpectedly"));
            assertTrue(waiting.get().body().contains("ended unexpectedly"));
            await().until(stream.ended::isDone);
        }
        assertEquals(404, other.call("3", "whoami").status());
    }

    @Test
    void delete_ends_session_and_child() {
        McpClient other = opened("deletes");
        int children = gateway.liveChildren();
        assertEquals(200, other.delete().status());
        assertEquals(404, other.call("1", "whoami").status());
        assertEquals(404, other.delete().status());
        await().atMost(ofSeconds(5)).until(() -> gateway.liveChildren() < children);
    }

    @Test
    void the_listening_stream_gets_what_belongs_to_no_call_and_what_came_before() throws Exception {
        McpClient other = opened("listens");
        assertTrue(other.call("1", "noteLater", "{\"n\":1}").body().contains("soon"));
        try (McpClient.Listening stream = other.listen()) {
            await().untilAsserted(() -> assertEquals(1, stream.events.size()));
            other.call("3", "noteLater", "{\"n\":100}");
            await().untilAsserted(() -> assertEquals(2, stream.events.size()));
            try (McpClient.Listening newer = other.listen()) {
                await().until(stream.ended::isDone);
                other.call("4", "noteLater", "{\"n\":100}");
                await().untilAsserted(() -> assertEquals(1, newer.events.size()));
            }
        }
    }

    @Test
    void initialize_that_names_the_new_era_gets_the_newest_old_one() {
        McpClient other = gateway.client(gateway.signIn("modern"));
        assertTrue(
                other.initialize("2026-07-28")
                        .body()
                        .contains("\"protocolVersion\":\"2025-11-25\""));
    }

    @Test
    void initialize_in_a_session_is_refused_and_with_a_stale_id_it_is_a_new_one() {
        McpClient other = opened("again");
        String first = other.session();
        assertEquals(400, other.initialize().status());
        McpClient stale = other.withSession("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        assertEquals(200, stale.initialize().status());
        assertFalse(stale.session().equals(first));
    }

    private static McpClient opened(String login) {
        McpClient other = gateway.client(gateway.signIn(login));
        assertEquals(200, other.initialize().status());
        return other;
    }
}
