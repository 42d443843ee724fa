package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.util.Optional;

/** Forgejo facts, section E: a renamed repository answers with an absolute path. */
class LocationsTest {
    private final Locations locations =
            new Locations(
                    URI.create("http://127.0.0.1:4711"),
                    URI.create("https://forge.example.org/git"),
                    URI.create("http://forge:3000/git"));

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    https://forge.example.org/git/api/v1/x?a=1#b  | http://127.0.0.1:4711/api/v1/x?a=1#b
                    https://FORGE.example.org:443/git/api/v1/x    | http://127.0.0.1:4711/api/v1/x
                    http://forge:3000/git/api/v1/x                | http://127.0.0.1:4711/api/v1/x
                    /git/api/v1/repositories/1                    | http://127.0.0.1:4711/api/v1/repositories/1
                    /other/api/v1/x                               |
                    https://forge.example.org/gitea/x             |
                    http://forge.example.org/git/x                |
                    https://evil@forge.example.org/git/x          |
                    https://evil.example/git/api/v1/x             |
                    //evil.example/git/api/v1/x                   |
                    javascript:alert(1)                           |
                    http://[bad                                   |
                    """)
    void only_the_forge_is_followed(String location, String rewritten) {
        assertEquals(Optional.ofNullable(rewritten), locations.rewrite(location));
    }
}
