package postern.cli.doctor;

import postern.forge.oidc.ProviderReport;

import java.util.List;

/** What has to be right at an OpenID Connect provider, as far as it can be seen from outside. */
final class ProviderChecks {
    private ProviderChecks() {}

    static List<Line> lines(String issuer, ProviderReport seen) {
        return List.of(
                new Line("provider", document(issuer, seen)),
                new Line("provider keys", keys(seen)),
                new Line("clock", ClockFinding.of("the provider", seen.ahead())),
                new Line(
                        "client",
                        Finding.skip(
                                "its secret and redirect URI cannot be seen without signing in;"
                                        + " the log of the server says what the provider"
                                        + " refuses")));
    }

    private static Finding document(String issuer, ProviderReport seen) {
        return seen.documentFault()
                .map(Finding::fail)
                .orElseGet(() -> Finding.pass(issuer + " answers, and calls itself so"));
    }

    private static Finding keys(ProviderReport seen) {
        if (seen.documentFault().isPresent()) {
            return Finding.skip("cannot be seen before the one above is right");
        }
        return seen.keysFault()
                .map(Finding::fail)
                .orElseGet(() -> Finding.pass(seen.keyCount() + " for signatures"));
    }
}
