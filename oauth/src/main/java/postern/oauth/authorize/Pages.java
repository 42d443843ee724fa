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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a person sees on the way: the question, and refusals in plain words. */
final class Pages {
    private final PageKit kit;
    private final String upstreamName;
    private final Optional<String> upstreamOrigin;

    Pages(PageKit kit, String upstreamName, Optional<String> upstreamOrigin) {
        this.kit = kit;
        this.upstreamName = upstreamName;
        this.upstreamOrigin = upstreamOrigin;
    }

    /** Who asks, for what, and where the answer goes. */
    Response consent(Client client, Transaction asked, String transactionId, String formToken) {
        String name = client.name().isEmpty() ? "A program without a name" : client.name();
        String destination = destination(asked.redirectUri());
        List<Html> parts = new ArrayList<>();
        parts.add(
                Html.of(
                        "<p><strong>{}</strong> wants to use <strong>{}</strong> as you.</p>",
                        name,
                        host(asked.resource())));
        parts.add(
                Html.of(
                        "<p>The name is what the program says about itself; nobody has checked it."
                                + " The answer goes to <strong>{}</strong>.</p>",
                        destination));
        if (RedirectUris.isLoopback(asked.redirectUri())) {
            parts.add(
                    Html.of(
                            "<p class=\"warning\">A program on <strong>this computer</strong> asks."
                                    + " Go on only if you have just started it yourself.</p>"));
        }
        parts.add(Html.of("<h2>It would be allowed to</h2>{}", rights(asked.scope())));
        parts.add(form(asked, transactionId, formToken));
        parts.add(
                Html.of(
                        "<p class=\"quiet\">After “Allow” you sign in: {}. “Deny” tells the program"
                                + " that you said no.</p>",
                        upstreamName));
        return kit.page(
                200,
                "Allow access?",
                Html.join(parts),
                Optional.of(formAction(asked.redirectUri())));
    }

    private static Html rights(Scope scope) {
        Html read = Html.of("<li>read what you can read, through the tools of this server</li>");
        Html write =
                Html.of("<li>change and delete what you can change, through the same tools</li>");
        return Html.of("<ul>{}{}</ul>", read, scope.isReadOnly() ? Html.empty() : write);
    }

    private static Html form(Transaction asked, String transactionId, String formToken) {
        Html narrowing =
                asked.scope().isReadOnly()
                        ? Html.empty()
                        : Html.of(
                                "<p><label><input type=\"checkbox\" name=\"access\" value=\"read\">"
                                        + " Only reading</label></p>");
        return Html.form(
                "/oauth/consent",
                Html.hidden("transaction", transactionId)
                        .and(Html.hidden("form_token", formToken))
                        .and(narrowing)
                        .and(Html.of("<p class=\"buttons\">"))
                        .and(Html.button("decision", "allow", "Allow"))
                        .and(Html.of(" "))
                        .and(Html.button("decision", "deny", "Deny"))
                        .and(Html.of("</p>")));
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
                        "<p>The program's request cannot be answered: {}.</p><p>{}</p>",
                        error.hint(),
                        Html.link(errorUri, "Tell the program at " + destination(redirectUri)));
        return kit.page(400, "This request is not right", content, Optional.empty());
    }

    Response refused(OAuthError error) {
        Html content =
                Html.of(
                        "<p>The program that sent you here made a request that cannot be answered:"
                            + " {}.</p><p>Nothing was allowed. Start again in the program; if it"
                            + " happens again, remove this server there and add it anew.</p>",
                        error.hint());
        return kit.page(400, "This request is not right", content, Optional.empty());
    }

    /** A transaction that is over, foreign or unknown: the same words for each. */
    Response over(int status) {
        Html content =
                Html.of(
                        "<p>This sign-in is over, or it was begun in another browser. Nothing was"
                                + " allowed.</p><p>Start again in the program that sent you"
                                + " here.</p>");
        return kit.page(status, "Start again", content, Optional.empty());
    }

    Response httpError(HttpError error) {
        Response page =
                kit.page(
                        error.status(),
                        "That did not work",
                        Html.of("<p>{}.</p>", error.hint()),
                        Optional.empty());
        for (Response.Header header : error.headers()) {
            page = page.with(header.name(), header.value());
        }
        return page;
    }

    private static String host(String uri) {
        return URI.create(uri).getRawAuthority();
    }

    private static String destination(String redirectUri) {
        return RedirectUris.isLoopback(redirectUri)
                ? "a program on this computer (" + URI.create(redirectUri).getHost() + ")"
                : host(redirectUri);
    }

    private static String origin(String uri) {
        URI parsed = URI.create(uri);
        // a CSP source cannot be an IPv6 address
        if (parsed.getHost().startsWith("[")) return parsed.getScheme() + ":";
        return parsed.getScheme() + "://" + parsed.getRawAuthority();
    }
}
