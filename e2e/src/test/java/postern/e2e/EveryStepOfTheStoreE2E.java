package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import postern.e2e.Errands.Asked;
import postern.e2e.Errands.Code;
import postern.testkit.browser.Page;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Tokens;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Kill -9 and a full disk at each step that the store takes for a request; oauth-rules I9, J8, K8,
 * P6: no token that is not stored, none that is lost for good, none that comes back.
 */
class EveryStepOfTheStoreE2E {
    private static final Duration PAST_GRACE = Duration.ofSeconds(121);
    private static Installation installation;
    private static Errands alice;

    @BeforeAll
    static void start() throws Exception {
        installation = Installation.controlled(ForgejoDoubleOptions.standard(), Map.of());
        alice = new Errands(installation, "alice");
    }

    @AfterAll
    static void stop() throws Exception {
        alice.close();
        installation.close();
    }

    private static void print(String what, List<String> steps) {
        Figures.print(what, steps.size() + " steps, each struck");
    }

    @Test
    void a_killed_refresh_is_tried_again_and_a_retired_token_stays_retired() throws Exception {
        Tokens first = alice.newTokens();
        var current = new AtomicReference<>(first.refreshToken());
        var refresh =
                new EveryStep<String>(
                        current::get,
                        token -> status(alice.refresh(token), current),
                        (token, commits) -> {
                            RawAnswer again = alice.refresh(token);
                            assertEquals(200, again.status(), again::toString);
                            current.set(Tokens.of(again).refreshToken());
                            assertTrue(alice.isTaken(Tokens.of(again).accessToken()));
                        });
        print("kill -9 during a refresh", refresh.killed(installation));
        installation.control().advance(PAST_GRACE);
        assertEquals(200, alice.refresh(current.get()).status(), "the newest is still good");
        alice.assertInvalidGrant(alice.refresh(first.refreshToken()));
        alice.assertInvalidGrant(alice.refresh(current.get()));
    }

    private static int status(RawAnswer answer, AtomicReference<String> current) {
        if (answer.status() == 200) current.set(Tokens.of(answer).refreshToken());
        return answer.status();
    }

    @Test
    void a_refresh_on_a_full_disk_consumes_nothing() throws Exception {
        var current = new AtomicReference<>(alice.newTokens().refreshToken());
        var refresh =
                new EveryStep<String>(
                        current::get,
                        token -> {
                            RawAnswer answer = alice.refresh(token);
                            if (answer.status() == 503) {
                                assertFalse(answer.header("Retry-After").isEmpty());
                            }
                            return status(answer, current);
                        },
                        (token, commits) ->
                                assertEquals(200, status(alice.refresh(token), current)));
        print("full disk during a refresh", refresh.failing(installation));
        alice.assertInvalidGrant(refusedAfterGrace(current.get()));
    }

    /** Its successor is the only one that lives; the token itself is over after the grace. */
    private static RawAnswer refusedAfterGrace(String token) throws Exception {
        assertEquals(200, alice.refresh(token).status());
        installation.control().advance(PAST_GRACE);
        return alice.refresh(token);
    }

    @Test
    void a_code_whose_redemption_was_killed_is_good_until_it_was_really_spent() throws Exception {
        var redeem =
                new EveryStep<Code>(
                        alice::newCode,
                        code -> alice.redeem(code).status(),
                        (code, commits) -> {
                            RawAnswer again = alice.redeem(code);
                            if (commits == 0) alice.assertWorks(Tokens.of(again));
                            else alice.assertInvalidGrant(again);
                        });
        print("kill -9 during a redemption", redeem.killed(installation));
        alice.assertWorks(alice.newTokens());
    }

    @Test
    void a_redemption_on_a_full_disk_consumes_nothing() throws Exception {
        var redeem =
                new EveryStep<Code>(
                        alice::newCode,
                        code -> alice.redeem(code).status(),
                        (code, commits) -> alice.assertWorks(Tokens.of(alice.redeem(code))));
        print("full disk during a redemption", redeem.failing(installation));
    }

    @Test
    void a_killed_revocation_is_never_half_done() throws Exception {
        var revoke =
                new EveryStep<Tokens>(
                        alice::newTokens,
                        tokens -> alice.revoke(tokens.refreshToken()).status(),
                        (tokens, commits) -> {
                            assertEquals(commits == 0, alice.isTaken(tokens.accessToken()));
                            assertEquals(200, alice.revoke(tokens.accessToken()).status());
                            assertFalse(alice.isTaken(tokens.accessToken()));
                            alice.assertInvalidGrant(alice.refresh(tokens.refreshToken()));
                        });
        print("kill -9 during a revocation", revoke.killed(installation));
    }

    @Test
    void a_revocation_on_a_full_disk_is_never_said_to_be_done() throws Exception {
        var revoke =
                new EveryStep<Tokens>(
                        alice::newTokens,
                        tokens -> alice.revoke(tokens.refreshToken()).status(),
                        (tokens, commits) -> alice.assertWorks(tokens));
        print("full disk during a revocation", revoke.failing(installation));
    }

    @Test
    void a_registration_is_there_or_not() throws Exception {
        var numbers = new AtomicInteger();
        var register =
                new EveryStep<String>(
                        () -> {
                            installation.control().advance(Duration.ofMinutes(2)); // rate limit
                            return "client " + numbers.incrementAndGet();
                        },
                        name -> alice.register(name).status(),
                        (name, commits) -> assertEquals(201, alice.register(name).status()));
        print("kill -9 during a registration", register.killed(installation));
        print("full disk during a registration", register.failing(installation));
    }

    @Test
    void a_killed_or_failing_consent_is_sent_again() throws Exception {
        var consent =
                new EveryStep<Consent>(
                        () -> {
                            Asked asked = alice.ask();
                            return new Consent(asked, alice.consentPage(asked));
                        },
                        open -> alice.allow(open.page()).status(),
                        (open, commits) -> {
                            URI callback = alice.callbackOf(alice.allow(open.page()));
                            Code code = alice.codeOf(open.asked(), alice.open(callback));
                            alice.assertWorks(Tokens.of(alice.redeem(code)));
                        });
        print("kill -9 during a consent", consent.killed(installation));
        print("full disk during a consent", consent.failing(installation));
    }

    private record Consent(Asked asked, Page page) {}

    /** Of a person without other grants, since a new sign-in seals the forge's tokens for each. */
    @Test
    void after_a_callback_that_was_killed_the_person_signs_in_again() throws Exception {
        try (var bob = new Errands(installation, "bob")) {
            var callback =
                    new EveryStep<URI>(
                            () -> bob.callbackOf(bob.allow(bob.consentPage(bob.ask()))),
                            address -> bob.open(address).status(),
                            (address, commits) -> {
                                // at most one code comes from it, however often it is opened
                                int codes = 0;
                                for (int visit = 0; visit < 2; visit++) {
                                    if (leadsBackWithCode(bob.open(address))) codes++;
                                }
                                assertTrue(codes <= 1, codes + " codes from one callback");
                                Tokens tokens = bob.newTokens();
                                bob.assertWorks(tokens);
                                assertEquals(200, bob.revoke(tokens.accessToken()).status());
                            });
            print("kill -9 during a callback", callback.killed(installation));
        }
    }

    private static boolean leadsBackWithCode(Page page) {
        return page.isRedirect() && page.location().toString().contains("code=");
    }
}
