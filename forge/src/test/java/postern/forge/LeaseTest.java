package postern.forge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.access.Caller;
import postern.access.Scope;
import postern.access.UpstreamLease;
import postern.core.Secret;
import postern.testkit.forgejo.Personality;

import java.net.http.HttpResponse;
import java.nio.file.Path;

/** What a child gets and does not get; Forgejo facts A10 on echoed tokens. */
class LeaseTest {
    private static final String ISSUES = "/api/v1/repos/alice/public-notes/issues";

    @TempDir Path folder;

    @Test
    void the_token_that_forgejo_16_echoes_does_not_reach_the_child() throws Exception {
        try (var bench = new Bench(folder, Personality.FORGEJO_16)) {
            SignedIn signedIn = bench.signIn("alice");
            Caller caller = bench.store.grant(bench.upstream, signedIn, Scope.FULL);
            Secret access = signedIn.tokens().orElseThrow().accessToken();
            try (UpstreamLease lease = bench.upstream.lease(caller)) {
                bench.forge.revokeGrant("alice", bench.app.clientId());
                HttpResponse<String> answer = bench.get(lease, "/api/v1/user");
                assertEquals(401, answer.statusCode());
                boolean echoed = access.useText(answer.body()::contains);
                assertFalse(echoed);
            }
        }
    }

    @Test
    void a_read_only_grant_posts_nothing_although_the_real_token_could() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller =
                    bench.store.grant(bench.upstream, bench.signIn("alice"), Scope.READ_ONLY);
            try (UpstreamLease lease = bench.upstream.lease(caller)) {
                assertEquals(403, bench.post(lease, ISSUES, "{\"title\":\"new\"}").statusCode());
                assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
            }
        }
    }

    @Test
    void a_lease_tells_who_and_where_and_is_worthless_when_closed() throws Exception {
        try (var bench = new Bench(folder)) {
            UpstreamLease lease = bench.upstream.lease(bench.grant("alice"));
            assertEquals("alice", lease.values().get("user.login"));
            assertEquals(Long.toString(bench.alice.id()), lease.values().get("user.id"));
            assertEquals(201, bench.post(lease, ISSUES, "{\"title\":\"new\"}").statusCode());
            lease.close();
            lease.close();
            assertEquals(401, bench.get(lease, "/api/v1/user").statusCode());
            assertEquals(0, bench.relay.entries());
        }
    }
}
