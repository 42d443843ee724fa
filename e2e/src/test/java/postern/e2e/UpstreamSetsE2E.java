package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

import postern.testkit.browser.Browser;
import postern.testkit.forgejo.Endpoint;
import postern.testkit.forgejo.Fault;
import postern.testkit.forgejo.FaultSwitch;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.forgejo.Personality;
import postern.testkit.http.RawAnswer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Forgejo facts A7: two clients of one person share one token set at the forge. Whatever happens
 * before the forge rotates it costs nobody the sign-in; an answer that is lost afterwards costs
 * exactly that person the sign-in, once, and says so.
 */
class UpstreamSetsE2E {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int HOURS = 48;

    /** Longer than the forge is left alone after a refresh that failed. */
    private static final Duration PAST_PAUSE = Duration.ofSeconds(6);

    /** Longer than a refresh can be under way. */
    private static final Duration PAST_REFRESH = Duration.ofSeconds(13);

    static final List<String> PERSONALITIES = Personality.names();

    static final List<String> ROTATING =
            PERSONALITIES.stream().filter(name -> Personality.named(name).rotates()).toList();

    @ParameterizedTest(name = "{0}")
    @FieldSource("PERSONALITIES")
    void two_clients_of_one_person_work_for_two_days(String personality) throws Exception {
        try (Installation installation = installation(personality);
                Host one = new Host(installation.signIn("alice"));
                Host two = new Host(installation.signIn("alice"))) {
            for (int hour = 1; hour <= HOURS; hour++) {
                Weather weather = Weather.values()[hour % Weather.values().length];
                installation.advance(HOUR);
                weather.comes(installation);
                String story = personality + ", hour " + hour + ", " + weather;
                one.refresh();
                two.refresh();
                one.ask(); // may fail now, and must not cost anything
                two.ask();
                weather.goes(installation);
                installation.advance(PAST_PAUSE);
                try {
                    one.assertWorks();
                    two.assertWorks();
                } catch (AssertionError | IllegalStateException signedOut) {
                    throw new AssertionError(story + "\n" + installation.story(), signedOut);
                }
            }
            assertFalse(installation.postern().stderr().contains("signed-out"));
            assertEquals(2, lines(installation), "both grants live");
            long refreshes = installation.forge().tokenRequestCount("refresh_token");
            assertTrue(refreshes >= HOURS, refreshes + " refreshes");
            Figures.print(
                    "two clients, " + personality,
                    HOURS + " hours, " + refreshes + " refreshes, 0 sign-outs");
        }
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("PERSONALITIES")
    void an_answer_lost_after_a_refresh_costs_one_sign_in_where_tokens_rotate(String personality)
            throws Exception {
        try (Installation installation = installation(personality);
                Host bob = new Host(installation.signIn("bob"));
                Host one = new Host(installation.signIn("alice"));
                Host two = new Host(installation.signIn("alice"))) {
            installation.advance(HOUR.minusSeconds(40));
            installation.forge().addFault(Endpoint.TOKEN_REFRESH, new Fault.LoseAnswer(), 1);
            one.assertWorks(); // the access token has not ended yet
            installation.advance(PAST_PAUSE);
            two.assertWorks();
            installation.advance(Duration.ofMinutes(1));
            assertCost(installation, personality, bob, one, two);
        }
    }

    /** Where kill -9 strikes, and what is held there. */
    enum Struck {
        REFRESH(Endpoint.TOKEN_REFRESH),
        CODE_EXCHANGE(Endpoint.TOKEN_CODE),
        BEFORE_ITS_PERSON_IS_KNOWN(Endpoint.USERINFO);

        private final Endpoint endpoint;

        Struck(Endpoint endpoint) {
            this.endpoint = endpoint;
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Struck.class)
    void kill_9_between_rotation_and_commit_costs_one_sign_in(Struck struck) throws Exception {
        String personality = ROTATING.get(struck.ordinal() % ROTATING.size());
        try (Installation installation = installation(personality);
                var threads = Executors.newVirtualThreadPerTaskExecutor();
                Host bob = new Host(installation.signIn("bob"));
                Host one = new Host(installation.signIn("alice"));
                Host two = new Host(installation.signIn("alice"))) {
            if (struck == Struck.REFRESH) installation.advance(HOUR);
            one.refresh();
            two.refresh();
            FaultSwitch held =
                    installation.forge().switchOn(struck.endpoint, new Fault.HoldAnswer());
            Future<?> cut =
                    threads.submit(() ->
                            struck == Struck.REFRESH
                                    ? one.ask()
                                    : installation.signIn("alice").login());
            Await.until("held", Duration.ofSeconds(10), () -> held.taken() == 1);
            installation.killAndStartAgain();
            installation.forge().clearFaults();
            Await.until("cut off", Duration.ofSeconds(10), cut::isDone);
            if (struck != Struck.REFRESH) {
                one.assertWorks(); // the access token goes on to its end
                installation.advance(HOUR);
            }
            installation.advance(PAST_REFRESH);
            assertCost(installation, personality, bob, one, two);
        }
    }

    /** Both clients of alice have to sign in again and are told why; bob has noticed nothing. */
    private static void assertCost(
            Installation installation, String personality, Host bob, Host one, Host two)
            throws Exception {
        bob.refresh();
        bob.assertWorks();
        boolean rotates = Personality.named(personality).rotates();
        if (!rotates) {
            one.refresh();
            one.assertWorks();
            two.refresh();
            two.assertWorks();
            return;
        }
        one.refresh(); // nobody knows yet
        one.ask();
        for (Host host : List.of(one, two)) {
            RawAnswer answer = host.tryToRefresh();
            assertEquals(400, answer.status(), () -> answer + "\n" + installation.story());
            assertEquals("invalid_grant", answer.json().path("error").asText());
        }
        List<String> told =
                installation
                        .postern()
                        .stderr()
                        .lines()
                        .filter(line -> line.contains("forge.person.signed-out"))
                        .toList();
        assertEquals(1, told.size(), told::toString);
        assertTrue(told.getFirst().contains("UPSTREAM_ANSWER_LOST"), told::toString);
        assertTrue(told.getFirst().contains("never arrived here"), told::toString);
        String page = accountPage(installation, "alice");
        assertTrue(page.contains("Access that has ended"), page);
        assertTrue(page.contains("had sent this server new keys to your account"), page);
        assertTrue(page.contains("connect from the program once more and sign in again"), page);
        assertFalse(accountPage(installation, "bob").contains("Access that has ended"));
        try (Host again = new Host(installation.signIn("alice"))) {
            again.assertWorks();
        }
        bob.assertWorks();
    }

    private static String accountPage(Installation installation, String login) throws Exception {
        try (Browser browser = Browser.open()) {
            return AccountE2E.signIn(installation, browser, login).text();
        }
    }

    private static long lines(Installation installation) throws Exception {
        return Cli.ok(installation, "grants", "list").lines().count() - 1;
    }

    private static Installation installation(String personality) throws Exception {
        return Installation.controlled(
                ForgejoDoubleOptions.standard().withPersonality(Personality.named(personality)),
                Map.of("POSTERN_SESSION_IDLE", "24h"));
    }
}
