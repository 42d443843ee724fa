package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import postern.access.EndReason;
import postern.oauth.TestClient.Kind;
import postern.testkit.browser.Form;
import postern.testkit.browser.Page;
import postern.testkit.http.RawAnswer;

import java.time.Duration;
import java.util.Map;

/** Rule E11: a person sees what acts in their name, ends it, and reaches nobody else's. */
class AccountRulesTest extends AccountBench {
    @Test
    @DisplayName("E11: grants with what runs are listed, and a revoked one is over at once")
    void list_and_revoke() {
        Walk.Issued kept = new Walk(client).tokens();
        Walk.Issued revoked = new Walk(client).tokens("scope", "mcp:read");
        server.live.begin(grantOf(revoked), "handle-1");
        Walk walk = signedIn("ada");
        Page page = walk.open("/account");
        assertEquals(2, count(page, "revoke"));
        assertTells(
                page,
                "Test client",
                "checked by nobody",
                "a program on this computer",
                server.resource().replace("http://", ""),
                "whoami: begun 5 minutes ago, last used 1 minute ago",
                "1 March 2026");
        Page ended = walk.submit(form(page, "end"), Map.of(), "end");
        assertEquals("/account", ended.location().getPath());
        assertEquals(0, count(walk.open("/account"), "end"));
        assertTrue(server.accepts(revoked.accessToken()), "its client may begin another one");
        Map<String, String> named = Map.of("grant", grantOf(revoked).value());
        assertEquals(303, walk.submit(form(page, "revoke"), named, "revoke").status());
        assertFalse(server.accepts(revoked.accessToken()));
        assertTrue(server.accepts(kept.accessToken()));
        assertEquals(1, count(walk.open("/account"), "revoke"));
        walk.submit(form(page, "revoke-all"), Map.of(), "revoke-all");
        assertFalse(server.accepts(kept.accessToken()));
    }

    @Test
    @DisplayName("what ended in the last 30 days is shown with why, to its person only")
    void ended() {
        for (EndReason reason : EndReason.values()) {
            new Walk(client).tokens();
            endAllOf("ada", reason);
            server.clock().relaxLimits();
        }
        Walk walk = signedIn("ada");
        Page page = walk.open("/account");
        assertEquals(0, count(page, "revoke"));
        assertTells(
                page,
                "Access that has ended",
                "Test client",
                "new keys to your account, and they got lost",
                "you took this server's access to your account away there",
                "No program used it for so long",
                "You took it away on this page.",
                "Whoever runs this server took it away.",
                "connect from the program once more and sign in again",
                "1 March 2026, less than a minute ago");
        assertFalse(page.text().contains("You did not confirm it"), "it never came to be");
        assertFalse(signedIn("eve").open("/account").text().contains("has ended"));
        server.clock().advance(Duration.ofDays(31));
        assertFalse(signedIn("ada").open("/account").text().contains("has ended"));
    }

    @Test
    @DisplayName("however many have ended, the latest twenty are shown")
    void ended_many() {
        for (int i = 0; i < 25; i++) {
            new Walk(client).tokens();
            endAllOf("ada", i < 5 ? EndReason.RESTORED : EndReason.MADE_ROOM);
            server.clock().advance(Duration.ofMinutes(1));
            server.clock().relaxLimits();
        }
        String text = signedIn("ada").open("/account").text();
        assertEquals(20, text.split("You had as many as anybody may have", -1).length - 1, text);
        assertFalse(text.contains("set back to an earlier state"), text);
    }

    private void endAllOf(String login, EndReason reason) {
        server.parts
                .database()
                .write(tx -> {
                    long person =
                            tx.first(
                                            "select id from person where login = ?",
                                            row -> row.getLong(1),
                                            login)
                                    .orElseThrow();
                    return server.parts
                            .grants()
                            .endAllOf(tx, person, reason, server.clock().instant());
                });
    }

    @Test
    @DisplayName("E11: nobody touches another person's grants, sessions and approvals")
    void another_persons() {
        TestClient web = server.client(Kind.PUBLIC, TestClient.WEB);
        var owner = new Walk(web);
        Page sent = owner.submit(owner.consentPage().form(), Map.of("remember", "yes"), "allow");
        owner.follow(owner.signIn(sent, "ada"));
        Walk.Issued hers = new Walk(client).tokens();
        server.live.begin(grantOf(hers), "handle-2");
        String approval = form(owner.open("/account"), "forget").value("approval").orElseThrow();
        Walk eve = signedIn("eve");
        Form form = form(eve.open("/account"), "sign-out");
        assertFalse(eve.open("/account").body().contains(grantOf(hers).value()));
        Map<String, String> aims =
                Map.of("grant", grantOf(hers).value(), "session", "handle-2", "approval", approval);
        for (String action : new String[] {"revoke", "end", "forget", "revoke-all"}) {
            RawAnswer answer =
                    post(
                            eve,
                            form,
                            Wire.encode(
                                    "action", action,
                                    "grant", aims.get("grant"),
                                    "session", aims.get("session"),
                                    "approval", aims.get("approval")));
            assertEquals(303, answer.status(), action);
        }
        assertTrue(server.accepts(hers.accessToken()));
        assertEquals(1, server.live.of(grantOf(hers)).size());
        assertEquals(1, count(owner.open("/account"), "forget"));
    }
}
