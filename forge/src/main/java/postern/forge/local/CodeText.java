package postern.forge.local;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The text of sign-in codes: 10 characters of 30 that are not mistaken for each other, 49 bits,
 * shown as {@code XXXXX-XXXXX}. Read without regard to case, hyphens and spaces.
 */
final class CodeText {
    private static final String ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789";
    private static final int LENGTH = 10;
    private static final Pattern SHAPE = Pattern.compile("[" + ALPHABET + "]{" + LENGTH + "}");
    private static final Pattern IGNORED = Pattern.compile("[\\s-]");
    private static final int MAX_TYPED = 40;

    private CodeText() {}

    static String random(SecureRandom random) {
        var text = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    static String shown(String code) {
        return code.substring(0, LENGTH / 2) + "-" + code.substring(LENGTH / 2);
    }

    /** The code that somebody typed, or empty when it cannot be one. */
    static Optional<String> typed(String text) {
        if (text.length() > MAX_TYPED) return Optional.empty();
        String code = IGNORED.matcher(text).replaceAll("").toUpperCase(Locale.ROOT);
        return SHAPE.matcher(code).matches() ? Optional.of(code) : Optional.empty();
    }
}
