package postern.forge.relay;

import postern.core.Secret;

import java.nio.charset.StandardCharsets;

/**
 * Takes real tokens out of error texts: Forgejo 16 repeats the whole access token in its 401
 * answers.
 */
final class TokenScrub implements AnswerRewrite {
    static final String INSTEAD = "***";

    @Override
    public boolean wants(Head head) {
        return head.status() >= 400;
    }

    @Override
    public byte[] rewrite(Head head, byte[] body, RelayToken token) {
        // Latin-1 keeps every byte as it is; tokens are ASCII
        String text = new String(body, StandardCharsets.ISO_8859_1);
        if (!holds(text, token)) return body;
        return without(text, token).getBytes(StandardCharsets.ISO_8859_1);
    }

    static boolean holds(String text, RelayToken token) {
        return contains(text, token.access()) || contains(text, token.refresh());
    }

    private static boolean contains(String text, Secret secret) {
        return secret.useText(text::contains);
    }

    private static String without(String text, RelayToken token) {
        String first = token.access().useText(secret -> text.replace(secret, INSTEAD));
        return token.refresh().useText(secret -> first.replace(secret, INSTEAD));
    }
}
