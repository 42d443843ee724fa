package postern.e2e.rules;

import java.time.Duration;
import java.util.List;

/** E2, E3, E10 to E12: what the consent page shows, and what becomes of a consent. */
final class ConsentPageRules {
    private ConsentPageRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "E2",
                        "OAuth 2.1 7.9; MCP",
                        "the page names who, what, where and whither; only that is remembered",
                        ConsentPageRules::e2),
                Rule.should(
                        "E3",
                        "OAuth 2.1 7.3.1",
                        "a program on this computer is asked for every time",
                        ConsentPageRules::e3),
                Rule.must(
                        "E10",
                        "CSP 3",
                        "form-action lists us, the forge and this client, and nobody else",
                        ConsentPageRules::e10),
                Rule.should(
                        "E11",
                        "OAuth 2.1 7.9",
                        "a person sees and ends their grants on a page of their own",
                        ConsentPageRules::e11),
                Rule.ours(
                        "E12",
                        "UTS 39",
                        "look-alike hosts are shown as punycode, long names are cut",
                        ConsentPageRules::e12));
    }

    private static void e2(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.web(site);
        Visitor person = site.visitor();
        Answer page = app.walk(person).with("scope", "mcp:read").open().is(200);
        String text = page.text();
        page.require(text.contains("rules-"), "the client's name");
        page.require(
                text.contains("checked by nobody") || text.contains("not verified"),
                "a word that the name is not verified");
        page.require(text.contains("client.example"), "the redirect host");
        page.require(text.contains(site.resource().replaceFirst("http://", "")), "the server");
        page.require(text.contains("Read what you can"), "reading in words");
        page.require(!text.contains("Create, change"), "nothing about writing");
        Answer full = app.walk(person).open().is(200);
        full.require(full.text().contains("Create, change"), "writing in words");
        app.walk(person).with("scope", "mcp:read").tokens();
        // whatever is remembered, more than that is asked again
        asked(app.walk(person));
        asked(app.walk(person).with("resource", site.otherResource()).with("scope", "mcp:read"));
        asked(App.web(site).walk(person).with("scope", "mcp:read"));
        asked(app.walk(site.visitor()).with("scope", "mcp:read"));
    }

    private static void asked(Walk walk) throws Exception {
        Answer page = walk.open().is(200);
        page.require(Form.in(page).isPresent(), "the question");
    }

    private static void e3(Installations at) throws Exception {
        Site site = at.plain();
        for (String uri :
                List.of(App.LOOPBACK, "http://localhost:7777/callback", "http://[::1]:7777/cb")) {
            App app = App.registered(site, App.NONE, uri);
            Visitor person = site.visitor();
            app.walk(person).tokens();
            asked(app.walk(person));
        }
    }

    private static void e10(Installations at) throws Exception {
        Site site = at.plain();
        for (String uri : List.of(App.WEB, App.LOOPBACK, "https://client.example:8443/cb")) {
            Answer page = App.registered(site, App.NONE, uri).walk().open().is(200);
            String policy = page.header("Content-Security-Policy");
            String sources =
                    List.of(policy.split("; *")).stream()
                            .filter(part -> part.startsWith("form-action "))
                            .findFirst()
                            .orElse("");
            String forge = site.forge().rootUrl().toString().replaceAll("/$", "");
            String client = uri.replaceFirst("^(https?://[^/]+).*", "$1");
            Expect.equal("form-action", "form-action 'self' " + forge + " " + client, sources);
        }
    }

    private static void e11(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        Granted other = App.local(site).connect();
        Visitor person = granted.walk().visitor();
        Answer page = arrive(site, person, person.get("/account"));
        page.is(200);
        page.require(page.text().contains("rules-"), "the clients that act for this person");
        Form end = Form.in(page).orElseThrow(() -> new AssertionError("expected a form: " + page));
        Answer ended = person.post(end.action(), end.approved());
        ended.require(ended.status() < 400, "the grant ended");
        Expect.soon("the grant's tokens are dead", Duration.ofSeconds(1), () -> !granted.works());
        granted.requireDead();
        other.requireAlive();
    }

    /** Through whatever sign-in there is, at the forge too. */
    private static Answer arrive(Site site, Visitor person, Answer first) throws Exception {
        Answer answer = first;
        for (int step = 0; step < 8; step++) {
            String location = answer.header("Location");
            if (location.startsWith(site.forge().rootUrl().toString())) {
                var back = person.signIn(location);
                answer = person.get(back.getRawPath() + "?" + back.getRawQuery());
            } else if (!location.isEmpty()) {
                answer = person.get(location.replace(site.issuer(), ""));
            } else if (answer.status() == 200 && !answer.text().contains("rules-")) {
                Answer shown = answer;
                Form form =
                        Form.in(shown).orElseThrow(() -> new AssertionError("a form: " + shown));
                answer = person.post(form.action(), form.approved());
            } else {
                return answer;
            }
        }
        return answer;
    }

    private static void e12(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.registered(site, App.NONE, "https://xn--clent-fsa.example/cb");
        Answer page = app.walk().open().is(200);
        page.require(page.text().contains("xn--clent-fsa.example"), "the host as punycode");
        RegistrationRules.refused(
                site,
                "invalid_redirect_uri",
                "{\"redirect_uris\":[\"https://cl\u0456ent.example/cb\"]}");
        var document = App.document(App.NONE, App.WEB);
        document.put("client_name", "n".repeat(100));
        Answer named =
                App.of(site, site.register(document.toString()), App.WEB).walk().open().is(200);
        named.require(
                named.text().contains("n".repeat(20)) && !named.text().contains("n".repeat(101)),
                "the name, not longer than a hundred characters");
        document.put("client_name", "n".repeat(101));
        RegistrationRules.refused(site, RegistrationRules.METADATA, document.toString());
    }
}
