package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import postern.oauth.TestClient.Kind;
import postern.testkit.browser.Form;
import postern.testkit.browser.Page;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Parameters;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The second page: asked when the sign-in turned out other than the person may think. */
class ReviewRulesTest {
    private static TestAuthorizationServer server;
    private static TestClient client;

    @BeforeAll
    static void start() {
        server = TestAuthorizationServer.start();
        client = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** A browser that is signed in as ada, in which eve has just let the client in. */
    private static Walk asked() {
        var first = new Walk(client);
        first.code();
        return new Walk(client, first.browser);
    }

    private static Page page(Walk walk) {
        Page page = walk.follow(walk.signIn(walk.allow(walk.consentPage()), "eve"));
        assertEquals(200, page.status(), page::toString);
        return page;
    }

    private static String code(Page answered) {
        return Parameters.ofQuery(answered.location()).get("code");
    }

    private static List<String> liveOf(String login) {
        return server.parts
                .database()
                .read(tx ->
                        tx.all(
                                "select g.id from access_grant g join person p on p.id ="
                                        + " g.person_id where p.login = ? and g.ended_at is null",
                                row -> row.getString(1),
                                login));
    }

    @Test
    @DisplayName(
            "F10: another account than this browser's is a word worth, and then it is that one")
    void another_account() {
        Walk walk = asked();
        Page page = page(walk);
        assertTrue(page.text().contains("signed in as ada"), page::text);
        assertTrue(page.text().contains("just signed in as eve"), page::text);
        assertFalse(page.text().contains("Only reading"), page::text);
        RawAnswer tokens =
                client.redeem(code(walk.submit(page.form(), Map.of(), "continue")), walk.pkce);
        String access = tokens.json().path("access_token").asText();
        var caller = server.parts.tokenCheck().check(access, server.resource()).orElseThrow();
        assertEquals("eve", caller.principal().person().login());
        assertTrue(walk.open("/account").text().contains("signed in as eve"));
        URI back = walk.follow(walk.signIn(walk.allow(walk.consentPage()), "eve")).location();
        assertTrue(back.toString().startsWith(TestClient.LOOPBACK), "not asked once more");
    }

    @Test
    @DisplayName(
            "F10: after Cancel the client has a no, the grant is over, the browser is as before")
    void cancel() {
        Walk walk = asked();
        Page page = page(walk);
        int before = liveOf("eve").size();
        Page back = walk.submit(page.form(), Map.of(), "cancel");
        Map<String, String> answer = Parameters.ofQuery(back.location());
        assertEquals("access_denied", answer.get("error"));
        assertEquals("s1", answer.get("state"));
        assertEquals(before - 1, liveOf("eve").size());
        assertTrue(walk.open("/account").text().contains("signed in as ada"));
        assertEquals(400, walk.submit(page.form(), Map.of(), "continue").status());
        assertEquals(400, walk.submit(page.form(), Map.of(), "cancel").status());
    }

    @Test
    @DisplayName("E9: a double click leads to the same code, and never to a second one")
    void double_click() {
        Walk walk = asked();
        Page page = page(walk);
        String first = code(walk.submit(page.form(), Map.of(), "continue"));
        assertEquals(first, code(walk.submit(page.form(), Map.of(), "continue")));
        assertEquals(200, client.redeem(first, walk.pkce).status());
        Page late = walk.submit(page.form(), Map.of(), "continue");
        assertEquals(400, late.status(), "redeemed: handing it out again would end the grant");
    }

    @Test
    @DisplayName("E9: of parallel clicks all lead to one code")
    void parallel_clicks() {
        Walk walk = asked();
        Page page = page(walk);
        var codes =
                java.util.stream.IntStream.range(0, 8)
                        .parallel()
                        .mapToObj(i -> code(walk.submit(page.form(), Map.of(), "continue")))
                        .distinct()
                        .toList();
        assertEquals(1, codes.size());
        assertEquals(200, client.redeem(codes.getFirst(), walk.pkce).status());
    }

    @Test
    @DisplayName("a ticket is not a code, before and after it was spent, and a code is no ticket")
    void ticket_is_no_code() {
        Walk walk = asked();
        Page page = page(walk);
        String ticket = page.form().value("ticket").orElseThrow();
        assertEquals(400, client.redeem(ticket, walk.pkce).status());
        assertEquals(
                400,
                client.redeem(ticket, walk.pkce, "code_verifier", "ticket".repeat(8)).status());
        for (int i = 0; i < 6; i++) client.redeem(ticket, walk.pkce);
        assertFalse(page.uri().toString().contains(ticket));
        String code = code(walk.submit(page.form(), Map.of(), "continue"));
        assertEquals(400, client.redeem(ticket, walk.pkce).status());
        assertEquals(400, walk.submit(page.form(), Map.of("ticket", code), "continue").status());
        assertEquals(200, client.redeem(code, walk.pkce).status());
    }

    @Test
    @DisplayName("E4 E5 E6: only this browser's own form answers")
    void only_its_own_form() {
        Walk walk = asked();
        Page page = page(walk);
        Form form = page.form();
        assertEquals(403, walk.submit(form, Map.of("form_token", ""), "continue").status());
        var thief = new Walk(client);
        thief.consentPage();
        assertEquals(403, thief.submit(form, Map.of(), "continue").status());
        assertEquals(403, new Walk(client).submit(form, Map.of(), "cancel").status());
        Page consent = walk.consentPage();
        String other = consent.form().value("form_token").orElseThrow();
        assertEquals(403, walk.submit(form, Map.of("form_token", other), "continue").status());
        assertEquals(400, walk.submit(form, Map.of("ticket", "x"), "continue").status());
        assertFalse(walk.open("/oauth/review?ticket=x").isRedirect());
        assertEquals(303, walk.submit(form, Map.of(), "continue").status());
    }

    @Test
    @DisplayName("a page that nobody answers is over after ten minutes, and its grant with it")
    void unanswered() {
        Walk walk = asked();
        Page page = page(walk);
        int before = liveOf("eve").size();
        server.clock().advance(Duration.ofMinutes(10));
        server.forget();
        assertEquals(before, liveOf("eve").size());
        server.clock().advance(Duration.ofSeconds(1));
        new Walk(client).consentPage(); // a new transaction sweeps expired ones away, not this
        assertEquals(400, walk.submit(page.form(), Map.of(), "continue").status());
        server.forget();
        assertEquals(before - 1, liveOf("eve").size());
    }

    /** The address with which the upstream's answer comes back to {@code walk}'s browser. */
    private static URI callback(Walk walk, String login) {
        return walk.signIn(walk.allow(walk.consentPage()), login).location();
    }

    /** As the browser sends it now; its answer never reaches the browser. */
    private static RawAnswer arrive(URI callback, String cookies) {
        return server.wire.get(
                callback.getRawPath() + "?" + callback.getRawQuery(), "Cookie", cookies);
    }

    private static List<RawAnswer> atOnce(Walk walk, URI... callbacks) throws Exception {
        String cookies = walk.browser.cookies().headerFor(callbacks[0]);
        var together = new CyclicBarrier(callbacks.length);
        List<Future<RawAnswer>> running = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(callbacks.length)) {
            for (URI callback : callbacks) {
                running.add(
                        threads.submit(() -> {
                            together.await();
                            return arrive(callback, cookies);
                        }));
            }
        }
        List<RawAnswer> answers = new ArrayList<>();
        for (Future<RawAnswer> one : running) answers.add(one.get());
        return answers;
    }

