package postern.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.core.Secret;

import java.net.URI;
import java.util.Set;

class ForgejoAddressTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "https://git.example.org, false",
        "http://git.example.org, true",
        "http://192.0.2.1:3000, true",
        "http://localhost:3000, false",
        "http://127.0.0.1:3000, false",
        "http://[::1]:3000, false"
    })
    void http_to_another_machine_is_in_the_clear(URI internal, boolean clear) {
        var forge =
                new Configuration.Forgejo(
                        URI.create("https://git.example.org"),
                        internal,
                        "id",
                        Secret.ofUtf8("secret"),
                        "read:user",
                        Set.of());
        assertEquals(clear, forge.isInTheClear());
    }
}
