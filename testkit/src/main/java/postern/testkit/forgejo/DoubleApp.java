package postern.testkit.forgejo;

import java.util.List;

/**
 * A registered OAuth2 application; the secret is shown here although Forgejo shows it once.
 *
 * @param ownerId whose application it is, and with whom it goes; 0: the whole instance's
 * @param trusted Gitea's {@code skip_secondary_authorization}
 */
public record DoubleApp(
        long id,
        long ownerId,
        String name,
        String clientId,
        String clientSecret,
        List<String> redirectUris,
        boolean confidential,
        boolean trusted) {
    public DoubleApp {
        redirectUris = List.copyOf(redirectUris);
    }

    DoubleApp withSecret(String secret) {
        return new DoubleApp(
                id, ownerId, name, clientId, secret, redirectUris, confidential, trusted);
    }

    DoubleApp withRedirectUris(List<String> uris) {
        return new DoubleApp(
                id, ownerId, name, clientId, clientSecret, uris, confidential, trusted);
    }

    DoubleApp withTrust(boolean trust) {
        return new DoubleApp(
                id, ownerId, name, clientId, clientSecret, redirectUris, confidential, trust);
    }

    DoubleApp described(String newName, boolean isConfidential) {
        return new DoubleApp(
                id,
                ownerId,
                newName,
                clientId,
                clientSecret,
                redirectUris,
                isConfidential,
                trusted);
    }

    /** Whether a second sign-in of the same person needs no page (section A16). */
    boolean skipsSecondConsent(Personality personality) {
        return confidential || (trusted && personality.hasTrustedApps());
    }

    /** Section A3: how Forgejo compares, including what it is too generous with. */
    boolean allows(String redirectUri) {
        return RedirectUris.matches(redirectUris, redirectUri, confidential);
    }
}