    @Test
    @DisplayName("F10: two sign-ins end at once: the other account is asked about all the same")
    void two_sign_ins_end_at_once() throws Exception {
        for (int round = 0; round < 4; round++) {
            Walk walk = asked();
            URI ada = callback(new Walk(client, walk.browser), "ada");
            URI eve = callback(walk, "eve");
            List<RawAnswer> answers = atOnce(walk, ada, eve);
            assertTrue(answers.get(0).header("Location").startsWith(TestClient.LOOPBACK));
            assertEquals(200, answers.get(1).status(), answers.get(1)::toString);
            assertTrue(answers.get(1).body().contains("Another account"));
        }
    }

    @Test
    @DisplayName("F10: so is the second of two in a browser in which nobody was signed in")
    void two_sign_ins_end_at_once_in_a_new_browser() throws Exception {
        var walk = new Walk(client);
        URI ada = callback(new Walk(client, walk.browser), "ada");
        URI eve = callback(walk, "eve");
        List<Integer> statuses = atOnce(walk, ada, eve).stream().map(RawAnswer::status).toList();
        assertEquals(
                1, statuses.stream().filter(status -> status == 200).count(), statuses::toString);
    }

    @Test
    @DisplayName("F10: and a form that was sent twice, before the answer to the first sign-in came")
    void a_form_sent_twice() {
        Walk walk = asked();
        Page consent = walk.consentPage();
        URI first = walk.signIn(walk.allow(consent), "ada").location();
        String cookies = walk.browser.cookies().headerFor(first);
        assertTrue(arrive(first, cookies).header("Location").startsWith(TestClient.LOOPBACK));
        Page second = walk.follow(walk.signIn(walk.allow(consent), "eve"));
        assertEquals(200, second.status(), second::toString);
        assertTrue(second.text().contains("signed in as ada"), second::text);
    }
}
