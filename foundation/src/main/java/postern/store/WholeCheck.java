package postern.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads every page and every row of a database that nobody writes to. */
final class WholeCheck {
    private WholeCheck() {}

    /**
     * @throws StoreRefused it is damaged, of another program, newer than this one, or changed
     */
    static void of(Path file) throws StoreRefused {
        FileCheck.refuseDamaged(file);
        Migrations.refuseUnfit(file);
        try (Connection connection = DriverManager.getConnection(FileCheck.readOnlyUrl(file))) {
            refuseUnless("ok", first(connection, "pragma integrity_check(1)"), file);
            refuseUnless(null, first(connection, "pragma foreign_key_check"), file);
        } catch (SQLException failure) {
            throw new StoreRefused("the database cannot be read: " + file, failure);
        }
    }

    private static String first(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private static void refuseUnless(String wanted, String found, Path file) throws StoreRefused {
        if (java.util.Objects.equals(wanted, found)) return;
        throw new StoreRefused("the database is damaged: " + file, null);
    }
}
