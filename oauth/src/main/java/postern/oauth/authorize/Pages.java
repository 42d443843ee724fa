package postern.oauth.authorize;

import postern.access.Scope;
import postern.http.Html;
import postern.http.HttpError;
import postern.http.PageKit;
import postern.http.Response;
import postern.oauth.OAuthError;
import postern.oauth.client.Client;
import postern.oauth.client.RedirectUris;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a person sees on the way: the question, and refusals in plain words. */
final class Pages {
    private final PageKit kit;
    private final String upstreamName;
    private final Optional<String> upstreamOrigin;
    private final Duration grantLife;

    Pages(PageKit kit, String upstreamName, Optional<String> upstreamOrigin, Duration grantLife) {
        this.kit = kit;
        this.grantLife = grantLife;
        this.upstreamName = upstreamName;
        this.upstreamOrigin = upstreamOrigin;
    }

    /** Who asks, for what, and where the answer goes. */
    Response consent(Client client, Transaction asked, String transactionId, String formToken) {
        String name = client.name().isEmpty() ? "A program without a name" : client.name();
        String server = server(asked.resource());
        List<Html> parts = new ArrayList<>();
        parts.add(
                Html.of(
                        "<p><strong>{}</strong> wants to use <strong>{}</strong> in your name.</p>",
                        name,
                        server));
        if (RedirectUris.isLoopback(asked.redirectUri())) {
            parts.add(
                    Html.of(
                            "<p class=\"warning\">The request comes from a program on <strong>this"
                                + " computer</strong>. Allow it only if you have just started that"
                                + " program yourself.</p>"));
        }
        parts.add(facts(name, server, asked));
        parts.add(Html.of("<h2>What it may do</h2>{}", rights(asked.scope())));
        parts.add(form(asked, transactionId, formToken));
        parts.add(
                Html.of(
                        "<p class=\"note\">After “Allow” you sign in. The access ends when you sign"
                            + " out in the program, and after {} days at the latest. After “Deny”"
                            + " the program is told that you said no, and nothing else"
                            + " happens.</p>",
                        Math.max(1, grantLife.toDays())));
        return kit.page(
                200,
                "Allow access?",
                Html.join(parts),
                Optional.of(formAction(asked.redirectUri())));
    }

    private Html facts(String name, String server, Transaction asked) {
        return Html.of(
                "<dl><dt>Program</dt><dd>{} <span class=\"note\">(its own words, checked by"
                        + " nobody)</span></dd><dt>Sends you back to</dt><dd>{}</dd><dt>Wants to"
                        + " use</dt><dd>{}</dd><dt>You sign in with</dt><dd>{}</dd></dl>",
                name,
                destination(asked.redirectUri()),
                server,
                upstreamName);
    }

    private static Html rights(Scope scope) {
        Html read = Html.of("<li>Read what you can read, with the tools of this server</li>");
        Html write =
                Html.of("<li>Create, change and delete what you can, with the same tools</li>");
        return Html.of("<ul>{}{}</ul>", read, scope.isReadOnly() ? Html.empty() : write);
    }

    private static Html form(Transaction asked, String transactionId, String formToken) {
        Html narrowing =
                asked.scope().isReadOnly()
                        ? Html.empty()
                        : Html.of(
                                "<p><label><input type=\"checkbox\" name=\"access\" value=\"read\">"
                                    + " Let it only read</label> <span class=\"note\">This server"
                                    + " then refuses every change, even where the sign-in that"
                                    + " follows speaks of writing.</span></p>");
        return Html.form(
                "/oauth/consent",
                Html.hidden("transaction", transactionId)
                        .and(Html.hidden("form_token", formToken))
                        .and(narrowing)
                        .and(Html.of("<p>"))
                        .and(Html.button("decision", "allow", "Allow"))
                        .and(
                                Html.of(
                                        " <button class=\"quiet\" name=\"decision\""
                                                + " value=\"deny\">Deny</button></p>")));
    }

    /**
     * Chromium applies form-action to every redirect that follows the form, up to the client's
     * address.
     */
    private String formAction(String redirectUri) {
        String client = origin(redirectUri);
        return upstreamOrigin.map(upstream -> upstream + " " + client).orElse(client);
    }

    /** A refusal that must not be sent to the client on its own; a link lets the person do so. */
    Response refusedWithLink(OAuthError error, String redirectUri, String errorUri) {
        Html content =
                Html.of(
                        "<p>The program that sent you here made a request that this server cannot"
                            + " answer: {}.</p><p>Nothing was allowed. You can close this page, or"
                            + " tell the program what went wrong:</p><p>{}</p>",
                        error.hint(),
                        Html.link(errorUri, "Go back to " + destination(redirectUri)));
        return kit.page(400, "This request is not right", content, Optional.empty());
    }

    Response refused(OAuthError error) {
        Html content =
                Html.of(
                        "<p>The program that sent you here made a request that this server cannot"
                            + " answer: {}.</p><p>Nothing was allowed. Start again in the program."
                            + " If it happens again, remove this server there and add it anew.</p>",
                        error.hint());
        return kit.page(400, "This request is not right", content, Optional.empty());
    }

    /** A transaction that is over, foreign or unknown: the same words for each. */
    Response over(int status) {
        Html content =
                Html.of(
                        "<p>This sign-in is finished, has taken longer than ten minutes, or was"
                            + " begun in another browser. This page has allowed nothing.</p><p>If"
                            + " the program that sent you here is still waiting, start again there"
                            + " and stay in one browser.</p>");
        return kit.page(status, "Start again", content, Optional.empty());
    }

    Response httpError(HttpError error) {
        Response page =
                kit.page(
                        error.status(),
                        "That did not work",
                        Html.of(
                                "<p>This server cannot go on: {}.</p><p>Nothing was allowed. Start"
                                        + " again in the program that sent you here.</p>",
                                error.hint()),
                        Optional.empty());
        for (Response.Header header : error.headers()) {
            page = page.with(header.name(), header.value());
        }
        return page;
    }

    /** Without the scheme, which tells a person nothing. */
    private static String server(String resource) {
        URI uri = URI.create(resource);
        return uri.getRawAuthority() + uri.getRawPath();
    }

    private static String destination(String redirectUri) {
        URI uri = URI.create(redirectUri);
        return RedirectUris.isLoopback(redirectUri)
                ? "a program on this computer (" + uri.getRawAuthority() + ")"
                : uri.getRawAuthority();
    }

    private static String origin(String uri) {
        URI parsed = URI.create(uri);
        // a CSP source cannot be an IPv6 address
        if (parsed.getHost().startsWith("[")) return parsed.getScheme() + ":";
        return parsed.getScheme() + "://" + parsed.getRawAuthority();
    }
}
