package postern.oauth.browser;

import postern.access.Scope;
import postern.http.Html;
import postern.oauth.client.Client;
import postern.oauth.client.RedirectUris;
import postern.oauth.client.VisibleText;

import java.net.URI;

/**
 * Strangers' names and addresses as people get to see them: nothing in them may look like words of
 * ours, turn the text around them, or push the end of an address out of sight (E12).
 */
public final class Shown {
    private static final int MAX_NAME = 60;
    private static final int MAX_HOST = 64;
    private static final int MAX_MARKS = 2;
    private static final char HIDDEN = '\ufffd';

    private Shown() {}

    /** The program in a sentence: its name in quotes, or that it has none. */
    public static Html program(Client client) {
        return VisibleText.showsNothing(client.name())
                ? Html.text("A program without a name")
                : Html.of("“<strong><bdi>{}</bdi></strong>”", name(client.name()));
    }

    /** The same in a list of facts, with who vouches for it. */
    public static Html programFact(Client client) {
        return client.nameIsVerified()
                ? program(client)
                : Html.of(
                        "{} <span class=\"note\">(its own words, checked by nobody)</span>",
                        program(client));
    }

    /** At most 60 characters; what is not seen, or changes how others are seen, is marked. */
    public static String name(String raw) {
        var shown = new StringBuilder();
        int marks = 0;
        int length = 0;
        for (int point : raw.strip().codePoints().toArray()) {
            if (length == MAX_NAME) return shown + "…";
            marks = isMark(point) ? marks + 1 : 0;
            if (marks > MAX_MARKS) continue;
            shown.appendCodePoint(Character.isWhitespace(point) ? ' ' : visible(point));
            length++;
        }
        return shown.toString();
    }

    private static int visible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    HIDDEN;
            default -> point;
        };
    }

    private static boolean isMark(int point) {
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
    }

    /** A host with its port. Its end says whose it is, so a long one loses its beginning. */
    public static Html host(String authority) {
        String cut =
                authority.length() <= MAX_HOST
                        ? authority
                        : "…" + authority.substring(authority.length() - MAX_HOST);
        Html shown = Html.of("<bdi>{}</bdi>", cut);
        return isPunycode(authority)
                ? shown.and(
                        Html.of(
                                " <span class=\"note\">(a name in another script, written with"
                                        + " plain letters; look twice)</span>"))
                : shown;
    }

    private static boolean isPunycode(String authority) {
        for (String label : authority.split("\\.", -1)) {
            if (label.regionMatches(true, 0, "xn--", 0, 4)) return true;
        }
        return false;
    }

    /** Where the answer goes. */
    public static Html destination(String redirectUri) {
        String authority = URI.create(redirectUri).getRawAuthority();
        return RedirectUris.isThisComputer(redirectUri)
                ? Html.of("a program on this computer ({})", host(authority))
                : host(authority);
    }

    /** An endpoint of ours without the scheme, which tells a person nothing. */
    public static String server(String resource) {
        URI uri = URI.create(resource);
        return uri.getRawAuthority() + uri.getRawPath();
    }

    /** Why somebody who has proved who they are gets no further, and what they can do. */
    public static Html notAdmitted(String login, String upstreamName) {
        return Html.of(
                "<p>You have signed in as <strong><bdi>{}</bdi></strong> with {}. Whoever runs this"
                        + " server says who may use it, and that account is not among them. Nothing"
                        + " was allowed, and nothing was kept.</p><h2>What you can do</h2><ul>"
                        + "<li>Ask whoever runs this server to let you in. They can name your"
                        + " account, or an organisation or team that you belong to.</li>"
                        + "<li>If you have another account, sign out there first, then start"
                        + " again.</li></ul>",
                name(login),
                upstreamName);
    }

    /** What a scope allows, as a list. */
    public static Html rights(Scope scope) {
        Html read = Html.of("<li>Read what you can read, with the tools of this server</li>");
        Html write =
                Html.of("<li>Create, change and delete what you can, with the same tools</li>");
        return Html.of("<ul>{}{}</ul>", read, scope.isReadOnly() ? Html.empty() : write);
    }

    /**
     * The source for form-action that allows the redirect to {@code uri}: Chromium applies it to
     * every redirect that follows a form.
     */
    public static String origin(String uri) {
        URI parsed = URI.create(uri);
        // a CSP source cannot be an IPv6 address
        if (parsed.getHost().startsWith("[")) return parsed.getScheme() + ":";
        return parsed.getScheme() + "://" + parsed.getRawAuthority();
    }
}
