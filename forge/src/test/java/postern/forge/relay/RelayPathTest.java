package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Design section 11: what never gets through, however it is written. */
class RelayPathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/user/keys",
                "/api/v1/user/keys/",
                "/api/v1/user/keys/7",
                "/api/v1/user/%6Beys",
                "/api/v1/user%2Fkeys",
                "/api/v1/USER/Keys",
                "/api/v1/user/gpg_keys",
                "/api/v1/user/gpg_keys/1",
                "/api/v1/user/applications/oauth2",
                "/api/v1/user/applications/oauth2/3",
                "/api/v1/users/alice/tokens",
                "/api/v1/users/alice/tokens/name",
                "/api/v1/users/al%69ce/tok%65ns",
                "/api/v1/admin",
                "/api/v1/admin/users",
                "/api/v1/%61dmin/cron"
            })
    void what_would_outlive_the_session_is_denied(String path) throws Exception {
        assertTrue(RelayPath.of(path).isDenied(RelayConfig.STANDARD_DENIED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/user",
                "/api/v1/user/repos",
                "/api/v1/users/alice",
                "/api/v1/users/tokens/repos",
                "/api/v1/repos/alice/admin",
                "/api/v1/repos/user/keys/contents/a%20b.txt",
                "/api/v1/repos/o/r/branches/feature%2Fx",
                "/api/v1/repos/o/r/contents/100%25",
                "/api/v1/repos/o/r/contents/%C3%A9.md",
                "/api/v1/repos/o/r/contents/.forgejo/workflows",
                "/api/v1/repos/o/r/contents/...",
                "/api/v1/repos/o/r/compare/a...b",
                "/api/v1/repos/o/r/contents/"
            })
    void everything_else_passes_as_it_is(String path) throws Exception {
        RelayPath read = RelayPath.of(path);
        assertFalse(read.isDenied(RelayConfig.STANDARD_DENIED));
        assertEquals(path, read.raw());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1//admin",
                "//api/v1/admin",
                "/api/v1/./admin",
                "/api/v1/user/../admin",
                "/api/v1/user/%2e%2e/admin",
                "/api/v1/user/%2E./admin",
                "/api/v1/repos/a%2F..%2F..%2Fadmin",
                "/api/v1/user%2F%2Fkeys",
                "/api/v1/user/keys;x",
                "/api/v1/user;/keys",
                "/api/v1/user/keys%3Bx",
                "/api/v1/user%5Ckeys",
                "/api/v1/user\\keys",
                "/api/v1/user/%256Beys",
                "/api/v1/user%252Fkeys",
                "/api/v1/user/keys%00",
                "/api/v1/user/keys%0a",
                "/api/v1/user/%zz",
                "/api/v1/user/%6",
                "/api/v1/user/%ff",
                "/api/v1/user/\u00e9",
                "/api/%76%31/admin",
                "/api/v1/..",
                "api/v1/user",
                ""
            })
    void a_path_with_two_meanings_is_400(String path) {
        assertEquals(400, assertThrows(RelayRefusal.class, () -> RelayPath.of(path)).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/user/login", "/api/v1", "/api/v2/user", "/api/forgejo/v1/version"})
    void outside_of_the_api_is_404(String path) {
        assertEquals(404, assertThrows(RelayRefusal.class, () -> RelayPath.of(path)).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sudo=bob",
                "page=1&sudo=bob",
                "SUDO=bob",
                "%73udo=bob",
                "token=x",
                "access_token=x"
            })
    void a_query_that_speaks_for_somebody_else_is_400(String query) {
        assertEquals(
                400, assertThrows(RelayRefusal.class, () -> RelayPath.checkQuery(query)).status());
    }

    @Test
    void other_queries_pass() throws Exception {
        RelayPath.checkQuery("");
        RelayPath.checkQuery("q=sudo+token&page=2&limit=50");
    }
}
