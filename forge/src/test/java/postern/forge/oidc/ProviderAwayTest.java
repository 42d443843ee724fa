package postern.forge.oidc;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.testkit.oidc.Lie;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Documents that are remembered, and keys that change. */
class ProviderAwayTest {
    private static final String DISCOVERY = "/.well-known/openid-configuration";

    @Test
    void the_start_does_not_wait_and_sign_ins_begin_when_the_provider_is_back() throws Exception {
        try (var bench = new OidcBench()) {
            bench.provider.goAway();
            bench.upstream.lookAhead();
            assertThrows(UpstreamUnavailable.class, () -> bench.upstream.signInUri(bench.trip()));
            bench.provider.comeBack();
            bench.clock.advance(Remembered.AFTER_FAILURE);
            assertEquals("ada", bench.signIn().login());
        }
    }

    @Test
    void after_a_failure_nobody_asks_for_ten_seconds() throws Exception {
        try (var bench = new OidcBench()) {
            bench.provider.tell(Lie.DISCOVERY_FAILS);
            for (int i = 0; i < 5; i++) {
                assertThrows(
                        UpstreamUnavailable.class, () -> bench.upstream.signInUri(bench.trip()));
            }
            assertEquals(1, bench.provider.requestCount(DISCOVERY));
            bench.clock.advance(Remembered.AFTER_FAILURE);
            assertThrows(UpstreamUnavailable.class, () -> bench.upstream.signInUri(bench.trip()));
            assertEquals(2, bench.provider.requestCount(DISCOVERY));
        }
    }

    @Test
    void documents_are_asked_for_once_an_hour_and_nobody_waits_for_that() throws Exception {
        try (var bench = new OidcBench()) {
            bench.signIn();
            bench.clock.advance(Remembered.FRESH.minusSeconds(1));
            bench.signIn();
            assertEquals(1, bench.provider.requestCount(DISCOVERY));
            assertEquals(1, bench.provider.requestCount("/keys"));
            bench.clock.advance(Duration.ofSeconds(1));
            bench.provider.tell(Lie.DISCOVERY_HANGS);
            bench.upstream.signInUri(bench.trip());
            await().until(() -> bench.provider.requestCount(DISCOVERY) == 2);
            bench.provider.tell(Lie.NONE);
        }
    }

    @Test
    void of_many_people_at_once_one_asks_for_all() throws Exception {
        try (var bench = new OidcBench();
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<URI>> sent = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                var trip = bench.trip();
                sent.add(executor.submit(() -> bench.upstream.signInUri(trip)));
            }
            for (Future<URI> one : sent) one.get();
            assertEquals(1, bench.provider.requestCount(DISCOVERY));
        }
    }

    @Test
    void an_old_document_outlives_an_outage_of_less_than_a_day() throws Exception {
        try (var bench = new OidcBench()) {
            bench.signIn();
            bench.provider.tell(Lie.DISCOVERY_OF_ANOTHER_ISSUER);
            bench.clock.advance(Remembered.USABLE.minusSeconds(1));
            assertEquals("ada", bench.signIn().login());
            bench.clock.advance(Remembered.AFTER_FAILURE);
            assertThrows(UpstreamUnavailable.class, () -> bench.upstream.signInUri(bench.trip()));
        }
    }

    @Test
    void new_keys_are_found_by_the_first_token_that_needs_them() throws Exception {
        try (var bench = new OidcBench()) {
            bench.signIn();
            bench.provider.rotateKeys();
            assertEquals("ada", bench.signIn().login());
            assertEquals(2, bench.provider.requestCount("/keys"));
        }
    }

    @Test
    void tokens_with_made_up_keys_become_one_request_a_minute() throws Exception {
        try (var bench = new OidcBench()) {
            bench.signIn();
            bench.provider.tell(Lie.UNPUBLISHED_KEY);
            for (int i = 0; i < 5; i++) assertThrows(UpstreamRefused.class, bench::signIn);
            assertEquals(2, bench.provider.requestCount("/keys"));
            bench.clock.advance(Remembered.BETWEEN_RENEWALS);
            assertThrows(UpstreamRefused.class, bench::signIn);
            assertEquals(3, bench.provider.requestCount("/keys"));
            bench.provider.tell(Lie.NONE);
            bench.provider.rotateKeys();
            assertThrows(UpstreamRefused.class, bench::signIn);
            bench.clock.advance(Remembered.BETWEEN_RENEWALS);
            assertEquals("ada", bench.signIn().login());
        }
    }
}
