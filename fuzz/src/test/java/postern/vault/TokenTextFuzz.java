package postern.vault;

import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A text is at most one kind of token, and a token with one other character is none. The input is
 * tried as a token, and as the random bytes of one.
 */
public final class TokenTextFuzz {
    private TokenTextFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        text(new String(input, UTF_8));
        for (TokenKind kind : TokenKind.values()) {
            String token = token(kind, new Fixed(input));
            assertTrue(TokenText.isWellFormed(kind, token));
            text(token);
            int at = input.length == 0 ? 0 : (input[0] & 0xff) % token.length();
            char other = token.charAt(at) == 'A' ? 'B' : 'A';
            String changed = token.substring(0, at) + other + token.substring(at + 1);
            for (TokenKind any : TokenKind.values()) {
                assertTrue(!TokenText.isWellFormed(any, changed));
            }
        }
    }

    private static String token(TokenKind kind, SecureRandom random) {
        if (!kind.namesGrant()) return TokenText.random(kind, random);
        String untagged = TokenText.untagged(kind, "g".repeat(22), random);
        var tag = new byte[TokenText.TAG_BYTES];
        random.nextBytes(tag);
        return TokenText.tagged(untagged, tag);
    }

    private static void text(String text) {
        long kinds =
                Arrays.stream(TokenKind.values())
                        .filter(kind -> TokenText.isWellFormed(kind, text))
                        .count();
        assertTrue(kinds <= 1);
        if (kinds == 1) {
            assertTrue(text.length() == 7 + 43 + 6 || text.length() == 7 + 22 + 43 + 22 + 6);
            assertTrue(text.chars().allMatch(c -> c > 0x20 && c < 0x7f), "goes into a header");
        }
    }

    /** Gives the input's bytes instead of random ones. */
    private static final class Fixed extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final transient byte[] bytes;

        Fixed(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void nextBytes(byte[] wanted) {
            for (int i = 0; i < wanted.length; i++) {
                wanted[i] = bytes.length == 0 ? 0 : bytes[i % bytes.length];
            }
        }
    }
}
