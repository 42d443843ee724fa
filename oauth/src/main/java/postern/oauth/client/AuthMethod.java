package postern.oauth.client;

import java.util.Arrays;
import java.util.Optional;

/** How a client authenticates at the token endpoint (RFC 7591 section 2). */
public enum AuthMethod {
    NONE("none"),
    CLIENT_SECRET_POST("client_secret_post"),
    CLIENT_SECRET_BASIC("client_secret_basic");

    private final String word;

    AuthMethod(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    public static Optional<AuthMethod> of(String word) {
        return Arrays.stream(values()).filter(method -> method.word.equals(word)).findFirst();
    }
}
