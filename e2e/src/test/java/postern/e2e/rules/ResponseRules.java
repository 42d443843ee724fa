package postern.e2e.rules;

import java.util.ArrayList;
import java.util.List;

/** G1 to G4: the answer that goes to the client with the browser. */
final class ResponseRules {
    private ResponseRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "G1",
                        "RFC 9207 2",
                        "code or error, iss, and state if sent, each once",
                        ResponseRules::g1),
                Rule.must(
                        "G2",
                        "OAuth 2.1 4.1.2, 7.7",
                        "a code of 256 bits and nothing about the person",
                        ResponseRules::g2),
                Rule.must(
                        "G3",
                        "OAuth 2.1 4.1.2.1",
                        "errors are plain printable text",
                        ResponseRules::g3),
                Rule.ours(
                        "G4",
                        "RFC 9700 4.1.3",
                        "no fragment is in the redirect, nor could one be registered",
                        ResponseRules::g4));
    }

    private static void g1(Installations at) throws Exception {
        for (Site site : List.of(at.plain(), at.https())) {
            App app = App.local(site);
            Params withState = app.walk().finish().location();
            Expect.equal("names", List.of("code", "state", "iss"), withState.names());
            Params without = app.walk().without("state").finish().location();
            Expect.equal("names", List.of("code", "iss"), without.names());
            for (Params answer : List.of(withState, without)) {
                String issuer = MetadataRules.metadata(site).path("issuer").asText();
                Expect.equal("iss", issuer, answer.value("iss"));
            }
            Params denied = app.walk().deny().location();
            Expect.equal(
                    "names", List.of("error", "error_description", "state", "iss"), denied.names());
            Params silent = app.walk().without("state").deny().location();
            Expect.equal("state", List.of(), silent.all("state"));
        }
    }

    private static void g2(Installations at) throws Exception {
        Site site = at.plain();
        Walk walk = App.local(site).walk();
        Answer answer = walk.finish();
        String code = answer.location().value("code");
        Expect.that(code.matches("[\\x21-\\x7e]{43,512}"), "visible characters, 256 bits");
        String location = answer.header("Location");
        for (String secret : List.of(walk.pkce().challenge(), walk.pkce().verifier())) {
            Expect.that(!location.contains(secret), "no challenge, no verifier: " + location);
        }
        Expect.that(!location.contains(walk.visitor().login()), "no login: " + location);
        for (String issued : site.forge().issuedTokens()) {
            Expect.that(!location.contains(issued), "nothing of the forge's");
        }
    }

    private static void g3(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        String nasty = "\"\\\r\n\t\u00e4<x>";
        var answers = new ArrayList<Params>();
        answers.add(app.walk().deny().location());
        for (String name : List.of("scope", "resource", "code_challenge_method", "response_type")) {
            answers.add(app.walk().with(name, nasty).open().location());
        }
        answers.add(app.walk().with("code_challenge", nasty).open().location());
        for (Params answer : answers) {
            for (String member : List.of("error", "error_description")) {
                String value = answer.value(member);
                boolean plain = value.matches("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]+");
                Expect.that(plain, member + " is plain: " + value);
            }
        }
        for (Answer token :
                List.of(
                        app.refresh(nasty),
                        app.token(Params.of("grant_type", nasty)),
                        app.token(app.redemption(nasty, app.walk().pkce())))) {
            String value = token.json().path("error_description").asText();
            token.require(
                    value.matches("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]*"), "a plain description");
        }
    }

    private static void g4(Installations at) throws Exception {
        Site site = at.plain();
        for (String uri : List.of(App.LOOPBACK, App.WEB, "https://client.example?a=b")) {
            App app = App.registered(site, App.NONE, uri);
            String granted = app.walk().finish().isRedirect().header("Location");
            String denied = app.walk().deny().isRedirect().header("Location");
            for (String location : List.of(granted, denied)) {
                boolean guarded = !location.contains("#") || location.endsWith("#");
                Expect.that(guarded, "no fragment or an empty one: " + location);
            }
            RegistrationRules.refused(
                    site, "invalid_redirect_uri", App.document(App.NONE, uri + "#x").toString());
        }
    }
}
