package postern.e2e.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** C1 to C10: clients whose id is the address of their document. */
final class DocumentRules {
    private static DocumentHost host;

    private DocumentRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "C1",
                        "CIMD 3",
                        "an id that is no clean https address is refused unfetched",
                        DocumentRules::c1),
                Rule.must(
                        "C2",
                        "CIMD 4",
                        "only 200 with JSON counts, redirects are not followed",
                        DocumentRules::c2),
                Rule.must(
                        "C3",
                        "CIMD 6.5",
                        "special-use addresses are refused where it connects",
                        DocumentRules::c3),
                Rule.should(
                        "C4",
                        "CIMD 6.6",
                        "5 KB, five seconds, one fetch of an id at a time",
                        DocumentRules::c4),
                Rule.must(
                        "C5",
                        "CIMD 4.1",
                        "the document names its own address and no secret",
                        DocumentRules::c5),
                Rule.must(
                        "C6",
                        "CIMD 4.4",
                        "failures are not cached, good documents are",
                        DocumentRules::c6),
                Rule.must(
                        "C7",
                        "CIMD 4",
                        "the redirect URI stands in the document, character by character",
                        DocumentRules::c7),
                Rule.must(
                        "C8",
                        "MCP",
                        "the page shows the host of the id and warns of loopback",
                        DocumentRules::c8),
                Rule.should(
                        "C9",
                        "own",
                        "a failed fetch is a page at authorize, invalid_client at token",
                        DocumentRules::c9),
                Rule.ours(
                        "C10",
                        "workers 0.10.3",
                        "grants of one client at two redirect URIs live apart",
                        DocumentRules::c10));
    }

    static synchronized DocumentHost host() throws IOException, InterruptedException {
        if (host == null) host = DocumentHost.start();
        return host;
    }

    /** Fetches documents, from this machine too, which is where our host is. */
    static Site site(Installations at) throws Exception {
        return at.with(
                "documents",
                Map.of(
                        "POSTERN_CLIENT_DOCUMENTS", "open",
                        "POSTERN_ALLOW_PRIVATE_CLIENT_DOCUMENTS", "true",
                        "POSTERN_JAVA_OPTIONS", host().javaOptions()));
    }

    static App app(Site site, String id, String redirectUri) {
        return new App(site, site.wire(), id, "", App.NONE, redirectUri);
    }

    private static Answer ask(Site site, String id) throws Exception {
        return app(site, id, App.WEB).walk().open();
    }

    private static void c1(Installations at) throws Exception {
        Site site = site(at);
        String good = host().publish(App.WEB);
        int before = host().allVisits();
        String origin = host().url("");
        for (String id :
                List.of(
                        good.replace("https:", "http:"),
                        origin,
                        good + "#x",
                        good + "#",
                        good.replace("https://", "https://user@"),
                        good.replace("https://", "https://user:pass@"),
                        origin + "/a/.." + good.substring(origin.length()),
                        origin + "/." + good.substring(origin.length()),
                        origin + "/%2e%2e" + good.substring(origin.length()),
                        good.replace("https:", "HTTPS:"),
                        good + " ",
                        "file:///etc/passwd")) {
            site.withoutTrace(() -> ask(site, id).isPage());
        }
        Expect.equal("fetches", before, host().allVisits());
        ask(site, good).is(200);
    }

    private static void c2(Installations at) throws Exception {
        Site site = site(at);
        String target = host().publish(App.WEB);
        for (int status : List.of(201, 204, 301, 302, 307, 404, 500)) {
            String path = "/" + Site.unique("status");
            String body = host().document(path, App.WEB).toString();
            host().put(
                            path,
                            exchange -> {
                                exchange.getResponseHeaders().set("Location", target);
                                if (status == 204) exchange.sendResponseHeaders(204, -1);
                                else
                                    DocumentHost.answer(exchange, status, "application/json", body);
                            });
            site.withoutTrace(() -> ask(site, host().url(path)).isPage());
        }
        Expect.equal("redirects followed", 0, host().visits(path(target)));
        for (String type : List.of("text/html", "text/plain", "application/octet-stream")) {
            String path = "/" + Site.unique("type");
            String body = host().document(path, App.WEB).toString();
            host().put(path, exchange -> DocumentHost.answer(exchange, 200, type, body));
            site.withoutTrace(() -> ask(site, host().url(path)).isPage());
        }
        for (String type : List.of("application/json; charset=utf-8", "application/x+json")) {
            String path = "/" + Site.unique("type");
            String body = host().document(path, App.WEB).toString();
            host().put(path, exchange -> DocumentHost.answer(exchange, 200, type, body));
            ask(site, host().url(path)).is(200);
        }
        String path = "/" + Site.unique("garbage");
        host().put(path, exchange -> DocumentHost.answer(exchange, 200, "application/json", "[1"));
        site.withoutTrace(() -> ask(site, host().url(path)).isPage());
    }

    private static String path(String url) {
        return java.net.URI.create(url).getPath();
    }

    /** Without the setting for tests our own host is special-use, too: nothing may reach it. */
    private static void c3(Installations at) throws Exception {
        Site strict =
                at.with(
                        "documents of public hosts",
                        Map.of(
                                "POSTERN_CLIENT_DOCUMENTS",
                                "open",
                                "POSTERN_JAVA_OPTIONS",
                                host().javaOptions()));
        try (var canary = new Canary()) {
            String port = canary.address().replaceFirst(".*:", ":");
            for (String hostName :
                    List.of(
                            "127.0.0.1",
                            "localhost",
                            "[::1]",
                            "[::ffff:127.0.0.1]",
                            "0.0.0.0",
                            "127.1",
                            "2130706433",
                            "0x7f000001",
                            "[::]",
                            "[64:ff9b::7f00:1]")) {
                String id = "https://" + hostName + port + "/client.json";
                strict.withoutTrace(() -> ask(strict, id).isPage());
            }
            canary.requireSilence();
        }
        for (String hostName :
                List.of("169.254.169.254", "10.0.0.1", "192.168.0.1", "[fe80::1]", "[fd00::1]")) {
            long began = System.nanoTime();
            ask(strict, "https://" + hostName + "/client.json").isPage();
            long millis = (System.nanoTime() - began) / 1_000_000;
            Expect.that(millis < 2_000, hostName + " is refused, not tried: " + millis + " ms");
        }
        String published = host().publish(App.WEB);
        ask(strict, published).isPage();
        Expect.equal("fetches", 0, host().visits(path(published)));
    }

    private static void c4(Installations at) throws Exception {
        Site site = site(at);
        String large = "/" + Site.unique("large");
        ObjectNode document = host().document(large, App.WEB).put("x", "y".repeat(6 * 1024));
        host().publishAt(large, document);
        site.withoutTrace(() -> ask(site, host().url(large)).isPage());
        String drip = "/" + Site.unique("drip");
        var stop = new AtomicBoolean();
        host().put(drip, exchange -> drip(exchange, stop));
        long began = System.nanoTime();
        ask(site, host().url(drip)).isPage();
        stop.set(true);
        long millis = (System.nanoTime() - began) / 1_000_000;
        Expect.that(millis < 7_000, "a slow body is given up within five seconds: " + millis);
        String once = host().publish(App.WEB);
        try (ExecutorService threads = Executors.newFixedThreadPool(10)) {
            var tries = new ArrayList<Callable<Answer>>();
            for (int i = 0; i < 10; i++) tries.add(() -> ask(site, once));
            for (Future<Answer> each : threads.invokeAll(tries)) each.get().isOneOf(200, 400, 503);
        }
        Expect.that(host().visits(path(once)) == 1, "one fetch: " + host().visits(path(once)));
    }

    private static void drip(com.sun.net.httpserver.HttpExchange exchange, AtomicBoolean stop)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        var pause = new java.util.concurrent.Semaphore(0);
        try {
            while (!stop.get()) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
                if (pause.tryAcquire(200, java.util.concurrent.TimeUnit.MILLISECONDS)) return;
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static void c5(Installations at) throws Exception {
        Site site = site(at);
        for (String change :
                List.of("other id", "other case", "no id", "secret", "expiry", "basic", "post")) {
            String path = "/" + Site.unique("c5");
            ObjectNode document = host().document(path, App.WEB);
            switch (change) {
                case "other id" -> document.put("client_id", host().url("/else.json"));
                case "other case" ->
                        document.put(
                                "client_id", host().url(path).replace("localhost", "LOCALHOST"));
                case "no id" -> document.remove("client_id");
                case "secret" -> document.put("client_secret", "s");
                case "expiry" -> document.put("client_secret_expires_at", 0);
                case "basic" -> document.put("token_endpoint_auth_method", App.BASIC);
                default -> document.put("token_endpoint_auth_method", App.POST);
            }
            host().publishAt(path, document);
            site.withoutTrace(() -> ask(site, host().url(path)).isPage());
        }
    }

    private static void c6(Installations at) throws Exception {
        Site site = site(at);
        String good = host().publish(App.WEB);
        ask(site, good).is(200);
        ask(site, good).is(200);
        Expect.equal("fetches of a good document", 1, host().visits(path(good)));
        String bad = "/" + Site.unique("bad");
        host().put(bad, exchange -> exchange.sendResponseHeaders(500, -1));
        ask(site, host().url(bad)).isPage();
        ask(site, host().url(bad)).isPage();
        Expect.equal("fetches within ten seconds", 1, host().visits(bad));
        host().publishAt(bad, host().document(bad, App.WEB));
        // the protection against hammering lasts ten seconds, and then the good one counts
        Expect.soon(
                "the repaired document counts",
                java.time.Duration.ofSeconds(13),
                () -> ask(site, host().url(bad)).status() == 200);
    }

    private static void c7(Installations at) throws Exception {
        Site site = site(at);
        String id = host().publish(App.WEB, App.LOOPBACK);
        app(site, id, App.WEB).walk().open().is(200);
        app(site, id, App.LOOPBACK.replace(":7777", ":9")).walk().open().is(200);
        for (String uri : List.of(App.WEB + "/", App.WEB + "?x", "https://evil.example/cb")) {
            site.withoutTrace(() -> app(site, id, uri).walk().open().isPage());
        }
    }

    private static void c8(Installations at) throws Exception {
        Site site = site(at);
        String id = host().publish(App.LOOPBACK);
        Answer page = app(site, id, App.LOOPBACK).walk().open().is(200);
        page.require(page.text().contains("localhost:"), "the host of the client's id");
        page.require(page.text().contains("127.0.0.1:7777"), "the host of the redirect URI");
        page.require(page.text().contains("warning"), "a warning: any local program can do this");
        Answer web = app(site, host().publish(App.WEB), App.WEB).walk().open().is(200);
        web.require(web.text().contains("client.example"), "the host of the redirect URI");
    }

    private static void c9(Installations at) throws Exception {
        Site site = site(at);
        String id = host().url("/nothing-" + Site.unique("c9"));
        ask(site, id).isPage();
        Answer token = app(site, id, App.WEB).refresh("x");
        token.refuses(401, "invalid_client");
        App unknown = app(site, "unknown", App.WEB);
        Expect.equal("text", unknown.refresh("x").text(), token.text());
    }

    private static void c10(Installations at) throws Exception {
        Site site = site(at);
        String second = "http://127.0.0.1:9999/another";
        String id = host().publish(App.LOOPBACK, second);
        Visitor person = site.visitor();
        Granted one = app(site, id, App.LOOPBACK).walk(person).tokens();
        Granted two = app(site, id, second).walk(person).tokens();
        one.requireAlive();
        two.requireAlive();
        one.app().revoke(one.refresh()).is(200);
        one.requireDead();
        two.requireAlive();
    }
}
