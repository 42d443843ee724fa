package postern.e2e.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Searches for a secret as it is and in the ways in which it could have been written down. */
final class Leaks {
    private Leaks() {}

    /** The files below a folder that hold the text in any shape. */
    static List<String> find(Path folder, String secret) throws IOException {
        var found = new ArrayList<String>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (holds(new String(Files.readAllBytes(file), ISO_8859_1), secret)) {
                    found.add(file.getFileName().toString());
                }
            }
        }
        return found;
    }

    static boolean holds(String text, String secret) {
        return shapes(secret).stream().anyMatch(text::contains);
    }

    static Set<String> shapes(String secret) {
        byte[] bytes = secret.getBytes(UTF_8);
        var shapes = new TreeSet<String>();
        shapes.add(secret);
        shapes.add(Params.encode(secret));
        shapes.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
        shapes.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        shapes.add(HexFormat.of().formatHex(bytes));
        shapes.add(HexFormat.of().withUpperCase().formatHex(bytes));
        return shapes;
    }
}
