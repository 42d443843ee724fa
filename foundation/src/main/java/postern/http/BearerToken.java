package postern.http;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The bearer token of a request. Source: RFC 6750 §2.1, RFC 9110 §11.2; oauth-rules M5. */
public final class BearerToken {
    private static final Pattern TOKEN68 = Pattern.compile("[A-Za-z0-9._~+/-]{1,4096}={0,2}");

    private BearerToken() {}

    /**
     * Empty when there is no Authorization field or it names another scheme.
     *
     * @throws BadRequest two Authorization fields, or a token that is not token68: a comma, a tab,
     *     a second space, anything behind it
     */
    public static Optional<String> of(Headers headers) {
        List<String> fields = headers.all("Authorization");
        if (fields.isEmpty()) return Optional.empty();
        if (fields.size() > 1) throw malformed("repeated Authorization");
        Optional<String> token = AuthorizationField.token(fields.getFirst(), "Bearer");
        if (token.isPresent() && !TOKEN68.matcher(token.get()).matches()) {
            throw malformed("not token68");
        }
        return token;
    }

    private static BadRequest malformed(String detail) {
        return new BadRequest("the Authorization header is malformed", detail);
    }
}
