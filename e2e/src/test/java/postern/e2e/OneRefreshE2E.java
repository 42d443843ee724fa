package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import postern.core.Undo;
import postern.testkit.forgejo.ForgejoDoubleOptions;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** However many sessions of a person need a new token at once: the forge sees one refresh. */
class OneRefreshE2E {
    private static final int SESSIONS = 16;
    private static final int GRANTS = 2;

    @Test
    void sixteen_sessions_that_meet_an_expired_token_make_one_refresh() throws Exception {
        try (Installation installation = controlled();
                var hosts = new Hosts(installation)) {
            installation.advance(Duration.ofHours(1));
            hosts.refresh();
            hosts.assertAllWork();
            assertEquals(1, installation.forge().tokenRequestCount("refresh_token"));
        }
    }

    /** The forge's clock is ahead, or it was restarted with another signing key. */
    @Test
    void sixteen_sessions_whose_good_token_the_forge_refuses_make_one_refresh() throws Exception {
        try (Installation installation = controlled();
                var hosts = new Hosts(installation)) {
            installation.advance(Duration.ofMinutes(5));
            installation.forge().operator().skewClock(Duration.ofMinutes(90));
            hosts.assertAllWork();
            long refused =
                    installation.forge().requests().stream()
                            .filter(request -> request.status() == 401)
                            .filter(request -> request.path().equals("/api/v1/user"))
                            .count();
            Figures.print("calls that met a 401 at once", refused + " of " + SESSIONS);
            assertTrue(refused > 1, "at once");
            assertEquals(1, installation.forge().tokenRequestCount("refresh_token"));
        }
    }

    private static Installation controlled() throws Exception {
        return Installation.controlled(
                ForgejoDoubleOptions.standard(),
                Map.of("POSTERN_SESSION_IDLE", "24h", "POSTERN_CHILDREN_PER_GRANT", "10"));
    }

    /** Sessions of two clients of one person. */
    private static final class Hosts implements AutoCloseable {
        private final List<Host> hosts = new ArrayList<>();
        private final Undo sessions = new Undo();
        private final Installation installation;

        Hosts(Installation installation) throws Exception {
            this.installation = installation;
            for (int grant = 0; grant < GRANTS; grant++) {
                SignedIn alice = installation.signIn("alice");
                for (int i = 0; i < SESSIONS / GRANTS; i++) {
                    hosts.add(sessions.own(new Host(alice)));
                }
            }
            for (Host host : hosts) host.assertWorks();
            installation.forge().clearRequests();
        }

        /** Sessions of one client share its tokens: within the grace all get the newest. */
        void refresh() throws Exception {
            for (Host host : hosts) host.refresh();
        }

        void assertAllWork() throws Exception {
            var start = new CountDownLatch(1);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Void>> calls = new ArrayList<>();
                for (Host host : hosts) {
                    calls.add(
                            threads.submit(() -> {
                                start.await();
                                host.assertWorks();
                                return null;
                            }));
                }
                start.countDown();
                for (Future<Void> call : calls) call.get();
            } catch (ExecutionException failed) {
                throw new AssertionError(installation.story(), failed);
            }
        }

        @Override
        public void close() {
            sessions.close();
        }
    }
}
