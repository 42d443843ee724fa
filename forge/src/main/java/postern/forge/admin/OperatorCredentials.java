package postern.forge.admin;

import postern.core.Secret;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What an operator shows to the forge once; never stored. */
public sealed interface OperatorCredentials {
    /** An access token of Settings, Applications; needs the scope {@code write:user}. */
    record Token(Secret token) implements OperatorCredentials {
        @Override
        public String authorization() {
            return token.useText(text -> "token " + text);
        }

        @Override
        public String hint() {
            return "make an access token with the scope write:user in Forgejo, Settings,"
                    + " Applications, and use that";
        }
    }

    /** Login and password; a forge refuses them where a second factor is on. */
    record Password(String login, Secret password) implements OperatorCredentials {
        @Override
        public String authorization() {
            return "Basic "
                    + password.useText(text ->
                            Base64.getEncoder()
                                    .encodeToString(
                                            (login + ":" + text).getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public String hint() {
            return "check login and password; with two-factor sign-in, use an access token with"
                    + " the scope write:user";
        }
    }

    /** The header field's value. */
    String authorization();

    /** What to do when they are refused. */
    String hint();
}
