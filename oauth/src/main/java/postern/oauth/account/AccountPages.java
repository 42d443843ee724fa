package postern.oauth.account;

import postern.access.LiveSession;
import postern.http.Html;
import postern.http.HttpError;
import postern.http.PageKit;
import postern.http.Response;
import postern.oauth.account.AccountView.Access;
import postern.oauth.account.AccountView.Unasked;
import postern.oauth.browser.Shown;
import postern.oauth.client.Client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The account page in words; it works without script and on a phone. */
final class AccountPages {
    static final String PATH = "/account";

    private final PageKit kit;
    private final String upstreamName;
    private final Optional<String> signInSources;

    /**
     * @param signInSources where the sign-in form leads; empty when that is ourselves
     */
    AccountPages(PageKit kit, String upstreamName, Optional<String> signInSources) {
        this.kit = kit;
        this.upstreamName = upstreamName;
        this.signInSources = signInSources;
    }

    Response signIn(String formToken) {
        Html content =
                Html.of(
                        "<p>Here you see which programs may work with this server in your name, and"
                                + " you can take that away again. First show who you are.</p>{}<p"
                                + " class=\"note\">This gives no program any access.</p>",
                        form(
                                formToken,
                                Html.button("action", "sign-in", "Sign in with " + upstreamName)));
        return kit.page(200, "Your account", content, signInSources);
    }

    Response account(AccountView view) {
        List<Html> parts = new ArrayList<>();
        parts.add(
                Html.of(
                        "<p>You are signed in as <strong><bdi>{}</bdi></strong>, with {}.</p>",
                        Shown.name(view.person().login()),
                        upstreamName));
        if (view.administrator()) {
            parts.add(Html.of("<p>You are an administrator of this Postern.</p>"));
        }
        parts.add(Html.of("<h2>Programs that may work in your name</h2>"));
        if (view.accesses().isEmpty()) {
            parts.add(Html.of("<p>None. A program asks you first, on a page of this server.</p>"));
        }
        for (Access access : view.accesses()) parts.add(access(access, view));
        if (!view.accesses().isEmpty()) parts.add(revokeAll(view.formToken()));
        if (!view.unasked().isEmpty()) parts.add(unasked(view));
        if (!view.ended().isEmpty()) parts.add(EndedAccess.list(view, upstreamName));
        parts.add(Html.of("<h2>This page</h2>"));
        parts.add(
                form(
                        view.formToken(),
                        Html.of(
                                "<button class=\"quiet\" name=\"action\" value=\"sign-out\">Sign"
                                        + " out of this page</button>")));
        parts.add(
                Html.of(
                        "<p class=\"note\">Signing out here takes nothing from the programs above."
                                + " It happens by itself after 12 hours.</p>"));
        return kit.page(200, "Your account", Html.join(parts), Optional.empty());
    }

    private static Html access(Access access, AccountView view) {
        var grant = access.grant().grant();
        String lastUsed =
                access.grant()
                        .lastUsed()
                        .map(use -> Times.ago(use, view.now()))
                        .orElse("no use noted yet");
        Html facts =
                Html.of(
                        "<dl>{}<dt>Answers go"
                            + " to</dt><dd>{}</dd><dt>Uses</dt><dd>{}</dd><dt>May</dt><dd>{}</dd><dt>Since</dt><dd>{}</dd><dt>Last"
                            + " used</dt><dd>{}</dd><dt>Ends</dt><dd>{} at the latest</dd></dl>",
                        host(access.client()),
                        Shown.destination(grant.redirectUri()),
                        Shown.server(grant.resource()),
                        grant.scope().isReadOnly() ? "read" : "read, create, change and delete",
                        Times.date(access.grant().since()),
                        lastUsed,
                        Times.date(grant.expiresAt()));
        Html revoke =
                form(
                        view.formToken(),
                        Html.hidden("grant", grant.id().value())
                                .and(Html.button("action", "revoke", "Revoke")));
        return Html.of(
                "<section>{}{}{}{}</section>",
                program(access.client()),
                facts,
                sessions(access, view.formToken()),
                revoke);
    }

    static Html program(Optional<Client> client) {
        Html title =
                client.map(Shown::program)
                        .orElse(Html.text("A program that this server has forgotten"));
        Html note =
                client.filter(Client::nameIsVerified).isPresent()
                        ? Html.empty()
                        : Html.of("<p class=\"note\">(its own words, checked by nobody)</p>");
        return Html.of("<h3>{}</h3>{}", title, note);
    }

