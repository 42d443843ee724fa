package postern.e2e.rules;

import postern.testkit.program.PosternProcess;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** P1 to P6: transport, browser, process. */
final class TransportRules {
    private TransportRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "P1",
                        "OAuth 2.1 1.5; RFC 6797",
                        "https everywhere but on loopback, and browsers are told to keep to it",
                        TransportRules::p1),
                new Rule("P2", Level.MUST, "BCP 195", "only TLS 1.2 and 1.3", TransportRules::p2),
                Rule.ours("P3", "own", "slow ones keep nobody else waiting", TransportRules::p3),
                Rule.ours(
                        "P4",
                        "RFC 9110 15",
                        "unknown methods and paths are refused without an echo or a version",
                        TransportRules::p4),
                Rule.ours(
                        "P5",
                        "OAuth 2.1 7.1.3",
                        "one cookie, tied to the host, without any token",
                        TransportRules::p5),
                Rule.ours(
                        "P6",
                        "own",
                        "what was begun is finished at a stop; a locked database is 503",
                        TransportRules::p6));
    }

    private static void p1(Installations at) throws Exception {
        var settings =
                PosternProcess.Settings.standard()
                        .withArguments("serve")
                        .withEnvironment(Map.of("POSTERN_PUBLIC_URL", "http://mcp.example.org"));
        try (PosternProcess refused = PosternProcess.launch(settings)) {
            var status = refused.awaitExit(Duration.ofSeconds(30));
            Expect.that(
                    status.isPresent() && status.getAsInt() != 0,
                    "plain http on a public name is refused at the start");
            Expect.that(refused.stderr().contains("POSTERN_PUBLIC_URL"), refused.stderr());
        }
        Site site = at.https();
        String[] plain = {"X-Forwarded-Proto", "http"};
        Granted granted = App.local(site).connect();
        Params renewal = App.renewal(granted.refresh()).with("client_id", granted.app().id());
        site.withoutTrace(() -> {
            Answer answer = site.wire().post(TokenRules.PATH, renewal, plain);
            return answer.require(answer.status() >= 400, "a POST over plain http refused");
        });
        for (Answer answer :
                List.of(
                        site.wire().get(MetadataRules.PATH),
                        site.wire().get("/oauth/authorize"),
                        site.wire().post(TokenRules.PATH, Params.of("a", "b")))) {
            String policy = answer.header("Strict-Transport-Security");
            answer.require(policy.contains("max-age="), "Strict-Transport-Security");
        }
    }

    private static Verdict p2(Installations at) {
        return new Verdict.NotApplicable(
                "the program speaks plain HTTP; the reverse proxy in front speaks TLS");
    }

    private static void p3(Installations at) throws Exception {
        Site site = at.rough();
        var slow = new ArrayList<Socket>();
        try {
            String body =
                    "POST /oauth/token HTTP/1.1\r\nHost: "
                            + site.wire().host()
                            + "\r\nContent-Length: 1000\r\nContent-Type:"
                            + " application/x-www-form-urlencoded\r\n\r\na";
            for (int i = 0; i < 250; i++) {
                slow.add(begun(site, "GET /healthz HTTP/1.1\r\nHost: "));
                slow.add(begun(site, body));
            }
            var millis = new ArrayList<Long>();
            for (int i = 0; i < 50; i++) {
                long began = System.nanoTime();
                site.wire().get(MetadataRules.PATH).is(200);
                millis.add((System.nanoTime() - began) / 1_000_000);
            }
            millis.sort(null);
            Expect.that(millis.get(25) < 100, "others wait less than 100 ms: " + millis);
            requireFewThreads(site);
        } finally {
            for (Socket socket : slow) socket.close();
        }
    }

    private static Socket begun(Site site, String text) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), site.port());
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return socket;
    }

    /** Threads of the program, as the kernel counts them. */
    private static void requireFewThreads(Site site) throws IOException {
        Path folder = Path.of("/proc", String.valueOf(site.postern().pid()), "task");
        try (Stream<Path> tasks = Files.list(folder)) {
            long count = tasks.count();
            Expect.that(count < 200, "500 slow connections take no threads: " + count);
        }
    }

    private static void p4(Installations at) throws Exception {
        Site site = at.plain();
        for (String method : List.of("TRACE", "CONNECT", "BREW", "PROPFIND", "PRI")) {
            for (String path : List.of("/mcp", "/oauth/token", "/healthz")) {
                Answer answer = site.wire().send(method, path, "").isOneOf(400, 405, 501);
                answer.require(!answer.text().contains("X-Forwarded"), "no echo of headers");
            }
        }
        for (String path :
                List.of(
                        "/canary-p4",
                        "/favicon.ico",
                        "/robots.txt",
                        "/.git/config",
                        "/admin",
                        "/")) {
            Answer answer = site.wire().get(path);
            answer.isOneOf(200, 204, 404);
            answer.require(!answer.text().contains("canary"), "no echo");
        }
        site.wire().get("/canary-p4").is(404);
        for (Answer answer :
                List.of(
                        site.wire().get("/canary-p4"),
                        site.wire().get("/oauth/authorize?client_id=%zz"),
                        site.wire().form("/oauth/token", "%zz"),
                        site.wire().json("/oauth/register", "{{{"),
                        site.ping("/mcp"))) {
            String text = answer.text();
            answer.require(!text.contains("\tat ") && !text.contains("Exception"), "no trace");
            answer.hasNo("Server").hasNo("X-Powered-By");
            String lower = answer.whole().toLowerCase(Locale.ROOT);
            answer.require(!lower.contains("undertow"), "no product name");
        }
    }

    private static void p5(Installations at) throws Exception {
        for (Site site : List.of(at.plain(), at.https())) {
            Granted granted = App.local(site).connect();
            boolean secure = site.issuer().startsWith("https:");
            List<String> cookies = granted.walk().visitor().setCookies();
            Expect.that(!cookies.isEmpty(), "a cookie");
            for (String cookie : cookies) {
                String name = cookie.split("=", 2)[0];
                if (secure) Expect.that(name.startsWith("__Host-"), "__Host-: " + cookie);
                else Expect.that(name.contains("" + site.port()), "the port: " + cookie);
                Expect.equal("Secure", secure, cookie.contains("; Secure"));
                Expect.that(cookie.contains("HttpOnly"), "HttpOnly: " + cookie);
                for (String secret : List.of(granted.access(), granted.refresh(), granted.code())) {
                    Expect.that(!cookie.contains(secret), "no token in a cookie");
                }
            }
            String mine = cookies.getFirst().split(";", 2)[0];
            Answer byCookie =
                    site.ping("/mcp", "Cookie", mine + "; access_token=" + granted.access());
            byCookie.is(401);
            for (String path : List.of(MetadataRules.PATH, "/oauth/token", "/mcp")) {
                Answer answer = site.wire().get(path, "Origin", "https://page.example");
                answer.hasNo("Access-Control-Allow-Credentials");
                String allowed = answer.header("Access-Control-Allow-Origin");
                answer.require(!allowed.contains("page.example"), "the origin is not reflected");
            }
        }
    }

    private static void p6(Installations at) throws Exception {
        Site site = at.rough();
        App app = App.local(site);
        Granted granted = app.connect();
        Walk walk = app.walk();
        Params redemption = app.redemption(walk.code(), walk.pkce());
        long tokens = site.rows().count("access_token");
        try (AutoCloseable locked = site.rows().writeLock()) {
            try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
                Future<Answer> code = threads.submit(() -> app.token(redemption));
                Future<Answer> refresh = threads.submit(granted::renew);
                Future<Answer> page = threads.submit(() -> app.walk().open());
                Answer refused = code.get().refuses(503, "temporarily_unavailable");
                refused.require(!refused.header("Retry-After").isEmpty(), "Retry-After");
                refresh.get().refuses(503, "temporarily_unavailable");
                page.get().isPage(503);
            }
        }
        Expect.equal("tokens stored", tokens, site.rows().count("access_token"));
        app.token(redemption).is(200);
        Granted last = granted.renewed();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            AutoCloseable locked = site.rows().writeLock();
            Future<Answer> begun = threads.submit(last::renew);
            Expect.soon("the request waits", Duration.ofSeconds(5), () -> inFlight(site));
            site.postern().terminate();
            locked.close();
            Answer answer = begun.get().is(200);
            site.postern().awaitExit(Duration.ofSeconds(20));
            site.startAgain();
            Expect.that(site.accepts(answer.json().path("access_token").asText()), "it is stored");
        }
    }

    /** The server has the request when its end of a connection is established and read empty. */
    private static boolean inFlight(Site site) throws IOException {
        String port = String.format(":%04X ", site.port());
        var lines = new ArrayList<>(Files.readAllLines(Path.of("/proc/net/tcp")));
        lines.addAll(Files.readAllLines(Path.of("/proc/net/tcp6")));
        return lines.stream()
                .map(String::strip)
                .filter(line -> line.contains(port))
                .anyMatch(line -> {
                    String[] words = line.split("\\s+");
                    boolean local = words[1].endsWith(port.strip());
                    return local && words[3].equals("01") && words[4].equals("00000000:00000000");
                });
    }
}
