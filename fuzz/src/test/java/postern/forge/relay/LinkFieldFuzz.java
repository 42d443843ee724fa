package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URI;
import java.util.List;

/** Every link that a child is told leads to the API at the relay, and is read the same again. */
public final class LinkFieldFuzz {
    private static final String RELAY = "http://127.0.0.1:4711";
    private static final LinkField FIELD =
            new LinkField(
                    new Locations(
                            URI.create(RELAY),
                            URI.create("https://forge.example.org/git"),
                            URI.create("http://forge:3000/git")));
    private static final LinkField AGAIN =
            new LinkField(new Locations(URI.create(RELAY), URI.create(RELAY), URI.create(RELAY)));

    private LinkFieldFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        List<String> values = List.of(new String(input, ISO_8859_1).split("\n"));
        FIELD.toChild(values)
                .ifPresent(told -> {
                    for (String link : told.split("(?<=\"),")) {
                        assertTrue(link.matches("<" + RELAY + "/api/v1/[!-~]*>; rel=\"[a-z]+\""));
                    }
                    boolean grewTooLong = told.length() > 8 * 1024;
                    if (!grewTooLong) {
                        assertEquals(told, AGAIN.toChild(List.of(told)).orElseThrow());
                    }
                });
    }
}