    private static Html host(Optional<Client> client) {
        return client.flatMap(Client::host)
                .map(host -> Html.of("<dt>Described at</dt><dd>{}</dd>", Shown.host(host)))
                .orElse(Html.empty());
    }

    private static Html sessions(Access access, String formToken) {
        List<Html> rows = new ArrayList<>();
        for (LiveSession session : access.sessions()) {
            Html words =
                    Html.of(
                            "<span>{}: begun {}, last used {}</span>",
                            session.server(),
                            Times.ago(session.age()),
                            Times.ago(session.unused()));
            Html hidden =
                    Html.hidden("grant", access.grant().grant().id().value())
                            .and(Html.hidden("session", session.handle()));
            Html end =
                    Html.of("<button class=\"quiet\" name=\"action\" value=\"end\">End</button>");
            rows.add(
                    Html.of(
                            "<form class=\"row\" method=\"post\" action=\"/account\">{}{}{}{}"
                                    + "</form>",
                            Html.hidden("form_token", formToken),
                            hidden,
                            words,
                            end));
        }
        return rows.isEmpty()
                ? Html.of("<p class=\"note\">Nothing of it runs here now.</p>")
                : Html.of("<p>Running now:</p>{}", Html.join(rows));
    }

    private static Html revokeAll(String formToken) {
        return Html.of(
                "<details><summary>Take it from all of them</summary>{}</details>",
                form(
                        formToken,
                        Html.of("<p>Each program has to ask you again. What runs ends at once.</p>")
                                .and(Html.button("action", "revoke-all", "Revoke all"))));
    }

    private static Html unasked(AccountView view) {
        List<Html> rows = new ArrayList<>();
        for (Unasked one : view.unasked()) {
            var approval = one.remembered().approval();
            rows.add(
                    Html.of(
                            "<section>{}<dl>{}<dt>Answers go to</dt><dd>{}</dd><dt>Uses</dt>"
                                + "<dd>{}</dd><dt>May</dt><dd>{}</dd><dt>Since</dt><dd>{}</dd></dl>{}"
                                + "</section>",
                            program(one.client()),
                            host(one.client()),
                            Shown.destination(approval.redirectUri()),
                            Shown.server(approval.resource()),
                            approval.scope().isReadOnly()
                                    ? "read"
                                    : "read, create, change and delete",
                            Times.date(one.remembered().since()),
                            form(
                                    view.formToken(),
                                    Html.hidden("approval", one.remembered().id())
                                            .and(Html.button("action", "forget", "Forget")))));
        }
        return Html.of(
                "<h2>Programs you are not asked about again</h2><p>You chose this on the page of"
                        + " each. In a browser where you are signed in here, they get access again"
                        + " without a question.</p>{}",
                Html.join(rows));
    }

    private static Html form(String formToken, Html content) {
        return Html.form(PATH, Html.hidden("form_token", formToken).and(content));
    }

    /** A form of somebody who is not signed in any more. */
    Response signedOut() {
        Html content =
                Html.of(
                        "<p>You are not signed in any more, so nothing was changed.</p><p>{}</p>",
                        Html.link(PATH, "Go to the account page and sign in"));
        return kit.page(403, "Sign in again", content, Optional.empty());
    }

    /** Somebody whom the operator does not let in. */
    Response notAdmitted(String login) {
        return kit.page(
                403,
                "You are not let in here",
                Shown.notAdmitted(login, upstreamName),
                Optional.empty());
    }

    Response signInFailed(String why) {
        Html content =
                Html.of(
                        "<p>You were not signed in: {}. Nothing was changed.</p><p>{}</p>",
                        why,
                        Html.link(PATH, "Try again"));
        return kit.page(400, "The sign-in did not work", content, Optional.empty());
    }

    Response httpError(HttpError error) {
        Response page =
                kit.page(
                        error.status(),
                        "That did not work",
                        Html.of(
                                "<p>This server cannot go on: {}. Nothing was"
                                        + " changed.</p><p>{}</p>",
                                error.hint(),
                                Html.link(PATH, "Back to the account page")),
                        Optional.empty());
        for (Response.Header header : error.headers()) {
            page = page.with(header.name(), header.value());
        }
        return page;
    }
}
