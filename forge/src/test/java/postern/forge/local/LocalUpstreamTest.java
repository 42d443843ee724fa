package postern.forge.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import postern.access.Caller;
import postern.access.Scope;
import postern.access.UpstreamLease;
import postern.access.UpstreamRefused;
import postern.forge.SignInAnswer;
import postern.forge.SignedIn;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The built-in sign-in; oauth-rules F1, F2, F8. */
class LocalUpstreamTest {
    private static final String BROWSER = "browser-1";
    private static final String STATE = "state-1";

    @TempDir Path folder;

    @Test
    void a_code_signs_in_once() throws Exception {
        try (var bench = new LocalBench(folder)) {
            String code = bench.upstream.newCode("ada");
            assertTrue(code.matches("[A-HJ-NP-TV-Z2-9]{5}-[A-HJ-NP-TV-Z2-9]{5}"), code);
            HttpResponse<String> answer = bench.type(BROWSER, STATE, code);
            assertEquals(303, answer.statusCode());
            String location = answer.headers().firstValue("Location").orElseThrow();
            assertTrue(
                    location.startsWith(LocalBench.PUBLIC + "/oauth/callback?state=state-1&code="));
            String ticket = LocalBench.ticket(answer).orElseThrow();
            SignedIn ada = bench.upstream.finish(SignInAnswer.of(ticket), LocalBench.trip(STATE));
            assertEquals("ada", ada.login());
            assertTrue(ada.tokens().isEmpty());
            assertThrows(
                    UpstreamRefused.class,
                    () -> bench.upstream.finish(SignInAnswer.of(ticket), LocalBench.trip(STATE)));
            assertEquals(403, bench.type(BROWSER, STATE, code).statusCode());
        }
    }

    @Test
    void the_number_stays_with_the_name_and_the_lease_tells_both() throws Exception {
        try (var bench = new LocalBench(folder)) {
            SignedIn first = signIn(bench, "ada");
            SignedIn other = signIn(bench, "bob");
            SignedIn again = signIn(bench, "ada");
            assertEquals(first.upstreamId(), again.upstreamId());
            assertNotEquals(first.upstreamId(), other.upstreamId());
            Caller caller = bench.store.grant(bench.upstream, first, Scope.FULL);
            assertEquals(LocalUpstream.ISSUER, caller.principal().person().issuer());
            try (UpstreamLease lease = bench.upstream.lease(caller)) {
                assertEquals("ada", lease.values().get("user.login"));
                assertEquals(first.upstreamId(), lease.values().get("user.id"));
                assertTrue(lease.secrets().isEmpty());
            }
        }
    }

