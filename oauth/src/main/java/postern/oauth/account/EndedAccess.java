package postern.oauth.account;

import postern.access.EndReason;
import postern.http.Html;
import postern.oauth.account.AccountView.Ended;
import postern.oauth.browser.Shown;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What ended lately, why, and what the person can do about it. */
final class EndedAccess {
    private static final String SIGN_IN_AGAIN =
            "To go on, connect from the program once more and sign in again.";
    private static final String IF_WANTED =
            "If you still want the program to have access, connect from it once more.";

    /** Why it ended, as a sentence or two, and what to do. */
    private record Words(String why, String whatToDo) {}

    private EndedAccess() {}

    static Html list(AccountView view, String upstreamName) {
        List<Html> rows = new ArrayList<>();
        for (Ended ended : view.ended()) {
            var grant = ended.grant().grant();
            Words words = words(ended.grant().reason(), upstreamName);
            rows.add(
                    Html.of(
                            "<section>{}<dl><dt>Answers went to</dt><dd>{}</dd><dt>Used</dt>"
                                    + "<dd>{}</dd><dt>Since</dt><dd>{}</dd><dt>Ended</dt>"
                                    + "<dd>{}, {}</dd></dl><p>{} {}</p></section>",
                            AccountPages.program(ended.client()),
                            Shown.destination(grant.redirectUri()),
                            Shown.server(grant.resource()),
                            Times.date(ended.grant().since()),
                            Times.date(ended.grant().endedAt()),
                            Times.ago(ended.grant().endedAt(), view.now()),
                            words.why,
                            words.whatToDo));
        }
        return Html.of(
                "<h2>Access that has ended</h2><p>In the last 30 days, the latest first. This list"
                        + " gives no program any access.</p>{}",
                Html.join(rows));
    }

    private static Words words(Optional<EndReason> reason, String upstream) {
        if (reason.isEmpty()) return new Words("It has ended.", SIGN_IN_AGAIN);
        return switch (reason.get()) {
            case UPSTREAM_ANSWER_LOST ->
                    new Words(
                            upstream
                                    + " had sent this server new keys to your account, and they got"
                                    + " lost on the way or in a crash. The former keys do not work"
                                    + " any more, and nobody else has either. You did nothing"
                                    + " wrong.",
                            SIGN_IN_AGAIN);
            case UPSTREAM_GRANT_GONE ->
                    new Words(
                            upstream
                                    + " says that you took this server's access to your account"
                                    + " away there, or that the account was deleted.",
                            "If that was not meant, connect from the program once more: you will be"
                                    + " asked again.");
            case UPSTREAM_TOKEN_TOO_OLD ->
                    new Words(
                            "No program used it for so long that "
                                    + upstream
                                    + " does not know this server any more.",
                            SIGN_IN_AGAIN);
            case UPSTREAM_REFUSED ->
                    new Words(
                            upstream
                                    + " no longer accepts what it gave this server for your"
                                    + " account, and does not say why.",
                            SIGN_IN_AGAIN);
            case UPSTREAM_SET_UNREADABLE ->
                    new Words(
                            "This server could not open what it keeps of your account for this"
                                    + " program, because you signed in twice at the same moment, or"
                                    + " because its database was changed.",
                            SIGN_IN_AGAIN);
            case REVOKED_BY_CLIENT -> new Words("The program gave it back.", IF_WANTED);
            case REVOKED_BY_PERSON -> new Words("You took it away on this page.", IF_WANTED);
            case REVOKED_BY_OPERATOR ->
                    new Words(
                            "Whoever runs this server took it away.",
                            "Ask them before you connect again.");
            case CODE_REPLAYED, REFRESH_TOKEN_REPLAYED ->
                    new Words(
                            "Something of it was used twice. That may have been a fault of the"
                                    + " program, or somebody else had got hold of it: so it was"
                                    + " ended.",
                            "If it happens again, stop using the program, and tell whoever runs"
                                    + " this server.");
            case NOT_ALLOWED ->
                    new Words(
                            "You are not among those whom this server lets in, or no longer.",
                            "If you should be, ask whoever runs it.");
            case EXPIRED -> new Words("Its time was over, or it was never used.", SIGN_IN_AGAIN);
            case MADE_ROOM ->
                    new Words(
                            "You had as many as anybody may have, and this one was unused for the"
                                    + " longest time.",
                            IF_WANTED);
            case KEY_RETIRED ->
                    new Words(
                            "Whoever runs this server took a key out of use that it needed.",
                            SIGN_IN_AGAIN);
            case RESTORED ->
                    new Words("This server was set back to an earlier state.", SIGN_IN_AGAIN);
            case NOT_CONFIRMED, SENT_AGAIN -> new Words("You did not confirm it.", IF_WANTED);
        };
    }
}
