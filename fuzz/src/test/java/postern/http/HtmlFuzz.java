package postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Pattern;

/** No text gets out of where it was put, and a reader of the page sees the text. */
public final class HtmlFuzz {
    private static final Pattern SAFE =
            Pattern.compile("(?:[^<>\"'`&]|&(?:amp|lt|gt|quot|#39|#96);)*+", Pattern.DOTALL);
    private static final Pattern HARMFUL =
            Pattern.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]");

    private HtmlFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, UTF_8);
        String markup = Html.text(text).markup();
        assertTrue(SAFE.matcher(markup).matches(), "something is not escaped");
        assertEquals(HARMFUL.matcher(text).replaceAll("\ufffd"), read(markup));
        assertEquals(
                "<p title=\"" + markup + "\">" + markup + "</p>",
                Html.of("<p title=\"{}\">{}</p>", text, text).markup());
        assertEquals(
                "<input type=\"hidden\" name=\"n\" value=\"" + markup + "\">",
                Html.hidden("n", text).markup());
        link(text);
    }

    private static void link(String text) {
        Html link;
        try {
            link = Html.link(text, text);
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertTrue(text.matches("(?:https?://|/(?!/)).*"), "a link to something else");
        String markup = Html.text(text).markup();
        assertEquals("<a href=\"" + markup + "\">" + markup + "</a>", link.markup());
    }

    private static String read(String markup) {
        return markup.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&#96;", "`")
                .replace("&amp;", "&");
    }
}