    @Test
    void of_many_who_type_one_code_at_once_exactly_one_gets_in() throws Exception {
        try (var bench = new LocalBench(folder);
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            String code = bench.upstream.newCode("ada");
            String token = bench.formToken(BROWSER, STATE);
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(
                        executor.submit(
                                () -> bench.post(BROWSER, STATE, token, code).statusCode()));
            }
            int right = 0;
            for (Future<Integer> answer : answers) if (answer.get() == 303) right++;
            assertEquals(1, right);
        }
    }

    @Test
    void codes_and_tickets_end_in_time() throws Exception {
        try (var bench = new LocalBench(folder)) {
            String late = bench.upstream.newCode("ada");
            bench.store.clock.advance(Duration.ofMinutes(15));
            assertEquals(403, bench.type(BROWSER, STATE, late).statusCode());
            String inTime = bench.upstream.newCode("ada");
            bench.store.clock.advance(Duration.ofSeconds(899));
            String ticket = LocalBench.ticket(bench.type(BROWSER, STATE, inTime)).orElseThrow();
            bench.store.clock.advance(Duration.ofSeconds(60));
            assertThrows(
                    UpstreamRefused.class,
                    () -> bench.upstream.finish(SignInAnswer.of(ticket), LocalBench.trip(STATE)));
        }
    }

    @Test
    void a_newer_code_of_a_name_replaces_the_older() throws Exception {
        try (var bench = new LocalBench(folder)) {
            String older = bench.upstream.newCode("ada");
            String newer = bench.upstream.newCode("ada");
            assertEquals(403, bench.type(BROWSER, STATE, older).statusCode());
            assertEquals(303, bench.type(BROWSER, STATE, newer).statusCode());
        }
    }

    @Test
    void case_spaces_and_hyphens_do_not_matter() throws Exception {
        try (var bench = new LocalBench(folder)) {
            String code = bench.upstream.newCode("ada").toLowerCase(Locale.ROOT).replace("-", " ");
            assertEquals(303, bench.type(BROWSER, STATE, " " + code + " ").statusCode());
        }
    }

    @Test
    void a_ticket_of_another_state_is_refused_and_spent() throws Exception {
        try (var bench = new LocalBench(folder)) {
            String code = bench.upstream.newCode("ada");
            String ticket = LocalBench.ticket(bench.type(BROWSER, STATE, code)).orElseThrow();
            for (String state : List.of("state-2", STATE)) {
                assertThrows(
                        UpstreamRefused.class,
                        () ->
                                bench.upstream.finish(
                                        SignInAnswer.of(ticket), LocalBench.trip(state)));
            }
        }
    }

    @Test
    void a_form_for_another_browser_or_another_state_spends_no_code() throws Exception {
        try (var bench = new LocalBench(folder)) {
            String code = bench.upstream.newCode("ada");
            String token = bench.formToken(BROWSER, STATE);
            assertEquals(403, bench.post("browser-2", STATE, token, code).statusCode());
            assertEquals(403, bench.post(BROWSER, "state-2", token, code).statusCode());
            assertEquals(403, bench.post(BROWSER, STATE, "", code).statusCode());
            assertEquals(400, bench.post("", STATE, token, code).statusCode());
            assertEquals(400, bench.show("", STATE).statusCode());
            assertEquals(400, bench.show(BROWSER, "").statusCode());
            assertEquals(400, bench.show(BROWSER, "a%22b").statusCode());
            assertEquals(303, bench.type(BROWSER, STATE, code).statusCode());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site,cross-site,403",
        "Sec-Fetch-Site,same-site,403",
        "Sec-Fetch-Site,same-origin,303",
        "Origin,https://evil.example,403",
        "Origin,http://127.0.0.1:8081,403",
        "Origin,http://127.0.0.1:8080,303",
        "Origin,null,303",
    })
    void only_our_own_page_may_send_the_form(String name, String value, int status)
            throws Exception {
        try (var bench = new LocalBench(folder)) {
            String code = bench.upstream.newCode("ada");
            String token = bench.formToken(BROWSER, STATE);
            assertEquals(status, bench.post(BROWSER, STATE, token, code, name, value).statusCode());
        }
    }

    @Test
    void ten_tries_a_minute_from_one_address_and_not_one_more() throws Exception {
        try (var bench = new LocalBench(folder)) {
            String code = bench.upstream.newCode("ada");
            for (int i = 0; i < 10; i++) {
                assertEquals(
                        403, bench.type(BROWSER, STATE, "AAAAA-AAAA" + (i % 8 + 2)).statusCode());
            }
            HttpResponse<String> refused = bench.type(BROWSER, STATE, code);
            assertEquals(429, refused.statusCode());
            assertTrue(refused.headers().firstValue("Retry-After").isPresent());
            assertTrue(refused.body().contains("<html"));
            bench.store.clock.advance(Duration.ofSeconds(6));
            assertEquals(303, bench.type(BROWSER, STATE, code).statusCode());
        }
    }

    @Test
    void wrong_codes_of_many_others_keep_nobody_out() throws Exception {
        try (var bench = new LocalBench(folder)) {
            String code = bench.upstream.newCode("ada");
            for (int i = 2; i < 14; i++) bench.guessTenTimes("127.0.0." + i, BROWSER, STATE);
            assertEquals(303, bench.type(BROWSER, STATE, code).statusCode());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name = 'ada'",
                "expires_at = expires_at + 1",
                "mac = x''",
                "name = 'ada', mac = (select mac from sign_in_code where name = 'ada')"
            })
    void a_changed_row_of_a_code_signs_nobody_in(String change) throws Exception {
        try (var bench = new LocalBench(folder)) {
            bench.upstream.newCode("ada");
            String code = bench.upstream.newCode("bob");
            bench.change("update sign_in_code set " + change + " where name = 'bob'");
            assertEquals(403, bench.type(BROWSER, STATE, code).statusCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"name = 'ada'", "expires_at = expires_at + 1", "mac = x''"})
    void a_changed_row_of_a_ticket_signs_nobody_in(String change) throws Exception {
        try (var bench = new LocalBench(folder)) {
            String code = bench.upstream.newCode("bob");
            String ticket = LocalBench.ticket(bench.type(BROWSER, STATE, code)).orElseThrow();
            bench.change("update sign_in_ticket set " + change);
            assertThrows(
                    UpstreamRefused.class,
                    () -> bench.upstream.finish(SignInAnswer.of(ticket), LocalBench.trip(STATE)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Ada", "1a", "a_b", "a b", "-a", "abcdefghijklmnopqrstuvwxyz1234567"})
    void other_names_are_refused(String name) throws Exception {
        try (var bench = new LocalBench(folder)) {
            assertThrows(IllegalArgumentException.class, () -> bench.upstream.newCode(name));
        }
    }

    @Test
    void neither_code_nor_ticket_is_in_the_database_files() throws Exception {
        try (var bench = new LocalBench(folder)) {
            String unused = bench.upstream.newCode("bob").replace("-", "");
            String code = bench.upstream.newCode("ada");
            String ticket = LocalBench.ticket(bench.type(BROWSER, STATE, code)).orElseThrow();
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    String bytes =
                            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                    assertFalse(bytes.contains(unused));
                    assertFalse(bytes.contains(ticket));
                }
            }
        }
    }

    @Test
    void the_page_lets_no_frame_no_cache_and_no_autofill_near_the_code() throws Exception {
        try (var bench = new LocalBench(folder)) {
            HttpResponse<String> page = bench.show(BROWSER, STATE);
            assertEquals(200, page.statusCode());
            assertTrue(page.body().contains("autocomplete=\"off\""));
            assertEquals("no-store", page.headers().firstValue("Cache-Control").orElseThrow());
            assertEquals("DENY", page.headers().firstValue("X-Frame-Options").orElseThrow());
        }
    }

    private static SignedIn signIn(LocalBench bench, String name) throws Exception {
        String code = bench.upstream.newCode(name);
        String ticket = LocalBench.ticket(bench.type(BROWSER, STATE, code)).orElseThrow();
        return bench.upstream.finish(SignInAnswer.of(ticket), LocalBench.trip(STATE));
    }
}
