package postern.oauth.client;

import postern.core.Check;
import postern.core.Secret;

/** Who may register a client (RFC 7591 section 3). */
public sealed interface RegistrationPolicy {
    /** Anybody. */
    record Open() implements RegistrationPolicy {}

    /** Who has the initial access token. */
    record WithToken(Secret token) implements RegistrationPolicy {

        public WithToken {
            Check.that(
                    token.useText(text -> text.matches("[A-Za-z0-9._~+/=-]{32,512}")),
                    "the registration token",
                    "must be 32 to 512 letters, digits or any of - . _ ~ + / =");
        }
    }

    /** Nobody. */
    record Off() implements RegistrationPolicy {}
}
