package postern.supervisor;

import postern.core.Secret;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/**
 * Replaces secrets in text by stars: as they are, line by line, and in base64, hexadecimal and URL
 * form. Values and lines shorter than 4 characters are left: they would star out ordinary words.
 */
final class SecretScrubber {
    private static final int SHORTEST_CHARS = 4;
    private static final String STARS = "***";

    private final List<String> forms;
    private final int longestChars;

    SecretScrubber(Collection<Secret> secrets) {
        var all =
                new TreeSet<String>(
                        Comparator.comparingInt(String::length)
                                .reversed()
                                .thenComparing(Comparator.naturalOrder()));
        for (Secret secret : secrets) {
            secret.<Void>useText(text -> {
                addForms(all, text);
                return null;
            });
        }
        forms = List.copyOf(all);
        longestChars = forms.isEmpty() ? 0 : forms.getFirst().length();
    }

    /** Length of the longest form: so much text has to be seen beyond a cut. */
    int longestChars() {
        return longestChars;
    }

    String scrub(String text) {
        String scrubbed = text;
        for (String form : forms) {
            if (scrubbed.contains(form)) scrubbed = scrubbed.replace(form, STARS);
        }
        return scrubbed;
    }

    private static void addForms(Collection<String> forms, String secret) {
        if (secret.length() < SHORTEST_CHARS) return;
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        forms.add(secret);
        for (String line : secret.split("[\r\n]+", -1)) {
            if (line.length() >= SHORTEST_CHARS) forms.add(line);
        }
        forms.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
        forms.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        forms.add(HexFormat.of().formatHex(bytes));
        forms.add(HexFormat.of().withUpperCase().formatHex(bytes));
        forms.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
    }
}
