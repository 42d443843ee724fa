package postern.forge;

import java.util.Optional;

/**
 * What the browser brought back from the upstream. Source: RFC 6749 section 4.1.2, RFC 9207 section
 * 2.
 *
 * @param issuer the parameter {@code iss}, if it came: which of all upstreams this answer is of
 */
public record SignInAnswer(String code, Optional<String> issuer) {
    /** Of an upstream that does not name itself. */
    public static SignInAnswer of(String code) {
        return new SignInAnswer(code, Optional.empty());
    }
}
