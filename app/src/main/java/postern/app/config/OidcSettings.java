package postern.app.config;

import postern.core.Secret;

import java.util.List;

/** The settings of sign-in at an OpenID Connect provider; {@link Settings#ALL} has them too. */
final class OidcSettings {
    private OidcSettings() {}

    static final Setting<String> ISSUER =
            new Setting<>(
                    "POSTERN_OIDC_ISSUER",
                    "",
                    "https://sso.example.org/realms/main",
                    false,
                    "The issuer of an OpenID Connect provider where people sign in, in place of a"
                            + " Forgejo: exactly as the provider writes it, with or without a slash"
                            + " at the end. Tools then reach no forge.",
                    "People are known by issuer and subject: after a change they are strangers, and"
                            + " their grants start no more sessions.",
                    Values::issuer);

    static final Setting<String> CLIENT_ID =
            new Setting<>(
                    "POSTERN_OIDC_CLIENT_ID",
                    "",
                    "postern",
                    false,
                    "Client ID at that provider. Its redirect URI is the public URL followed by"
                        + " `/oauth/callback`; it must be a confidential client for the code flow.",
                    "",
                    Values::word);

    static final Setting<Secret> CLIENT_SECRET =
            new Setting<>(
                    "POSTERN_OIDC_CLIENT_SECRET",
                    "",
                    "…",
                    true,
                    "Client secret of the same client.",
                    "",
                    Values::secret);

    static final Setting<String> SCOPES =
            new Setting<>(
                    "POSTERN_OIDC_SCOPES",
                    "openid profile",
                    "openid profile groups",
                    false,
                    "What the provider is asked for, separated by single spaces; `openid` is among"
                            + " them. `profile` brings the name that people are shown by.",
                    "Without `profile` people are shown by their subject, which may be a number."
                            + " Tokens of the provider are never kept, whatever is asked for.",
                    Values::oidcScopes);

    static final Setting<String> NAME =
            new Setting<>(
                    "POSTERN_OIDC_NAME",
                    "",
                    "Example sign-on",
                    false,
                    "What pages call that provider. Without it, the host of the issuer.",
                    "",
                    Values::shownName);

    static final List<Setting<?>> NEEDED = List.of(ISSUER, CLIENT_ID, CLIENT_SECRET);
}
