package postern.testkit.forgejo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;

/**
 * What callers see of each personality; sections A16 and E. The Gitea column is as it was recorded
 * from a running 1.23.0, the others are as their source says. Below the two full tables stand the
 * differences of their relatives.
 */
class PersonalityTest {
    @ParameterizedTest(name = "Forgejo 15: {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    version                                | 15.0.3+gitea-1.22.0
                    issuer                                 | ROOT_URL
                    lifetimes                              | 3600 2628000
                    refresh token used twice               | 200, 400 token was already used
                    counter in the refresh token           | true
                    other redirect_uri at the exchange     | 400 redirect_uri does not match the authorization request
                    no redirect_uri at the exchange        | 400 redirect_uri does not match the authorization request
                    access token as refresh token          | 400 token is not a refresh token
                    refresh token of another client        | 400 refresh token was not issued to this client
                    wrong verifier after consent           | 400 failed PKCE code challenge
                    plain after consent                    | 200
                    wrong verifier on the silent path      | 400 failed PKCE code challenge
                    challenge without method, silent path  | 400 failed PKCE code challenge
                    unknown scope beside read:user         | 403
                    scopes joined by a comma               | 200
                    missing scope                          | 403 token does not have at least one of required scope(s): [read:repository]
                    silent scope change                    | read:user
                    second consent of a trusted public app | asks
                    fields of a new app                    | 201 id name client_id client_secret confidential_client redirect_uris created
                    groups of nobody                       | absent
                    userinfo without a token               | 401; text/plain;charset=utf-8; no valid authorization; Bearer realm=""
                    userinfo with a bad token              | 401 Credentials are incorrect or have expired. Retry your command or see https://forgejo.org/docs/latest/user/authentication/ for more information
                    API, garbage                           | 401 user does not exist [uid: 0, name: ]
                    API, revoked grant                     | 401 user does not exist [uid: 0, name: ]
                    introspection of garbage               | 401 Credentials are incorrect or have expired. Retry your command or see https://forgejo.org/docs/latest/user/authentication/ for more information
                    cookies of the sign-in page            | session
                    consent form                           | no _csrf
                    fields of an attachment                | id name size download_count created_at uuid browser_download_url type
                    """)
    void A16_forgejo_15(String what, String expected) throws IOException {
        assertSeen(Personality.FORGEJO_15, what, expected);
    }

    @ParameterizedTest(name = "Gitea 1.23: {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    version                                | 1.23.0
                    issuer                                 | ROOT_URL/
                    lifetimes                              | 3600 2628000
                    refresh token used twice               | 200, 200
                    counter in the refresh token           | false
                    other redirect_uri at the exchange     | 200
                    no redirect_uri at the exchange        | 200
                    access token as refresh token          | 200
                    refresh token of another client        | 200
                    wrong verifier after consent           | 200
                    plain after consent                    | 400 failed PKCE code challenge
                    wrong verifier on the silent path      | 400 failed PKCE code challenge
                    challenge without method, silent path  | 200
                    unknown scope beside read:user         | 200
                    scopes joined by a comma               | 403
                    missing scope                          | 403 token does not have at least one of required scope(s), required=[read:repository], token scope=read:user
                    silent scope change                    | read:user
                    second consent of a trusted public app | silent
                    fields of a new app                    | 201 id name client_id client_secret confidential_client skip_secondary_authorization redirect_uris created
                    groups of nobody                       | null
                    userinfo without a token               | 401; text/plain;charset=utf-8; no valid authorization; Bearer realm="Gitea OAuth2"
                    userinfo with a bad token              | 401 Verify
                    API, garbage                           | 401 user does not exist [uid: 0, name: ]
                    API, revoked grant                     | 401 user does not exist [uid: 0, name: ]
                    introspection of garbage               | 401 Verify
                    cookies of the sign-in page            | i_like_gitea _csrf
                    consent form                           | _csrf
                    fields of an attachment                | id name size download_count created_at uuid browser_download_url
                    """)
    void A16_gitea_1_23(String what, String expected) throws IOException {
        assertSeen(Personality.GITEA_1_23, what, expected);
    }

    @ParameterizedTest(name = "Forgejo 16: {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    version                                | 16.0.0+gitea-1.22.0
                    API, garbage                           | 401 token has invalid claims: token is expired / access token does not exist [sha: TOKEN] / token is unverifiable: error while executing keyfunc: unexpected signing method: RS256 / task with token "TOKEN": resource does not exist / authorized integration: parse JWT error: token is unverifiable
                    API, revoked grant                     | 401 oauth2 grant not found or revoked / …
                    """)
    void A10_forgejo_16_differs_from_15(String what, String expected) throws IOException {
        assertSeen(Personality.FORGEJO_16, what, expected);
    }

    @ParameterizedTest(name = "Forgejo 11: {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    version                                | 11.0.15+gitea-1.22.0
                    issuer                                 | ROOT_URL/
                    userinfo with a bad token              | 401 Verify
                    introspection of garbage               | 401 Verify
                    cookies of the sign-in page            | i_like_gitea _csrf
                    consent form                           | _csrf
                    """)
    void A1_forgejo_11_differs_from_15(String what, String expected) throws IOException {
        assertSeen(Personality.FORGEJO_11, what, expected);
    }

    @ParameterizedTest(name = "Gitea main: {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    version                                | 1.26.0
                    silent scope change                    | write:issue
                    """)
    void A16_gitea_main_differs_from_1_23(String what, String expected) throws IOException {
        assertSeen(Personality.GITEA_MAIN, what, expected);
    }

    @Test
    void an_upgrade_of_the_running_forge_shows_at_the_next_request() throws IOException {
        try (var walk = new ForgejoWalk()) {
            walk.forge.operator().become(Personality.FORGEJO_16);
            assertEquals("16.0.0+gitea-1.22.0", new Observations(walk).of("version"));
            assertTrue(walk.api("/version", "canary-token").body().contains("canary-token"));
        }
    }

    @Test
    void an_unknown_name_is_refused_with_the_names_there_are() {
        var wrong =
                assertThrows(IllegalArgumentException.class, () -> Personality.named("forgejo-9"));
        assertTrue(wrong.getMessage().contains("forgejo-11"), wrong.getMessage());
        assertEquals(5, Personality.names().size());
    }

    private static void assertSeen(Personality personality, String what, String expected)
            throws IOException {
        var options = ForgejoDoubleOptions.standard().withPersonality(personality);
        try (var walk = new ForgejoWalk(options)) {
            assertEquals(expected, new Observations(walk).of(what));
        }
    }
}
