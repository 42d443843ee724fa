package postern.testkit.forgejo;

/**
 * A browser session. PKCE and state of the consent page live in one slot each, so two tabs
 * overwrite each other (section A2).
 */
final class Session {
    final String csrf = Randoms.hex(16);
    long userId;
    String clientId = "";
    String redirectUri = "";
    String state = "";
    String challenge = "";
    String challengeMethod = "";

    boolean isSignedIn() {
        return userId != 0;
    }
}
