package postern.cli.doctor;

import postern.app.config.Configuration;
import postern.forge.ForgejoScopes;
import postern.forge.admin.AppAnswer;
import postern.forge.admin.ForgeVersion;
import postern.forge.admin.Outcome;
import postern.forge.admin.Trouble;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What has to be right at the forge, in the order in which one needs the other. */
final class ForgeChecks {
    static final List<ForgeCheck> ALL =
            List.of(
                    new ForgeCheck("forge reached", ForgeChecks::reached),
                    new ForgeCheck("forge version", ForgeChecks::version),
                    new ForgeCheck("clock", ForgeChecks::clock),
                    new ForgeCheck("oauth2 provider", ForgeChecks::provider),
                    new ForgeCheck("forge address", ForgeChecks::address),
                    new ForgeCheck("application", ForgeChecks::application),
                    new ForgeCheck("client secret", ForgeChecks::clientSecret),
                    new ForgeCheck("redirect URI", ForgeChecks::redirectUri),
                    new ForgeCheck("confidential", ForgeChecks::confidential),
                    new ForgeCheck("introspection", ForgeChecks::introspection),
                    new ForgeCheck("userinfo", ForgeChecks::userinfo),
                    new ForgeCheck("scopes", ForgeChecks::scopes),
                    new ForgeCheck("refresh rotation", ForgeChecks::rotation));

    private static final Set<String> TOO_MUCH = Set.of("all", "read:admin", "write:admin");

    private ForgeChecks() {}

    private static Finding reached(ForgeSeen seen) {
        return seen.version()
                .trouble()
                .map(trouble -> Finding.fail(trouble.toString()))
                .orElseGet(() -> {
                    String answers = seen.settings().internalUrl() + " answers";
                    return seen.settings().isInTheClear()
                            ? Finding.warn(answers + ", but " + Configuration.Forgejo.IN_THE_CLEAR)
                            : Finding.pass(answers);
                });
    }

    private static Finding version(ForgeSeen seen) {
        if (seen.version().trouble().isPresent()) return notReached();
        Optional<ForgeVersion> release = seen.release();
        if (release.isEmpty()) {
            return Finding.warn(
                    "cannot be seen without signing in; make sure that it is Forgejo 9, Gitea 1.23"
                            + " or later");
        }
        ForgeVersion version = release.get();
        if (!version.keepsScopes()) {
            return Finding.fail(
                    version
                            + " gives every token full access, whatever was agreed: update it to a"
                            + " Forgejo that is maintained, or to Gitea 1.23 or later");
        }
        if (!version.checksVerifier()) {
            return Finding.warn(
                    version
                            + "; some releases do not check PKCE after a consent page. Postern does"
                            + " not rely on it; Forgejo 15.0, 14.0.3, 11.0.11 and later do");
        }
        return Finding.pass(version.toString());
    }

    private static Finding clock(ForgeSeen seen) {
        if (seen.version().trouble().isPresent()) return notReached();
        return ClockFinding.of(
                "the forge", seen.version().value().flatMap(answer -> answer.ahead()));
    }

    private static Finding provider(ForgeSeen seen) {
        return judged(
                seen,
                seen.provider(),
                provider ->
                        provider.issuer().isPresent()
                                ? Finding.pass("people can sign in through OAuth2")
                                : Finding.fail(
                                        "signing in through OAuth2 is switched off: set ENABLED ="
                                                + " true under [oauth2] in app.ini, and restart the"
                                                + " forge"));
    }

    private static Finding address(ForgeSeen seen) {
        Optional<String> issuer = seen.provider().value().flatMap(provider -> provider.issuer());
        if (issuer.isEmpty()) return Finding.skip("the forge does not say its own");
        String ours = seen.settings().url().toString();
        if (issuer.get().equalsIgnoreCase(ours)) return Finding.pass(ours);
        return Finding.warn(
                "the forge calls itself "
                        + printable(issuer.get())
                        + ", POSTERN_FORGEJO_URL is "
                        + ours
                        + ": make the setting and ROOT_URL in app.ini the same; how this server"
                        + " reaches it belongs in POSTERN_FORGEJO_INTERNAL_URL");
    }

    private static String printable(String text) {
        String visible = text.replaceAll("[^\\x21-\\x7e]", "?");
        return visible.substring(0, Math.min(200, visible.length()));
    }

    private static Finding application(ForgeSeen seen) {
        return judged(
                seen,
                seen.application(),
                answer ->
                        answer == AppAnswer.UNKNOWN
                                ? Finding.fail(
                                        "the forge has none with this client ID: correct"
                                                + " POSTERN_FORGEJO_CLIENT_ID, or make one with"
                                                + " 'postern setup'")
                                : Finding.pass("the forge knows it"));
    }

