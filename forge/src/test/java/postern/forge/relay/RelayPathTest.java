package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

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
                "/api/v1/%61dmin/cron",
                "/api/v1/user/actions/runners/registration-token",
                "/api/v1/orgs/club/actions/runners/registration-token",
                "/api/v1/repos/o/r/actions/runners",
                "/api/v1/repos/o/r/runners/registration-token",
                "/api/v1/repos/o/r/keys",
                "/api/v1/repos/o/r/keys/1",
                "/api/v1/repos/o%2Fx/r/keys",
                "/api/v1/repos/o/r/k%65ys",
                "/api/v1/repos/o/r/hooks/git/pre-receive"
            })
    void keys_tokens_and_administration_are_denied_to_every_method(String path) throws Exception {
        for (String method : List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")) {
            assertFalse(passes(method, path, EnumSet.allOf(Standing.class)), method);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HOOKS, POST, /api/v1/repos/o/r/hooks",
        "HOOKS, PATCH, /api/v1/repos/o/r/hooks/1",
        "HOOKS, POST, /api/v1/repos/o/r/hooks/1/tests",
        "HOOKS, POST, /api/v1/orgs/club/hooks",
        "HOOKS, POST, /api/v1/user/hooks",
        "HOOKS, POST, /api/v1/repos/evil/template/generate",
        "MIRRORS, POST, /api/v1/repos/o/r/push_mirrors",
        "MIRRORS, POST, /api/v1/repos/migrate",
        "SHARING, PUT, /api/v1/repos/o/r/collaborators/eve",
        "SHARING, PUT, /api/v1/repos/o/r/teams/crew",
        "SHARING, POST, /api/v1/repos/o/r/transfer",
        "ACTIONS, PUT, /api/v1/repos/o/r/actions/secrets/KEY",
        "ACTIONS, POST, /api/v1/orgs/club/actions/variables/NAME",
        "ACTIONS, PUT, /api/v1/user/actions/secrets/KEY"
    })
    void what_goes_on_working_is_denied_unless_the_operator_allows_its_kind(
            Standing kind, String method, String path) throws Exception {
        assertFalse(passes(method, path, EnumSet.complementOf(EnumSet.of(kind))));
        assertTrue(passes(method, path, EnumSet.of(kind)));
        assertTrue(passes("GET", path, EnumSet.noneOf(Standing.class)), "looking at it");
        assertTrue(passes("DELETE", path, EnumSet.noneOf(Standing.class)), "taking it away");
        RelayRefusal refusal =
                assertThrows(
                        RelayRefusal.class,
                        () -> LastingEffects.check(method, RelayPath.of(path), Set.of()));
        assertEquals(403, refusal.status());
        assertTrue(
                refusal.getMessage().endsWith("POSTERN_RELAY_ALLOW=" + kind.settingName()),
                refusal.getMessage());
    }

    @Test
    void a_mail_address_may_be_read_but_not_changed() throws Exception {
        assertTrue(passes("GET", "/api/v1/user/emails", Set.of()));
        assertFalse(passes("POST", "/api/v1/user/emails", EnumSet.allOf(Standing.class)));
        assertFalse(passes("DELETE", "/api/v1/user/emails", EnumSet.allOf(Standing.class)));
    }

    private static boolean passes(String method, String path, Set<Standing> allowed)
            throws RelayRefusal {
        RelayPath read = RelayPath.of(path);
        try {
            LastingEffects.check(method, read, allowed);
            return true;
        } catch (RelayRefusal refused) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/repos/alice/secret-plans/issues/17, /api/v1/repos/{}/{}/issues/{}",
        "/api/v1/repos/issues/issues/issues/1/comments, /api/v1/repos/{}/{}/issues/{}/comments",
        "/api/v1/repos/a/b/contents/tags/x.md, /api/v1/repos/{}/{}/contents/{}",
        "/api/v1/repos/a/b/pulls/3.diff, /api/v1/repos/{}/{}/pulls/{}",
        "/api/v1/repos/search, /api/v1/repos/search",
        "/api/v1/users/alice/repos, /api/v1/users/{}/repos",
        "/api/v1/user/keys/, /api/v1/user/keys",
        "/api/v1/anything/else, /api/v1/{}/{}",
        "/api/v1/1/2/3/4/5/6/7/8/9/10/11/12/13, /api/v1/{}/{}/{}/{}/{}/{}/{}/{}/{}/{}/{}/{}/...",
        "/api/v1/, /api/v1/{}",
        "/a/b/releases/download/v1/plan.pdf, /{}/{}/releases/download/{}",
        "/attachments/0b5ac2f1-9a4b-4f0e-8a52-3d2b9b1c7d11, /attachments/{}",
        "/elsewhere/aHR0cDovL2V2aWw, /elsewhere/{}"
    })
    void the_record_has_the_shape_of_a_path_and_no_name(String path, String pattern)
            throws Exception {
        assertEquals(pattern, PathPattern.of(RelayPath.of(path)));
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
                "/api/v1/repos/keys/hooks",
                "/api/v1/repos/o/r/contents/hooks",
                "/api/v1/repos/o/r/push_mirrors-sync",
                "/api/v1/repos/migrate/r/issues",
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
        LastingEffects.check("POST", read, Set.of());
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
                "/api/v1/user#/keys",
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
            strings = {
                "/",
                "/user/login",
                "/api/v1",
                "/api/v2/user",
                "/api/forgejo/v1/version",
                "/o/r/raw/branch/main/x",
                "/o/r/releases/download/v1",
                "/attachments/1",
                "/api/packages/releases/download/x/y",
                "/o/r/attachments/not-a-uuid",
                "/api/releases/releases/download/x/y"
            })
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
