package postern.oauth.authorize;

import postern.http.Html;
import postern.http.PageKit;
import postern.http.Response;
import postern.oauth.browser.Shown;
import postern.oauth.client.Client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The second page: what the person could not know at the first one. */
final class ReviewPage {
    private final PageKit kit;
    private final String upstreamName;

    ReviewPage(PageKit kit, String upstreamName) {
        this.kit = kit;
        this.upstreamName = upstreamName;
    }

    Response page(
            Client client, Transaction agreed, Review review, String ticket, String formToken) {
        List<Html> parts = new ArrayList<>();
        parts.add(
                Html.of(
                        "<p>You have signed in as <strong><bdi>{}</bdi></strong> with {}. {} has"
                                + " got nothing yet.</p>",
                        login(review),
                        upstreamName,
                        Shown.program(client)));
        review.former().ifPresent(former -> parts.add(otherAccount(former, review)));
        if (review.isNarrower()) parts.add(onlyReading(review));
        review.gap().ifPresent(gap -> parts.add(ScopeGapShown.of(gap, upstreamName)));
        if (review.unasked()) parts.add(question(client, agreed, review));
        parts.add(form(client, review, ticket, formToken));
        return kit.page(
                200,
                review.unasked() ? "Allow access?" : "Is this what you want?",
                Html.join(parts),
                Optional.of(Shown.origin(agreed.redirectUri())));
    }

    private static String login(Review review) {
        return Shown.name(review.person().login());
    }

    private static Html otherAccount(String former, Review review) {
        return Html.of(
                "<p class=\"warning\"><strong>Another account.</strong> On this server’s account"
                    + " page this browser is signed in as <strong><bdi>{}</bdi></strong>, but you"
                    + " have just signed in as <strong><bdi>{}</bdi></strong>. If you continue, the"
                    + " program works in the name of <bdi>{}</bdi>, and this browser is signed in"
                    + " as that account, too.</p>",
                Shown.name(former),
                login(review),
                login(review));
    }

    private Html onlyReading(Review review) {
        return Html.of(
                "<p class=\"warning\"><strong>Only reading.</strong> You agreed to reading and"
                    + " changing. {} lets this server only read in your name{}. If you continue,"
                    + " the program can look at what you can look at, and every change it tries is"
                    + " refused.</p>",
                upstreamName,
                review.gap().isEmpty() ? ", because whoever runs it asks for no more there" : "");
    }

    private static Html question(Client client, Transaction agreed, Review review) {
        return Html.of(
                "<p>You were not asked whether the program may work in your name:</p>{}"
                        + "<dl>{}<dt>Wants to use</dt><dd>{}</dd></dl>"
                        + "<h2>What it could do in your name</h2>{}",
                ConsentPage.warning(client, agreed.redirectUri()),
                ConsentPage.clientFacts(client, agreed.redirectUri()),
                Shown.server(agreed.resource()),
                Shown.rights(review.granted()));
    }

    private static Html form(Client client, Review review, String ticket, String formToken) {
        return Html.form(
                "/oauth/review",
                Html.hidden("ticket", ticket)
                        .and(Html.hidden("form_token", formToken))
                        .and(
                                Html.of(
                                        "<p>Continue as <strong><bdi>{}</bdi></strong> and give {}"
                                                + " access{}?</p><p>",
                                        login(review),
                                        Shown.program(client),
                                        review.granted().isReadOnly() ? " for reading" : ""))
                        .and(Html.button("decision", "continue", "Continue"))
                        .and(
                                Html.of(
                                        " <button class=\"quiet\" name=\"decision\""
                                                + " value=\"cancel\">Cancel</button></p>"))
                        .and(
                                Html.of(
                                        "<p class=\"note\">After “Cancel” the program is told that"
                                            + " you said no. This page waits ten minutes.</p>")));
    }
}
