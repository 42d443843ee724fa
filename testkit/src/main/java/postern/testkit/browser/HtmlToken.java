package postern.testkit.browser;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A piece of a page.
 *
 * @param name of a tag, with a slash in front for an end tag; empty for text
 * @param text decoded; empty for a tag
 */
record HtmlToken(String name, Map<String, String> attributes, String text) {
    private static final Pattern PIECE =
            Pattern.compile(
                    "<!--.*?-->|<!doctype[^>]*>|<(script|style)\\b.*?</\\1\\s*>"
                            + "|<(/?[a-z][a-z0-9-]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>|[^<]+|<",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern ATTRIBUTE =
            Pattern.compile("([^\\s=/\"']+)(?:\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s\"'>]+)))?");
    private static final Pattern ENTITY =
            Pattern.compile("&(#x[0-9a-f]+|#[0-9]+|[a-z]+);", Pattern.CASE_INSENSITIVE);

    static List<HtmlToken> read(String html) {
        var tokens = new ArrayList<HtmlToken>();
        Matcher piece = PIECE.matcher(html);
        while (piece.find()) {
            if (piece.group(2) != null) {
                String name = piece.group(2).toLowerCase(Locale.ROOT);
                tokens.add(new HtmlToken(name, attributes(piece.group(3)), ""));
            } else if (!piece.group().startsWith("<")) {
                tokens.add(new HtmlToken("", Map.of(), decoded(piece.group())));
            }
        }
        return tokens;
    }

    private static Map<String, String> attributes(String text) {
        var attributes = new LinkedHashMap<String, String>();
        Matcher matcher = ATTRIBUTE.matcher(text);
        while (matcher.find()) {
            String value = "";
            for (int group = 2; group <= 4; group++) {
                value = matcher.group(group) == null ? value : matcher.group(group);
            }
            attributes.putIfAbsent(matcher.group(1).toLowerCase(Locale.ROOT), decoded(value));
        }
        return attributes;
    }

    private static String decoded(String text) {
        return ENTITY.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(character(found.group(1))));
    }

    private static String character(String entity) {
        if (entity.startsWith("#")) {
            boolean hex = entity.charAt(1) == 'x' || entity.charAt(1) == 'X';
            int code = Integer.parseInt(entity.substring(hex ? 2 : 1), hex ? 16 : 10);
            return Character.toString(code);
        }
        return switch (entity.toLowerCase(Locale.ROOT)) {
            case "amp" -> "&";
            case "lt" -> "<";
            case "gt" -> ">";
            case "quot" -> "\"";
            case "apos" -> "'";
            case "nbsp" -> " ";
            default -> "&" + entity + ";";
        };
    }

    boolean isTag(String wanted) {
        return name.equals(wanted);
    }

    boolean isEnd(String wanted) {
        return name.equals("/" + wanted);
    }
}
