package postern.http;

import postern.core.Check;

import java.util.Collection;
import java.util.regex.Pattern;

/**
 * A piece of HTML in which every text is escaped. Markup comes only from templates, which are
 * constants of the source: {@code Html.of("<p>{} asks for <b>{}</b></p>", name, scope)}. A
 * placeholder may stand between tags or inside a double-quoted attribute that is not a URL; for
 * URLs see {@link #link}.
 */
public final class Html {
    private static final Pattern LINKABLE =
            Pattern.compile("(https?://|/(?!/))[\\x21-\\x7e&&[^\\\\]]*");

    private final String markup;

    private Html(String markup) {
        this.markup = markup;
    }

    public static Html text(String text) {
        return new Html(escaped(text));
    }

    public static Html empty() {
        return new Html("");
    }

    /**
     * Puts parts into a template.
     *
     * @param template a constant; each {@code {}} is replaced by one part
     * @param parts {@code Html} goes in as it is, everything else as escaped text
     * @throws IllegalArgumentException when placeholders and parts do not match in number
     */
    public static Html of(String template, Object... parts) {
        var markup = new StringBuilder(template.length() + 32 * parts.length);
        int from = 0;
        for (Object part : parts) {
            int at = template.indexOf("{}", from);
            Check.that(at >= 0, "template", "has fewer placeholders than parts");
            markup.append(template, from, at);
            markup.append(part instanceof Html html ? html.markup : escaped(String.valueOf(part)));
            from = at + 2;
        }
        Check.that(
                template.indexOf("{}", from) < 0, "template", "has more placeholders than parts");
        return new Html(markup.append(template, from, template.length()).toString());
    }

    public static Html join(Collection<Html> pieces) {
        var markup = new StringBuilder();
        pieces.forEach(piece -> markup.append(piece.markup));
        return new Html(markup.toString());
    }

    public Html and(Html next) {
        return new Html(markup + next.markup);
    }

    /**
     * A link to an http(s) address or to one of our own paths.
     *
     * @throws IllegalArgumentException for any other address: {@code javascript:} is one, too
     */
    public static Html link(String address, String text) {
        Check.that(LINKABLE.matcher(address).matches(), "link", "must be http, https or a path");
        return of("<a href=\"{}\">{}</a>", address, text);
    }

    /** A form that posts; it works without JavaScript. */
    public static Html form(String action, Html content) {
        Check.that(LINKABLE.matcher(action).matches(), "form action", "must be http(s) or a path");
        return of("<form method=\"post\" action=\"{}\">{}</form>", action, content);
    }

    public static Html hidden(String name, String value) {
        return of("<input type=\"hidden\" name=\"{}\" value=\"{}\">", name, value);
    }

    public static Html button(String name, String value, String label) {
        return of("<button name=\"{}\" value=\"{}\">{}</button>", name, value, label);
    }

    public String markup() {
        return markup;
    }

    @Override
    public String toString() {
        return markup;
    }

    private static String escaped(String text) {
        var safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                case '`' -> safe.append("&#96;");
                default -> safe.append(isHarmful(c) ? '\ufffd' : c);
            }
        }
        return safe.toString();
    }

    /** Control characters, and those that turn the direction of the text around them. */
    private static boolean isHarmful(char c) {
        return (c < 0x20 && c != '\n' && c != '\t')
                || (c >= 0x7f && c < 0xa0)
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }
}
