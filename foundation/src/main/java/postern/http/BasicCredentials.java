package postern.http;

import postern.core.Secret;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Client id and secret of an HTTP Basic field, form-decoded as OAuth wants it. Source: OAuth 2.1
 * §2.4.1, RFC 7617 §2; oauth-rules H13.
 */
public final class BasicCredentials {
    private static final int MAX_TOKEN = 8192;
    private static final int MAX_PART = 2048;

    private final String id;
    private final Secret secret;

    private BasicCredentials(String id, Secret secret) {
        this.id = id;
        this.secret = secret;
    }

    /**
     * Empty when there is no Authorization field or it names another scheme.
     *
     * @throws BadCredentials repeated field, base64 that is not exactly RFC 4648 §4, no colon,
     *     empty id, or parts that are not form-encoded UTF-8
     */
    public static Optional<BasicCredentials> of(Headers headers) {
        List<String> fields = headers.all("Authorization");
        if (fields.isEmpty()) return Optional.empty();
        if (fields.size() > 1) throw new BadCredentials("repeated Authorization");
        Optional<String> token = AuthorizationField.token(fields.getFirst(), "Basic");
        if (token.isEmpty()) return Optional.empty();
        byte[] pair = decodeStrictly(token.get());
        int colon = FormDecoding.indexOf(pair, ':', 0, pair.length);
        if (colon == pair.length) throw new BadCredentials("no colon");
        try {
            String id = FormDecoding.decode(pair, 0, colon, MAX_PART);
            String secret = FormDecoding.decode(pair, colon + 1, pair.length, MAX_PART);
            if (id.isEmpty()) throw new BadCredentials("empty id");
            return Optional.of(new BasicCredentials(id, Secret.ofUtf8(secret)));
        } catch (BadRequest malformed) {
            throw new BadCredentials(malformed.detail());
        }
    }

    private static byte[] decodeStrictly(String token) {
        if (token.length() > MAX_TOKEN) throw new BadCredentials("too long");
        try {
            byte[] raw = token.getBytes(StandardCharsets.ISO_8859_1);
            byte[] decoded = Base64.getDecoder().decode(raw);
            // The JDK's decoder lets missing padding and stray trailing bits through.
            if (!Base64.getEncoder().encodeToString(decoded).equals(token)) {
                throw new BadCredentials("base64 is not canonical");
            }
            return decoded;
        } catch (IllegalArgumentException malformed) {
            throw new BadCredentials("not base64");
        }
    }

    public String id() {
        return id;
    }

    public Secret secret() {
        return secret;
    }

    @Override
    public String toString() {
        return "BasicCredentials(***)";
    }
}
