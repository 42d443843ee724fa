package postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.store.Database;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** No byte of a wrap, a code or a sign-in gets into a backup. Whoever adds a table decides here. */
class BackupHoldsTest {
    private static final Set<String> HELD =
            Set.of(
                    "access_grant",
                    "bounded_table",
                    "client",
                    "client_document",
                    "grant_end",
                    "local_person",
                    "network_share",
                    "person",
                    "vault_key");
    private static final int ROWS = 40;

    @TempDir Path folder;
    private final SecureRandom random = new SecureRandom();

    @Test
    void a_backup_holds_what_a_restore_keeps_and_no_byte_more() throws Exception {
        Path database = folder.resolve("postern.db");
        Database.open(database).close();
        Map<String, List<String>> planted = plant(database);
        Path backup = folder.resolve("copies").resolve("backup.db");
        Files.createDirectory(backup.getParent());
        var command =
                new BackupCommand(
                        Map.of(
                                "POSTERN_DATA_DIR", folder.toString(),
                                "POSTERN_KEY_DIR", folder.resolve("keys").toString()),
                        List.of(backup.toString()),
                        line -> {});
        assertEquals(0, command.run());

        assertEquals(planted.keySet(), foundIn(database, planted), "else this test shows nothing");
        assertEquals(new TreeSet<>(HELD), foundIn(backup, planted));
        try (Stream<Path> files = Files.list(backup.getParent())) {
            assertEquals(List.of(backup), files.toList());
        }
        assertTrue(planted.keySet().containsAll(Set.of("refresh_token", "upstream_token_set")));
    }

    /** Fills every table; what is in its texts and blobs is found nowhere else. */
    private Map<String, List<String>> plant(Path database) throws SQLException {
        Map<String, List<String>> planted = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            connection.setAutoCommit(false);
            for (String table : tables(connection)) {
                List<String> marks = new ArrayList<>();
                for (int i = 1; i <= ROWS; i++) marks.addAll(plantRow(connection, table, i));
                planted.put(table, marks);
            }
            connection.commit();
        }
        planted.values().removeIf(List::isEmpty);
        return planted;
    }

    private static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (var statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "select name from sqlite_schema where type = 'table' and name not"
                                        + " like 'sqlite%' and name not like 'flyway%'")) {
            while (row.next()) tables.add(row.getString(1));
        }
        return tables;
    }

    private List<String> plantRow(Connection connection, String table, int number)
            throws SQLException {
        List<String> names = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        List<String> marks = new ArrayList<>();
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("pragma table_info(" + table + ")")) {
            while (row.next()) {
                names.add(row.getString("name"));
                var bytes = new byte[24];
                random.nextBytes(bytes);
                Object value =
                        switch (row.getString("type")) {
                            case "INTEGER" -> number;
                            case "TEXT" -> HexFormat.of().formatHex(bytes);
                            default -> bytes;
                        };
                values.add(value);
                if (value instanceof String text) marks.add(text);
                if (value instanceof byte[] blob) marks.add(new String(blob, ISO_8859_1));
            }
        }
        String places = String.join(", ", names.stream().map(name -> "?").toList());
        try (var insert =
                connection.prepareStatement(
                        "insert or ignore into " + table + " values (" + places + ")")) {
            for (int i = 0; i < values.size(); i++) insert.setObject(i + 1, values.get(i));
            return insert.executeUpdate() == 1 ? marks : List.of();
        }
    }

    /** The tables of which anything at all is in the bytes of {@code file}. */
    private static Set<String> foundIn(Path file, Map<String, List<String>> planted)
            throws Exception {
        String bytes = new String(Files.readAllBytes(file), ISO_8859_1);
        Set<String> found = new TreeSet<>();
        planted.forEach((table, marks) -> {
            if (marks.stream().anyMatch(bytes::contains)) found.add(table);
        });
        return found;
    }
}
