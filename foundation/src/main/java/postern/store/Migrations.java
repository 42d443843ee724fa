package postern.store;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;

import javax.sql.DataSource;

/**
 * Brings the tables of all rooms to this program's version. Scripts lie at {@code db/migration} of
 * the class path, numbered over all rooms: {@code V3__access_grants.sql}.
 */
final class Migrations {
    private Migrations() {}

    static void run(DataSource source) throws StoreRefused {
        Flyway flyway =
                Flyway.configure()
                        .dataSource(source)
                        .locations("classpath:db/migration")
                        .baselineOnMigrate(false)
                        .validateOnMigrate(true)
                        .load();
        refuseNewer(flyway);
        try {
            flyway.migrate();
        } catch (RuntimeException failure) {
            throw new StoreRefused(
                    "the database does not fit this program: a migration failed or was changed;"
                            + " restore a backup or use the version that wrote it",
                    failure);
        }
    }

    private static void refuseNewer(Flyway flyway) throws StoreRefused {
        Optional<MigrationVersion> known =
                Arrays.stream(flyway.info().all())
                        .filter(info -> info.getState().isResolved())
                        .map(MigrationInfo::getVersion)
                        .max(MigrationVersion::compareTo);
        MigrationInfo current = flyway.info().current();
        if (current != null
                && known.isPresent()
                && current.getVersion().compareTo(known.get()) > 0) {
            throw new StoreRefused(
                    "the database was written by a newer version (schema "
                            + current.getVersion()
                            + ", this program knows "
                            + known.get()
                            + "): start that version or restore a backup made by this one",
                    null);
        }
    }

    /**
     * Looks at the file before anything writes to it, so that a foreign or damaged one stays as it
     * is.
     */
    static void refuseDamaged(String url) throws StoreRefused {
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("pragma quick_check(1)")) {
            if (!row.next() || !"ok".equals(row.getString(1))) {
                throw new StoreRefused("the database is damaged: restore a backup", null);
            }
        } catch (SQLException failure) {
            throw new StoreRefused(
                    "the database cannot be read, it is damaged or not a database: restore a"
                        + " backup",
                    failure);
        }
    }
}
