package postern.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.store.Database;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;

/** V23 takes over what V22 had: all refresh tokens, in their order; no access token. */
class TokensByGrantUpgradeTest {
    private static final String ROWS =
            """
            insert into person values (1, 'https://forge.example', '1', 'ada', 0);
            insert into access_grant (id, person_id, client_id, redirect_uri, scope, resource,
                public_key, mac, created_at, expires_at) values
                ('one', 1, 'c', 'u', 's', 'r', x'00', x'00', 0, 9),
                ('two', 1, 'c', 'u', 's', 'r', x'00', x'00', 0, 9);
            insert into access_token (lookup, grant_id, serial, scope, expires_at, mac) values
                (x'a1', 'one', 1, 's', 9, x'00');
            insert into refresh_token (lookup, grant_id, serial, expires_at, retired_at,
                successor_seal, wrap, mac) values
                (x'03', 'two', 7, 9, 5, x'55', x'66', x'77'),
                (x'01', 'one', 1, 9, null, null, x'11', x'22'),
                (x'04', 'two', 7, 9, null, null, x'88', x'99'),
                (x'02', 'one', 0, 8, 4, null, null, x'33');
            """;

    @TempDir Path folder;

    private String url() {
        return "jdbc:sqlite:" + folder.resolve("postern.db");
    }

    @Test
    void refresh_tokens_stay_in_their_order() throws Exception {
        Flyway.configure().dataSource(url(), null, null).target("22").load().migrate();
        try (Connection connection = DriverManager.getConnection(url());
                var statement = connection.createStatement()) {
            statement.executeUpdate(ROWS);
        }
        try (var database = Database.open(folder.resolve("postern.db"))) {
            String sql =
                    """
                    select grant_id || ' ' || serial || ' ' || hex(lookup) || ' ' || expires_at
                        || ' ' || coalesce(retired_at, '-') || ' ' || iif(successor_seal is null, '-', hex(successor_seal))
                        || ' ' || iif(wrap is null, '-', hex(wrap)) || ' ' || hex(mac) from refresh_token
                    """;
            List<String> rows = database.read(tx -> tx.all(sql, row -> row.getString(1)));
            assertEquals(
                    List.of(
                            "one 1 02 8 4 - - 33",
                            "one 2 01 9 - - 11 22",
                            "two 1 03 9 5 55 66 77",
                            "two 2 04 9 - - 88 99"),
                    rows);
            long access =
                    database.read(tx ->
                            tx.first("select count(*) from access_token", row -> row.getLong(1))
                                    .orElseThrow());
            assertEquals(0, access, "they do not name their grant: clients refresh");
        }
    }
}
