package postern.http;

import java.util.Optional;

/** The two parts of an Authorization value: {@code scheme SP rest}. Source: RFC 9110 §11.6.2. */
final class AuthorizationField {
    private AuthorizationField() {}

    /** What follows the scheme and one space; empty when the value names another scheme. */
    static Optional<String> token(String value, String scheme) {
        int length = scheme.length();
        if (!value.regionMatches(true, 0, scheme, 0, length)) return Optional.empty();
        if (value.length() == length) return Optional.of("");
        char next = value.charAt(length);
        if (next == ' ') return Optional.of(value.substring(length + 1));
        // A tab or comma after the scheme is a mangled credential, a letter is another scheme.
        return next == '\t' || next == ',' ? Optional.of("") : Optional.empty();
    }
}
