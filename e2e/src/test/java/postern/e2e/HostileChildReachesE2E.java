package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import postern.testkit.forgejo.Fault;
import postern.testkit.mcp.McpClient;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a child reaches that uses the relay as best it can: no other host, no other person, nothing
 * that is not served, however the child is held.
 */
class HostileChildReachesE2E {
    @ParameterizedTest
    @EnumSource(HeldChild.class)
    void a_child_reaches_nothing_but_its_persons_forge(HeldChild held) throws Exception {
        // Namespaces for ordinary users are the kernel's choice, and many containers forbid them.
        assumeTrue(held.isOffered(), held + " is not offered by this machine");
        try (var stranger = new Stranger();
                Installation installation = HostileChild.installation(held)) {
            SignedIn alice = installation.signIn("alice");
            SignedIn bob = installation.signIn("bob");
            try (McpClient hers = alice.openSession();
                    McpClient his = bob.openSession()) {
                var child =
                        new HostileChild(
                                hers, HostileChild.secrets(installation, List.of(alice, bob)));
                installation.forge().clearRequests();
                String good = "GET /api/v1/user HTTP/1.1\r\n" + HostileChild.GIVEN + "\r\n";
                assertEquals(200, child.raw(good));
                otherHosts(child, stranger.authority());
                otherPeople(child);
                smuggle(child);
                answers(child, installation, stranger);
                assertEquals(List.of(), child.found());
                assertEquals(0, stranger.visits(), "connections to another host");
                assertEquals(Set.of(), HostileChild.wrongAtForge(installation));
                assertEquals(200, child.raw(good), "it still may what it may");
            }
        }
    }

    private static void otherHosts(HostileChild child, String stranger) throws IOException {
        for (String line :
                List.of(
                        "GET http://" + stranger + "/api/v1/user HTTP/1.1",
                        "GET http://{AUTHORITY}@" + stranger + "/api/v1/user HTTP/1.1",
                        "GET http://{AUTHORITY}/api/v1/user HTTP/1.1",
                        "CONNECT " + stranger + " HTTP/1.1",
                        "GET @" + stranger + "/api/v1/user HTTP/1.1",
                        "GET //" + stranger + "/api/v1/user HTTP/1.1",
                        "GET /\\" + stranger + "/api/v1/user HTTP/1.1",
                        "GET /api/v1/../../@" + stranger + "/ HTTP/1.1")) {
            child.refused(line + "\r\n" + HostileChild.GIVEN + "\r\n");
        }
        child.refused(
                "GET /api/v1/user HTTP/1.1\r\n"
                        + HostileChild.GIVEN.replace("{AUTHORITY}", stranger)
                        + "\r\n");
        child.refused(
                "GET /api/v1/user HTTP/1.1\r\n"
                        + HostileChild.GIVEN
                        + "Host: "
                        + stranger
                        + "\r\n\r\n");
        child.raw(
                "GET /api/v1/user HTTP/1.1\r\n"
                        + HostileChild.GIVEN
                        + "X-Forwarded-Host: "
                        + stranger
                        + "\r\nForwarded: host="
                        + stranger
                        + "\r\n\r\n");
    }

    private static void otherPeople(HostileChild child) throws IOException {
        for (String authorization :
                List.of(
                        "token {TOKEN}x",
                        "token ptn_dummy_",
                        "token ",
                        "token *",
                        "Basic Ym9iOnBhc3N3b3Jk",
                        "token {TOKEN}\r\nAuthorization: token ptn_dummy_x")) {
            child.refused(
                    "GET /api/v1/user HTTP/1.1\r\n"
                            + HostileChild.GIVEN.replace("token {TOKEN}", authorization)
                            + "\r\n");
        }
        for (String path :
                List.of(
                        "/api/v1/user?sudo=bob",
                        "/api/v1/user?%73udo=bob",
                        "/api/v1/user?token=x",
                        "/api/v1/admin/users",
                        "/api/v1/%61dmin/users",
                        "/api/v1/user/../admin/users",
                        "/api/v1/user/%2e%2e/admin/users",
                        "/api/v1//admin/users",
                        "/api/v1/users/alice/tokens",
                        "/api/v1/users/alice%2ftokens",
                        "/api/v1/user/keys;x",
                        "/api/v1/repos/alice/public/keys",
                        "/user/settings/applications")) {
            child.refused("GET " + path + " HTTP/1.1\r\n" + HostileChild.GIVEN + "\r\n");
        }
    }

    private static void smuggle(HostileChild child) throws IOException {
        String hidden = "GET /api/v1/admin/users HTTP/1.1\r\nHost: x\r\n\r\n";
        child.raw(
                "POST /api/v1/markdown HTTP/1.1\r\n"
                        + HostileChild.GIVEN
                        + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                        + hidden);
        child.raw(
                "GET /api/v1/user HTTP/1.1\r\n"
                        + HostileChild.GIVEN
                        + "Content-Length: "
                        + hidden.length()
                        + "\r\n\r\n"
                        + hidden);
        child.raw(
                "GET /api/v1/user HTTP/1.1\r\n"
                        + HostileChild.GIVEN
                        + "Sudo: bob\r\nX-WebAuth-User: bob\r\nX-HTTP-Method-Override: DELETE\r\n"
                        + "Connection: Authorization, User-Agent\r\nUpgrade: h2c\r\n\r\n");
        child.raw(
                "GET /api/v1/user HTTP/1.1\r\nX: y\r\n Sudo: bob\r\n"
                        + HostileChild.GIVEN
                        + "\r\n");
        child.raw(
                "GET /api/v1/user HTTP/1.1\r\nUser-Agent: a\nSudo: bob\r\n"
                        + HostileChild.GIVEN
                        + "\r\n");
        child.raw("TRACE /api/v1/user HTTP/1.1\r\n" + HostileChild.GIVEN + "\r\n");
    }

    private static void answers(HostileChild child, Installation installation, Stranger stranger)
            throws IOException {
        URI target = URI.create("http://" + stranger.authority() + "/");
        for (int status : List.of(301, 302, 303, 307, 308)) {
            String path = "/api/v1/repos/alice/moved" + status;
            installation.forge().addFault(path, Fault.redirect(status, target), 1);
            assertEquals(
                    403, child.raw("GET " + path + " HTTP/1.1\r\n" + HostileChild.GIVEN + "\r\n"));
        }
        installation.forge().content().addRelease("alice", "public-notes", "v1");
        installation
                .forge()
                .content()
                .addReleaseLink("alice", "public-notes", "v1", "x.txt", target);
        String releases =
                child.take(
                        "send-raw",
                        "text",
                        "GET /api/v1/repos/alice/public-notes/releases HTTP/1.1\r\n"
                                + HostileChild.GIVEN
                                + "\r\n");
        Matcher link = Pattern.compile("http://[^/]+(/elsewhere/[A-Za-z0-9_-]+)").matcher(releases);
        assertTrue(link.find(), releases);
        assertEquals(
                403,
                child.raw("GET " + link.group(1) + " HTTP/1.1\r\n" + HostileChild.GIVEN + "\r\n"));
    }
}
