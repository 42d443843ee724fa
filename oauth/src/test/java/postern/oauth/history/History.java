package postern.oauth.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import postern.access.Caller;
import postern.access.EndReason;
import postern.access.Purge;
import postern.oauth.TestAuthorizationServer;
import postern.oauth.TestClient;
import postern.oauth.Walk;
import postern.oauth.history.GrantModel.Access;
import postern.oauth.history.GrantModel.Code;
import postern.oauth.history.GrantModel.Grant;
import postern.oauth.history.GrantModel.Refresh;
import postern.testkit.http.RawAnswer;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One history, played against the server and the model at once. */
final class History {
    private static final List<Duration> WAITS =
            List.of(
                    Duration.ofMillis(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(59),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(119),
                    Duration.ofSeconds(120),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(60).minusMillis(1),
                    Duration.ofHours(3),
                    Duration.ofDays(15),
                    Duration.ofDays(30).minusMillis(1),
                    Duration.ofDays(45));
    private static final List<String> PEOPLE = List.of("ada", "ben");

    private final TestAuthorizationServer server;
    private final List<TestClient> clients;
    private final GrantModel model = new GrantModel();
    private final Map<String, Long> personIds = new HashMap<>();

    private History(TestAuthorizationServer server, List<TestClient> clients) {
        this.server = server;
        this.clients = clients;
    }

    /**
     * @throws AssertionError the server did what the model does not allow
     */
    static void play(TestAuthorizationServer server, List<TestClient> clients, List<Step> steps) {
        var history = new History(server, clients);
        for (Step step : steps) {
            history.take(step);
            history.compare();
        }
        history.probe();
    }

    private Instant now() {
        return server.clock().instant();
    }

    private void take(Step step) {
        server.clock().relaxLimits();
        int pick = step.pick();
        switch (step.kind()) {
            case AGREE -> agree(pick);
            case REDEEM -> of(model.codes, pick, this::redeem);
            case REDEEM_WITH_WRONG_VERIFIER -> of(model.codes, pick, this::redeemWrongly);
            case REDEEM_BY_ANOTHER_CLIENT -> of(model.codes, pick, this::redeemByAnother);
            case REFRESH -> of(model.refreshes, pick, this::refresh);
            case REFRESH_NEWEST -> of(model.refreshes, pick, token -> refresh(token.newest()));
            case REFRESH_BY_ANOTHER_CLIENT -> of(model.refreshes, pick, this::refreshByAnother);
            case REVOKE_ACCESS -> of(model.accesses, pick, this::revoke);
            case REVOKE_REFRESH -> of(model.refreshes, pick, this::revoke);
            case REVOKE_BY_ANOTHER_CLIENT -> of(model.refreshes, pick, this::revokeByAnother);
            case END_PERSON -> endPerson(PEOPLE.get(pick % PEOPLE.size()));
            case WAIT -> server.clock().advance(WAITS.get(pick % WAITS.size()));
            case PURGE -> purge();
        }
    }

    private interface Deed<T> {
        void on(T thing);
    }

    /** The newest things are the first that are picked; where there is none, nothing happens. */
    private static <T> void of(List<T> things, int pick, Deed<T> deed) {
        if (things.isEmpty()) return;
        deed.on(things.get(things.size() - 1 - pick % things.size()));
    }

    private TestClient client(Grant grant) {
        return clients.get(grant.client);
    }

    private TestClient another(Grant grant) {
        return clients.get((grant.client + 1) % clients.size());
    }

    private void agree(int pick) {
        int client = pick % clients.size();
        String person = PEOPLE.get(pick / clients.size() % PEOPLE.size());
        var walk = new Walk(clients.get(client));
        var back = walk.follow(walk.signIn(walk.allow(walk.consentPage()), person));
        String code = postern.testkit.oauth.Parameters.ofQuery(back.location()).get("code");
        var grant = new Grant(client, person, now());
        model.grants.add(grant);
        model.codes.add(new Code(grant, code, walk, now()));
    }

    private void redeem(Code code) {
        boolean good = code.isGood(now());
        RawAnswer answer = client(code.grant).redeem(code.text, code.walk.pkce);
        if (!good) {
            assertRefused(answer);
            code.fail(now());
        } else if (code.used) {
            assertRefused(answer);
            code.grant.ended = true;
        } else {
            code.used = true;
            issued(answer, code.grant);
        }
    }

    private void redeemWrongly(Code code) {
        assertRefused(
                client(code.grant)
                        .redeem(code.text, code.walk.pkce, "code_verifier", "x".repeat(43)));
        code.fail(now());
    }

    private void redeemByAnother(Code code) {
        assertRefused(
                another(code.grant)
                        .redeem(
                                code.text,
                                code.walk.pkce,
                                "redirect_uri",
                                client(code.grant).redirectUri()));
        code.fail(now());
    }

    private void refresh(Refresh token) {
        GrantModel.Use expected = GrantModel.use(token, now());
        RawAnswer answer = client(token.grant).refresh(token.text);
        switch (expected) {
            case REFUSED -> assertRefused(answer);
            case REUSED -> {
                assertRefused(answer);
                token.grant.ended = true;
            }
            case ROTATED -> {
                token.retiredAt = java.util.Optional.of(now());
                token.successor = issued(answer, token.grant);
            }
            case REPEATED -> {
                assertEquals(200, answer.status(), answer::toString);
                assertEquals(token.newest().text, answer.json().path("refresh_token").asText());
                model.accesses.add(access(answer, token.grant));
            }
        }
    }

    private void refreshByAnother(Refresh token) {
        assertRefused(another(token.grant).refresh(token.text));
    }

    private void revoke(Access token) {
        assertEquals(200, client(token.grant).revoke(token.text).status());
        if (!token.purged) token.grant.ended = true;
    }

    private void revoke(Refresh token) {
        assertEquals(200, client(token.grant).revoke(token.text).status());
        if (!token.purged) token.grant.ended = true;
    }

    private void revokeByAnother(Refresh token) {
        assertEquals(200, another(token.grant).revoke(token.text).status());
    }

    private void endPerson(String person) {
        Long id = personIds.get(person);
        if (id == null) return;
        server.parts
                .database()
                .write(tx -> server.parts.grants().endAllOf(tx, id, EndReason.EXPIRED, now()));
        for (Grant grant : model.grants) grant.ended |= grant.person.equals(person);
    }

    private void purge() {
        new Purge(server.parts.database(), GrantModel.GRACE).run(now());
        model.purge(now());
    }

    private Refresh issued(RawAnswer answer, Grant grant) {
        assertEquals(200, answer.status(), answer::toString);
        Access access = access(answer, grant);
        model.accesses.add(access);
        var refresh = new Refresh(grant, answer.json().path("refresh_token").asText(), now());
        for (Refresh known : model.refreshes) assertNotEquals(known.text, refresh.text);
        model.refreshes.add(refresh);
        Caller caller =
                server.parts
                        .tokenCheck()
                        .check(access.text, server.resource())
                        .orElseThrow(() -> new AssertionError("a fresh token is refused"));
        personIds.put(grant.person, caller.principal().person().id());
        return refresh;
    }

    private Access access(RawAnswer answer, Grant grant) {
        return new Access(grant, answer.json().path("access_token").asText(), now());
    }

    private static void assertRefused(RawAnswer answer) {
        assertEquals(400, answer.status(), answer::toString);
        assertEquals("invalid_grant", answer.json().path("error").asText());
    }

    private void compare() {
        for (Access access : model.accesses) {
            assertEquals(
                    access.isGood(now()),
                    server.accepts(access.text),
                    () -> "access token of " + access.grant.person + " is good");
        }
    }

    /** In the end each newest refresh token is tried, since only its use shows what it is worth. */
    private void probe() {
        for (Refresh token : List.copyOf(model.refreshes)) {
            if (token.successor != null) continue;
            refresh(token);
            compare();
        }
    }
}
