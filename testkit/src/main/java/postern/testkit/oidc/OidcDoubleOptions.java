package postern.testkit.oidc;

import java.time.InstantSource;

/**
 * How a double behaves from its start on.
 *
 * @param port 0 picks a free one
 * @param algorithm that it signs with, as in JWTs
 * @param slash its issuer ends with one
 * @param basic the client shows its secret in a header, otherwise in the form
 * @param namesItself answers to the browser carry {@code iss}, and discovery says so
 * @param namesAtUserInfo id_tokens prove who is there and tell nothing else
 */
public record OidcDoubleOptions(
        int port,
        InstantSource clock,
        String algorithm,
        boolean slash,
        boolean basic,
        boolean namesItself,
        boolean namesAtUserInfo) {
    public static OidcDoubleOptions standard() {
        return new OidcDoubleOptions(0, InstantSource.system(), "RS256", false, true, true, false);
    }

    public OidcDoubleOptions withClock(InstantSource value) {
        return new OidcDoubleOptions(
                port, value, algorithm, slash, basic, namesItself, namesAtUserInfo);
    }

    public OidcDoubleOptions withAlgorithm(String value) {
        return new OidcDoubleOptions(
                port, clock, value, slash, basic, namesItself, namesAtUserInfo);
    }

    public OidcDoubleOptions withSlash() {
        return new OidcDoubleOptions(
                port, clock, algorithm, true, basic, namesItself, namesAtUserInfo);
    }

    public OidcDoubleOptions withSecretInForm() {
        return new OidcDoubleOptions(
                port, clock, algorithm, slash, false, namesItself, namesAtUserInfo);
    }

    public OidcDoubleOptions withoutName() {
        return new OidcDoubleOptions(port, clock, algorithm, slash, basic, false, namesAtUserInfo);
    }

    public OidcDoubleOptions withNamesAtUserInfo() {
        return new OidcDoubleOptions(port, clock, algorithm, slash, basic, namesItself, true);
    }
}
