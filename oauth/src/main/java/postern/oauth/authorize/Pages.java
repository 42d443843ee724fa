package postern.oauth.authorize;

import postern.http.Html;
import postern.http.HttpError;
import postern.http.PageKit;
import postern.http.Response;
import postern.oauth.OAuthError;
import postern.oauth.browser.Shown;

import java.util.Optional;

/** Refusals on the way, in plain words. */
final class Pages {
    private final PageKit kit;

    Pages(PageKit kit) {
        this.kit = kit;
    }

    /** A refusal that must not be sent to the client on its own; a link lets the person do so. */
    Response refusedWithLink(OAuthError error, String redirectUri, String errorUri) {
        Html content =
                Html.of(
                        "<p>The program that sent you here made a request that this server cannot"
                            + " answer: {}.</p><p>Nothing was allowed. You can close this page, or"
                            + " tell the program what went wrong:</p><p>{} ({})</p>",
                        error.hint(),
                        Html.link(errorUri, "Tell it"),
                        Shown.destination(redirectUri));
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

    /**
     * Somebody whom the operator does not let in.
     *
     * @param login as the upstream told it
     * @param errorUri tells the client; nothing goes there on its own
     */
    Response notAdmitted(String login, String upstreamName, String redirectUri, String errorUri) {
        Html content =
                Shown.notAdmitted(login, upstreamName)
                        .and(
                                Html.of(
                                        "<p>The program that sent you here still waits. Tell it"
                                                + " that you were not let in:</p><p>{} ({})</p>",
                                        Html.link(errorUri, "Tell it"),
                                        Shown.destination(redirectUri)));
        return kit.page(403, "You are not let in here", content, Optional.empty());
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
}