    private static Finding clientSecret(ForgeSeen seen) {
        return afterApplication(
                seen,
                AppAnswer.SECRET_WRONG,
                Finding.fail(
                        "the forge says that it is wrong: make a new one in Forgejo, Settings,"
                                + " Applications, and put it into POSTERN_FORGEJO_CLIENT_SECRET"),
                Finding.pass("right"));
    }

    private static Finding redirectUri(ForgeSeen seen) {
        return afterApplication(
                seen,
                AppAnswer.CALLBACK_NOT_REGISTERED,
                Finding.fail(
                        "not registered: add "
                                + seen.callback()
                                + " to the application in Forgejo, Settings, Applications, or"
                                + " correct POSTERN_PUBLIC_URL"),
                Finding.pass(seen.callback() + " is registered"));
    }

    /** The forge looks at one after the other: what comes after its first no is not known. */
    private static Finding afterApplication(
            ForgeSeen seen, AppAnswer no, Finding failed, Finding passed) {
        Optional<AppAnswer> answer = seen.application().value();
        if (answer.isEmpty() || answer.get().compareTo(no) < 0) {
            return Finding.skip("cannot be seen before the one above is right");
        }
        return answer.get() == no ? failed : passed;
    }

    private static Finding confidential(ForgeSeen seen) {
        if (seen.application().value().filter(answer -> answer != AppAnswer.UNKNOWN).isEmpty()) {
            return Finding.skip("cannot be seen before the application is known");
        }
        return judged(
                seen,
                seen.confidential(),
                confidential ->
                        confidential
                                ? Finding.pass("the forge asks for the secret")
                                : Finding.fail(
                                        "the application is a public client, so its secret is not"
                                                + " checked: tick 'Confidential Client' in Forgejo,"
                                                + " Settings, Applications"));
    }

    private static Finding introspection(ForgeSeen seen) {
        if (seen.application()
                .value()
                .filter(answer -> answer.compareTo(AppAnswer.SECRET_WRONG) > 0)
                .isEmpty()) {
            return Finding.skip("cannot be seen before client ID and secret are right");
        }
        return judged(
                seen,
                seen.introspects(),
                accepted ->
                        accepted
                                ? Finding.pass("granted scopes can be read")
                                : Finding.fail(
                                        "the forge does not accept the application there: look"
                                                + " whether a proxy takes the Authorization header"
                                                + " away"));
    }

    private static Finding userinfo(ForgeSeen seen) {
        return judged(seen, seen.namesPeople(), there -> Finding.pass("answers"));
    }

    private static Finding scopes(ForgeSeen seen) {
        String scopes = seen.settings().scopes();
        try {
            new ForgejoScopes(scopes);
        } catch (IllegalArgumentException refused) {
            return Finding.fail("POSTERN_FORGEJO_SCOPES: " + refused.getMessage());
        }
        List<String> tooMuch = Arrays.stream(scopes.split(" ")).filter(TOO_MUCH::contains).toList();
        if (!tooMuch.isEmpty()) {
            return Finding.warn(
                    String.join(", ", tooMuch)
                            + " is more than tools need: leave it out of POSTERN_FORGEJO_SCOPES");
        }
        return Finding.pass("asks for " + scopes);
    }

    private static Finding rotation(ForgeSeen seen) {
        Optional<ForgeVersion> release = seen.release();
        if (release.isEmpty()) return Finding.skip("depends on the version, which is not known");
        String where = " where app.ini does not say otherwise (INVALIDATE_REFRESH_TOKENS)";
        if (release.get().rotatesByDefault()) {
            return Finding.pass("on in " + release.get() + where);
        }
        return Finding.warn(
                "off in "
                        + release.get()
                        + where
                        + ": set it to true under [oauth2], so that a stolen refresh token works"
                        + " once at most");
    }

    private static <T> Finding judged(
            ForgeSeen seen, Outcome<T> outcome, Function<T, Finding> judge) {
        return switch (outcome) {
            case Outcome.Seen<T>(T value) -> judge.apply(value);
            case Outcome.Troubled<T>(Trouble trouble) ->
                    seen.version().trouble().filter(trouble::equals).isPresent()
                            ? notReached()
                            : Finding.fail(trouble.toString());
        };
    }

    private static Finding notReached() {
        return Finding.skip("cannot be seen before the forge is reached");
    }
}
