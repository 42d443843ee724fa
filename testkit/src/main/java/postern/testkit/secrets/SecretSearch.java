package postern.testkit.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds secrets in bytes: as they are, in base64 and base64url at any of the three alignments, in
 * hex of both cases, and URL-encoded. Findings name the secret and never show it.
 */
public final class SecretSearch {
    /** Shorter ones would be found by chance. */
    private static final int MIN_BYTES = 8;

    private final Map<String, List<String>> shapes = new LinkedHashMap<>();

    public SecretSearch add(String name, String secret) {
        return add(name, secret.getBytes(UTF_8));
    }

    public SecretSearch add(String name, byte[] secret) {
        if (secret.length < MIN_BYTES) throw new IllegalArgumentException(name + " is too short");
        shapes.put(name, shapes(secret));
        return this;
    }

    /** How many secrets are looked for. */
    public int size() {
        return shapes.size();
    }

    /** One line for each secret that is there. */
    public List<String> in(String place, byte[] bytes) {
        String hay = new String(bytes, ISO_8859_1);
        List<String> found = new ArrayList<>();
        shapes.forEach((name, forms) -> {
            if (forms.stream().anyMatch(hay::contains)) found.add(name + " in " + place);
        });
        return found;
    }

    public List<String> in(String place, String text) {
        return in(place, text.getBytes(UTF_8));
    }

    public List<String> in(Path file) throws IOException {
        return in(file.getFileName().toString(), Files.readAllBytes(file));
    }

    static List<String> shapes(byte[] secret) {
        var shapes = new ArrayList<String>();
        String raw = new String(secret, ISO_8859_1);
        shapes.add(raw);
        String hex = HexFormat.of().formatHex(secret);
        shapes.add(hex);
        shapes.add(hex.toUpperCase(java.util.Locale.ROOT));
        shapes.add(URLEncoder.encode(raw, ISO_8859_1));
        shapes.add("%" + HexFormat.ofDelimiter("%").withUpperCase().formatHex(secret));
        for (int offset = 0; offset < 3; offset++) {
            shapes.add(aligned(Base64.getEncoder(), secret, offset));
            shapes.add(aligned(Base64.getUrlEncoder(), secret, offset));
        }
        return List.copyOf(shapes);
    }

    /** The characters that depend on the secret alone when {@code offset} bytes stand before it. */
    private static String aligned(Base64.Encoder encoder, byte[] secret, int offset) {
        var bytes = new byte[offset + secret.length];
        System.arraycopy(secret, 0, bytes, offset, secret.length);
        String encoded = encoder.withoutPadding().encodeToString(bytes);
        int first = (offset * 8 + 5) / 6;
        int last = bytes.length * 8 / 6;
        return encoded.substring(first, last);
    }
}
