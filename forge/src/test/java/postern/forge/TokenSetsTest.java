package postern.forge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.access.Caller;
import postern.access.EndReason;
import postern.access.Scope;
import postern.access.UpstreamLease;
import postern.access.UpstreamRefused;
import postern.core.Secret;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Sets at rest: oauth-rules section 5. */
class TokenSetsTest {
    @TempDir Path folder;

    @Test
    void an_overtaken_sign_in_never_replaces_the_newer_set_and_still_gets_it() throws Exception {
        try (var bench = new Bench(folder)) {
            SignedIn older = bench.signIn("alice");
            SignedIn newer = bench.signIn("alice");
            Caller second = bench.store.grant(bench.upstream, newer, Scope.FULL);
            Caller first = bench.store.grant(bench.upstream, older, Scope.FULL);
            assertEquals(2L, counter(bench));
            bench.store.clock.advance(java.time.Duration.ofHours(1));
            for (Caller caller : new Caller[] {first, second}) {
                try (UpstreamLease lease = bench.upstream.lease(caller)) {
                    assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
                }
            }
        }
    }

    @Test
    void a_new_consent_at_the_forge_counts_from_one_and_still_replaces() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller old = bench.grant("alice");
            bench.grant("alice");
            bench.forge.revokeGrant("alice", bench.app.clientId());
            bench.grant("alice");
            assertEquals(1L, counter(bench));
            try (UpstreamLease lease = bench.upstream.lease(old)) {
                assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
            }
        }
    }

    @Test
    void each_write_has_a_higher_generation_and_fresh_bytes() throws Exception {
        try (var bench = new Bench(folder)) {
            SignedIn signedIn = bench.signIn("alice");
            bench.store.grant(bench.upstream, signedIn, Scope.FULL);
            byte[] first = sealed(bench, "alice");
            bench.store.grant(bench.upstream, signedIn, Scope.FULL);
            assertFalse(java.util.Arrays.equals(first, sealed(bench, "alice")));
            long generation =
                    bench.store.read(tx ->
                            tx.first(
                                            "select generation from upstream_token_set",
                                            row -> row.getLong(1))
                                    .orElseThrow());
            assertEquals(2, generation);
        }
    }

    @Test
    void the_sets_of_two_people_do_not_open_in_each_others_rows() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller alice = bench.grant("alice");
            bench.grant("bob");
            byte[] foreign = sealed(bench, "bob");
            bench.store.database.write(tx ->
                    tx.update(
                            "update upstream_token_set set sealed = ? where person_id = ?",
                            foreign,
                            alice.principal().person().id()));
            assertArrayEquals(foreign, sealed(bench, "alice"));
            assertThrows(UpstreamRefused.class, () -> bench.upstream.lease(alice));
            assertFalse(bench.store.isLive(alice), "the client signs in again");
        }
    }

    @Test
    void swapped_keys_and_an_older_set_under_a_newer_generation_do_not_open() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller alice = bench.grant("alice");
            bench.store.database.write(
                    tx -> tx.update("update upstream_token_set set generation = generation + 1"));
            bench.store.database.write(
                    tx -> tx.update("update upstream_key set generation = generation + 1"));
            assertThrows(UpstreamRefused.class, () -> bench.upstream.lease(alice));
        }
    }

    @Test
    void nothing_is_sealed_to_a_public_key_that_somebody_planted() throws Exception {
        try (var bench = new Bench(folder)) {
            bench.grant("alice");
            byte[] planted = bench.store.grants.seal().newKeyPair().publicKey();
            bench.store.database.write(tx ->
                    tx.update(
                            "insert into access_grant select 'planted-planted-plante', person_id,"
                                    + " client_id, redirect_uri, scope, resource, ?, mac,"
                                    + " created_at, expires_at, null, null, null from access_grant",
                            (Object) planted));
            bench.grant("alice");
            assertEquals(
                    2L,
                    bench.store
                            .read(tx ->
                                    tx.first(
                                            "select count(*) from upstream_key",
                                            row -> row.getLong(1)))
                            .orElseThrow());
            assertEquals(
                    0L,
                    bench.store
                            .read(tx ->
                                    tx.first(
                                            "select count(*) from upstream_key where grant_id"
                                                    + " like 'planted%'",
                                            row -> row.getLong(1)))
                            .orElseThrow());
        }
    }

    @Test
    void the_last_grant_takes_the_set_with_it_K9() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller first = bench.grant("alice");
            Caller second = bench.grant("alice");
            Instant now = bench.store.clock.instant();
            for (Caller caller : new Caller[] {first, second}) {
                bench.upstream.forget(now);
                assertEquals(1L, count(bench, "upstream_token_set"));
                bench.store.database.write(tx ->
                        bench.store.grants.end(
                                tx, caller.principal().grant(), EndReason.REVOKED_BY_PERSON, now));
            }
            bench.upstream.forget(now);
            assertEquals(0L, count(bench, "upstream_token_set"));
            assertEquals(0L, count(bench, "upstream_key"));
        }
    }

    private static long count(Bench bench, String table) {
        return bench.store.read(tx ->
                tx.first("select count(*) from " + table, row -> row.getLong(1)).orElseThrow());
    }

    @Test
    void no_token_of_the_forge_is_in_the_database_files() throws Exception {
        try (var bench = new Bench(folder)) {
            SignedIn signedIn = bench.signIn("alice");
            bench.store.grant(bench.upstream, signedIn, Scope.FULL);
            Secret refresh = signedIn.tokens().orElseThrow().refreshToken();
            Secret access = signedIn.tokens().orElseThrow().accessToken();
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    String bytes =
                            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                    assertFalse(refresh.useText(bytes::contains));
                    assertFalse(access.useText(bytes::contains));
                }
            }
        }
    }

    @Test
    void a_set_survives_its_codec() throws Exception {
        try (var bench = new Bench(folder)) {
            TokenSet set = bench.signIn("alice").tokens().orElseThrow();
            TokenSet read = TokenSetCodec.read(TokenSetCodec.write(set));
            assertTrue(read.accessToken().matches(set.accessToken().use(byte[]::clone)));
            assertTrue(read.refreshToken().matches(set.refreshToken().use(byte[]::clone)));
            assertEquals(set.accessExpiresAt(), read.accessExpiresAt());
            assertEquals(set.counter(), read.counter());
            assertEquals(set.grantedScope(), read.grantedScope());
        }
    }

    private static byte[] sealed(Bench bench, String login) {
        return bench.store.read(tx ->
                tx.first(
                                "select s.sealed from upstream_token_set s"
                                        + " join person p on p.id = s.person_id"
                                        + " where p.login = ?",
                                row -> row.getBytes(1),
                                login)
                        .orElseThrow());
    }

    private static long counter(Bench bench) {
        return bench.store.read(tx ->
                tx.first("select counter from upstream_token_set", row -> row.getLong(1))
                        .orElseThrow());
    }
}
