package postern.oauth.authorize;

import postern.forge.ScopeGap;
import postern.http.Html;

import java.util.Set;

/**
 * In words, how what a person granted at the forge differs from what was asked. Neither side can
 * change that: the forge keeps the scope of the first consent until the person revokes it.
 */
final class ScopeGapShown {
    private ScopeGapShown() {}

    static Html of(ScopeGap gap, String upstreamName) {
        return wider(gap, upstreamName).and(narrower(gap, upstreamName)).and(change(upstreamName));
    }

    private static Html wider(ScopeGap gap, String upstreamName) {
        if (gap.full()) {
            return Html.of(
                    "<p class=\"warning\"><strong>Full access.</strong> Your consent at {} gives"
                        + " this server full access to your account there: all that you may do, in"
                        + " settings and administration as well. This server did not ask for"
                        + " that.</p>",
                    upstreamName);
        }
        if (gap.surplus().isEmpty()) return Html.empty();
        return Html.of(
                "<p class=\"warning\"><strong>More than was asked.</strong> Your consent at {}"
                        + " gives this server more than it asked for: {}.</p>",
                upstreamName,
                listed(gap.surplus()));
    }

    private static Html narrower(ScopeGap gap, String upstreamName) {
        if (gap.missing().isEmpty()) return Html.empty();
        return Html.of(
                "<p class=\"warning\"><strong>Less than was asked.</strong> Your consent at {}"
                    + " gives this server less than it asked for. Tools that need one of these are"
                    + " refused there: {}.</p>",
                upstreamName,
                listed(gap.missing()));
    }

    private static String listed(Set<String> scopes) {
        return String.join(", ", scopes);
    }

    private static Html change(String upstreamName) {
        return Html.of(
                "<p>To change that, choose Cancel here. Then go to {}, Settings, Applications, find"
                    + " this server under “Authorized OAuth2 applications” and revoke it, and sign"
                    + " in again from the program. Other programs that work here in your name sign"
                    + " in again, too. If you continue, it stays as it is.</p>",
                upstreamName);
    }
}
