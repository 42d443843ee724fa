package postern.testkit.forgejo;

import java.util.List;

/** A registered OAuth2 application; the secret is shown here although Forgejo shows it once. */
public record DoubleApp(
        long id,
        String name,
        String clientId,
        String clientSecret,
        List<String> redirectUris,
        boolean confidential) {
    public DoubleApp {
        redirectUris = List.copyOf(redirectUris);
    }

    DoubleApp withSecret(String secret) {
        return new DoubleApp(id, name, clientId, secret, redirectUris, confidential);
    }

    /** Section A3: how Forgejo compares, including what it is too generous with. */
    boolean allows(String redirectUri) {
        return RedirectUris.matches(redirectUris, redirectUri, confidential);
    }
}
