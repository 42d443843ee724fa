package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.testkit.wire.WireServer;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Names with slashes, as they go over the wire. Forgejo and Gitea choose the route by the escaped
 * path, where {@code %2F} is a letter of a name, and then decode each name once. A proxy between us
 * may decode the whole path, so nothing may pass that is forbidden in either reading.
 */
class EscapedPathsTest extends RelayBench {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private final List<String> reached = new CopyOnWriteArrayList<>();
    private WireServer wire;

    @BeforeEach
    void open() throws IOException {
        wire =
                new WireServer(
                        0,
                        (request, connection) -> {
                            reached.add(request.target());
                            connection.write(OK.getBytes(StandardCharsets.US_ASCII));
                        });
        startBefore(
                URI.create("http://127.0.0.1:" + wire.port()),
                limits(),
                EnumSet.allOf(Standing.class));
        entry = relay.admit(new FixedAccess(false));
    }

    @AfterEach
    void close() {
        wire.close();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    branch           | /api/v1/repos/o/r/branches/feature%2Fx
                    lower case       | /api/v1/repos/o/r/branches/feature%2fx
                    as it is         | /api/v1/repos/o/r/branches/feature/x
                    protection       | /api/v1/repos/o/r/branch_protections/release%2F*
                    tree             | /api/v1/repos/o/r/git/trees/feature%2Fx?recursive=1
                    status           | /api/v1/repos/o/r/commits/feature%2Fx/status
                    query            | /api/v1/repos/o/r/contents/a.txt?ref=feature%2Fx
                    pull request     | /api/v1/repos/o/r/pulls/main/feature%2Fx
                    file             | /api/v1/repos/o/r/contents/docs%2Fa%20b.md
                    file in folders  | /api/v1/repos/o/r/contents/docs/a%20b%23c%3Fd.md
                    hidden file      | /api/v1/repos/o/r/contents/.forgejo%2Fworkflows%2Fci.yml
                    dots in names    | /api/v1/repos/o/r/contents/a..b/c...d/..e
                    per cent         | /api/v1/repos/o/r/contents/100%25.txt
                    letters          | /api/v1/repos/o/r/contents/%E6%96%87/%C3%A9.md
                    wiki page        | /api/v1/repos/o/r/wiki/page/Notes%2FPlan.-
                    called keys      | /api/v1/repos/o/r/contents/user%2Fkeys
                    tag              | /api/v1/repos/o/r/releases/tags/v1.0%2B2
                    release file     | /o/r/releases/download/v1%2F2/a%20b.zip
                    """)
    void names_of_people_reach_the_forge_as_they_were_written(String what, String target)
            throws IOException {
        assertEquals(200, raw("GET " + target + " HTTP/1.1", relay.url().getAuthority()));
        assertEquals(List.of(target), reached);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    a decoding proxy     | /api/v1/user%2Fkeys                            | 403
                    lower case           | /api/v1/user%2fkeys                            | 403
                    all escaped          | /api/v1/%75%73%65%72%2F%6B%65%79%73            | 403
                    mixed case           | /api/v1/User%2FKEYS                            | 403
                    slash at the end     | /api/v1/user%2Fkeys%2F                         | 403
                    below                | /api/v1/user%2Fkeys%2F1                        | 403
                    deploy key           | /api/v1/repos/o/r%2Fkeys                       | 403
                    in the owner's place | /api/v1/repos/o%2Fx/r/keys                     | 403
                    administration       | /api/v1/admin%2Fusers                          | 403
                    tokens               | /api/v1/users%2Falice%2Ftokens                 | 403
                    Kelvin sign          | /api/v1/user/%E2%84%AAeys                      | 403
                    dot segments         | /api/v1/repos/o/r/contents/..%2F..%2F..%2Fuser | 400
                    one dot              | /api/v1/user/.%2Fkeys                          | 400
                    escaped dots         | /api/v1/user/%2e%2E/admin                      | 400
                    escaped twice        | /api/v1/user%252Fkeys                          | 400
                    escaped three times  | /api/v1/user%25252Fkeys                        | 400
                    twice in a letter    | /api/v1/user/%256beys                          | 400
                    half escaped twice   | /api/v1/user%2%46keys                          | 400
                    two slashes          | /api/v1/user//keys                             | 400
                    two escaped slashes  | /api/v1/user%2F%2Fkeys                         | 400
                    one of each          | /api/v1/user/%2Fkeys                           | 400
                    semicolon            | /api/v1/user;a=b/keys                          | 400
                    escaped semicolon    | /api/v1/user/keys%3Ba                          | 400
                    backslash            | /api/v1/user\\keys                             | 400
                    escaped backslash    | /api/v1/user%5Ckeys                            | 400
                    null                 | /api/v1/user/keys%00                           | 400
                    line end             | /api/v1/user%0D%0Akeys                         | 400
                    delete               | /api/v1/user/keys%7F                           | 400
                    overlong slash       | /api/v1/user%C0%AFkeys                         | 400
                    overlong dot         | /api/v1/user/%C0%AE%C0%AE/admin                | 400
                    three byte slash     | /api/v1/user%E0%80%AFkeys                      | 400
                    surrogate            | /api/v1/user/%ED%A0%80keys                     | 400
                    not UTF-8            | /api/v1/user/%FFkeys                           | 400
                    not hexadecimal      | /api/v1/user/%6Gkeys                           | 400
                    other digits         | /api/v1/user/%u006Beys                         | 400
                    escaped prefix       | /api%2Fv1/admin                                | 400
                    prefix in letters    | /%61pi/v1/admin                                | 400
                    fragment             | /api/v1/user#/../keys                          | 400
                    out by a download    | /o/r/releases/download/v1/..%2F..%2Fadmin      | 400
                    web page             | /user%2Fsettings%2Fkeys                        | 404
                    """)
    void what_is_forbidden_in_any_reading_never_reaches_the_forge(
            String how, String target, int status) throws IOException {
        assertEquals(status, raw("GET " + target + " HTTP/1.1", relay.url().getAuthority()));
        assertEquals(List.of(), reached);
    }
}
