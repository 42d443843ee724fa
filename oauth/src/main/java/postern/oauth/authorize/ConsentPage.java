package postern.oauth.authorize;

import postern.http.Html;
import postern.http.PageKit;
import postern.http.Response;
import postern.oauth.account.Approvals;
import postern.oauth.browser.Shown;
import postern.oauth.client.Client;
import postern.oauth.client.RedirectUris;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The question: who asks, for what, and where the answer goes. */
final class ConsentPage {
    private final PageKit kit;
    private final String upstreamName;
    private final Optional<String> signInSources;
    private final Duration grantLife;

    ConsentPage(
            PageKit kit, String upstreamName, Optional<String> signInSources, Duration grantLife) {
        this.kit = kit;
        this.upstreamName = upstreamName;
        this.signInSources = signInSources;
        this.grantLife = grantLife;
    }

    Response page(Client client, Transaction asked, String transactionId, String formToken) {
        List<Html> parts = new ArrayList<>();
        parts.add(
                Html.of(
                        "<p>{} wants to work with <strong>{}</strong> in your name.</p>",
                        Shown.program(client),
                        Shown.server(asked.resource())));
        parts.add(warning(client, asked.redirectUri()));
        parts.add(facts(client, asked));
        parts.add(Html.of("<h2>What it could do in your name</h2>{}", Shown.rights(asked.scope())));
        parts.add(form(asked, transactionId, formToken));
        parts.add(
                Html.of(
                        "<p class=\"note\">After “Allow” you sign in with {}. The access ends when"
                                + " you sign out in the program or take it away on the <a"
                                + " href=\"/account\">account page</a>, and after {} days at the"
                                + " latest. After “Deny” the program is told that you said no, and"
                                + " nothing else happens.</p>",
                        upstreamName,
                        Math.max(1, grantLife.toDays())));
        return kit.page(
                200,
                "Allow access?",
                Html.join(parts),
                Optional.of(formAction(asked.redirectUri())));
    }

    /** Nothing proves which of the programs on a computer listens there (OAuth 2.1 §7.3.1). */
    static Html warning(Client client, String redirectUri) {
        if (!RedirectUris.isThisComputer(redirectUri)) return Html.empty();
        boolean always = client.staysOnThisComputer();
        return Html.of(
                "<p class=\"warning\">The request comes from a program on <strong>this"
                        + " computer</strong>. {}Allow it only if you have just started that"
                        + " program yourself.</p>",
                always ? "Any program here could say that it is this one. " : "");
    }

    private Html facts(Client client, Transaction asked) {
        return Html.of(
                "<dl>{}<dt>Wants to use</dt><dd>{}</dd><dt>You sign in with</dt><dd>{}</dd></dl>",
                clientFacts(client, asked.redirectUri()),
                Shown.server(asked.resource()),
                upstreamName);
    }

    /** Who asks and who gets the answer: what both pages say. */
    static Html clientFacts(Client client, String redirectUri) {
        Html host =
                client.host()
                        .map(name -> Html.of("<dt>Described at</dt><dd>{}</dd>", Shown.host(name)))
                        .orElse(Html.empty());
        return Html.of(
                "<dt>Program</dt><dd>{}</dd>{}<dt>Sends you back to</dt><dd>{}</dd>",
                Shown.programFact(client),
                host,
                Shown.destination(redirectUri));
    }

    private static Html form(Transaction asked, String transactionId, String formToken) {
        return Html.form(
                "/oauth/consent",
                NO_DEFAULT_BUTTON
                        .and(Html.hidden("transaction", transactionId))
                        .and(Html.hidden("form_token", formToken))
                        .and(asked.scope().isReadOnly() ? Html.empty() : NARROWING)
                        .and(
                                Approvals.mayBeRemembered(asked.redirectUri())
                                        ? REMEMBERING
                                        : Html.empty())
                        .and(Html.of("<p>"))
                        .and(Html.button("decision", "allow", "Allow"))
                        .and(
                                Html.of(
                                        " <button class=\"quiet\" name=\"decision\""
                                                + " value=\"deny\">Deny</button></p>")));
    }

    /** The first button is what Enter presses: on a check box it must not mean "Allow". */
    private static final Html NO_DEFAULT_BUTTON = Html.of("<button disabled hidden></button>");

    private static final Html NARROWING =
            Html.of(
                    "<p><label><input type=\"checkbox\" name=\"access\" value=\"read\">"
                            + " Let it only read</label> <span class=\"note\">This server"
                            + " then refuses every change, even where the sign-in that"
                            + " follows speaks of writing.</span></p>");

    private static final Html REMEMBERING =
            Html.of(
                    "<p><label><input type=\"checkbox\" name=\"remember\" value=\"yes\"> Do not ask"
                        + " me again for this program</label> <span class=\"note\">In this browser,"
                        + " while you are signed in here. You can undo it on the account"
                        + " page.</span></p>");

    private String formAction(String redirectUri) {
        String client = Shown.origin(redirectUri);
        return signInSources.map(upstream -> upstream + " " + client).orElse(client);
    }
}
