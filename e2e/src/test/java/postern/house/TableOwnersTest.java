package postern.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Each room owns its tables and their SQL; no other room names them. */
class TableOwnersTest {
    private static final Path ROOT = root();
    private static final Pattern ROOM = Pattern.compile("^-- Room: ([a-z]+)", Pattern.MULTILINE);
    private static final Pattern TABLE = Pattern.compile("create table ([a-z_]+)");

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("Makefile"))) folder = folder.getParent();
        return folder;
    }

    @Test
    void no_room_names_another_rooms_table() throws IOException {
        Map<String, String> owners = owners();
        assertFalse(owners.isEmpty());
        List<String> broken = new ArrayList<>();
        for (Path source : find("/src/main/java/", ".java")) {
            String text = Files.readString(source);
            owners.forEach((table, room) -> {
                boolean owner = source.toString().contains("/postern/" + room + "/");
                if (!owner && names(text, table)) {
                    broken.add(ROOT.relativize(source) + " names " + table + " of " + room);
                }
            });
        }
        assertEquals(List.of(), broken);
    }

    private static boolean names(String source, String table) {
        return Pattern.compile("(from|into|update|join|table)\\s+" + table + "\\b")
                .matcher(source)
                .find();
    }

    private static Map<String, String> owners() throws IOException {
        Map<String, String> owners = new TreeMap<>();
        for (Path migration : find("/db/migration/", ".sql")) {
            String text = Files.readString(migration);
            Matcher room = ROOM.matcher(text);
            if (!room.find()) throw new AssertionError(migration + " does not say whose it is");
            Matcher table = TABLE.matcher(text);
            while (table.find()) owners.put(table.group(1), room.group(1));
        }
        return owners;
    }

    private static List<Path> find(String within, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> file.toString().contains(within))
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList();
        }
    }
}
