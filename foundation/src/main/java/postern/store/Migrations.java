package postern.store;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationVersion;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;

import javax.sql.DataSource;

/**
 * Brings the tables of all rooms to this program's version. Scripts lie at {@code db/migration} of
 * the class path, numbered over all rooms: {@code V3__access_grants.sql}.
 */
final class Migrations {
    /** Two processes that start at once may meet in one migration; the other one's then counts. */
    private static final int MAX_TRIES = 10;

    private Migrations() {}

    /**
     * Looks first, on a connection that cannot write, so that a database that is refused stays as
     * it is; when nothing is to do, that is all.
     */
    static void run(Path file, DataSource writing) throws StoreRefused {
        for (int left = MAX_TRIES; !isComplete(file); left--) {
            try {
                flyway(writing).migrate();
                return;
            } catch (FlywayException failure) {
                if (left == 1) throw new StoreRefused("a migration failed", failure);
            }
        }
    }

    /**
     * Looks only.
     *
     * @throws StoreRefused the file is not this program's, or of a newer version of it
     */
    static void refuseUnfit(Path file) throws StoreRefused {
        if (FileCheck.isEmpty(file)) throw new StoreRefused("this is no database: " + file, null);
        isComplete(file);
        try (Connection connection = DriverManager.getConnection(FileCheck.readOnlyUrl(file));
                var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from sqlite_schema")) {
            if (row.getInt(1) == 0) throw new StoreRefused("this database is empty: " + file, null);
        } catch (SQLException failure) {
            throw new StoreRefused("the database cannot be read: " + file, failure);
        }
    }

    private static boolean isComplete(Path file) throws StoreRefused {
        if (FileCheck.isEmpty(file)) return false;
        try {
            refuseForeign(file);
            var config = new SQLiteConfig(new Properties());
            config.setReadOnly(true);
            config.setBusyTimeout(Database.BUSY_TIMEOUT_MILLIS);
            var looking = new SQLiteDataSource(config);
            looking.setUrl(FileCheck.readOnlyUrl(file));
            MigrationInfoService info = flyway(looking).info();
            refuseNewer(info);
            refuseChanged(info);
            return info.pending().length == 0;
        } catch (SQLException | FlywayException failure) {
            throw new StoreRefused("the database's history of migrations is unreadable", failure);
        }
    }

    private static Flyway flyway(DataSource source) {
        return Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/migration")
                .baselineOnMigrate(false)
                .validateOnMigrate(true)
                .load();
    }

    private static void refuseForeign(Path file) throws SQLException, StoreRefused {
        String sql =
                "select count(*), coalesce(sum(name = 'flyway_schema_history'), 0)"
                        + " from sqlite_schema";
        try (Connection connection = DriverManager.getConnection(FileCheck.readOnlyUrl(file));
                var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            if (row.getInt(1) > 0 && row.getInt(2) == 0) {
                throw new StoreRefused(
                        "this is a database of another program: choose another data folder", null);
            }
        }
    }

    private static void refuseNewer(MigrationInfoService info) throws StoreRefused {
        Optional<MigrationVersion> known =
                Arrays.stream(info.all())
                        .filter(one -> one.getState().isResolved())
                        .map(MigrationInfo::getVersion)
                        .max(MigrationVersion::compareTo);
        MigrationInfo current = info.current();
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

    private static void refuseChanged(MigrationInfoService info) throws StoreRefused {
        for (MigrationInfo applied : info.applied()) {
            boolean fits =
                    applied.getState().isResolved()
                            && !applied.getState().isFailed()
                            && applied.isChecksumMatching();
            if (!fits) {
                throw new StoreRefused(
                        "the database does not fit this program: migration "
                                + applied.getVersion()
                                + " failed, is missing or was changed; restore a backup or use the"
                                + " version that wrote it",
                        null);
            }
        }
    }
}
