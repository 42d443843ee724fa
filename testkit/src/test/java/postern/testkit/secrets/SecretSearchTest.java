package postern.testkit.secrets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

class SecretSearchTest {
    private static final String SECRET = "s3cret?value/with+signs";
    private final SecretSearch search = new SecretSearch().add("it", SECRET);

    private void finds(String text) {
        assertEquals(List.of("it in here"), search.in("here", text));
    }

    @Test
    void a_secret_is_found_in_every_shape_and_alignment() {
        for (String before : List.of("", "a", "ab", "abc")) {
            byte[] bytes = (before + SECRET + "zz").getBytes(UTF_8);
            finds("x" + new String(bytes, UTF_8));
            finds(Base64.getEncoder().encodeToString(bytes));
            finds(Base64.getUrlEncoder().encodeToString(bytes));
            finds(HexFormat.of().formatHex(bytes));
            finds(HexFormat.of().withUpperCase().formatHex(bytes));
            finds(URLEncoder.encode(new String(bytes, UTF_8), UTF_8));
        }
    }

    @Test
    void what_is_not_there_is_not_found_and_no_finding_shows_the_secret() {
        assertEquals(List.of(), search.in("here", "s3cret?value/with+sign"));
        assertEquals(List.of(), search.in("here", ""));
        assertThrows(IllegalArgumentException.class, () -> new SecretSearch().add("x", "short"));
    }
}
