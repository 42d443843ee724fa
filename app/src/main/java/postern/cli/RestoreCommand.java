package postern.cli;

import postern.access.RestoredGrants;
import postern.app.Clocks;
import postern.app.DataFolder;
import postern.app.Keys;
import postern.app.StartRefused;
import postern.app.config.Configuration;
import postern.app.config.ConfigurationReader;
import postern.app.config.ConfigurationRefused;
import postern.forge.StoredSets;
import postern.oauth.account.RestoredAccounts;
import postern.store.Database;
import postern.store.Restoration;
import postern.store.StoreRefused;
import postern.vault.Vault;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code postern restore FILE}: with the server stopped. */
public final class RestoreCommand {
    private static final int USAGE = 2;
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Map<String, String> environment;
    private final List<String> arguments;
    private final Clocks clocks;
    private final Consumer<String> out;
    private final Consumer<String> steps;

    /**
     * @param steps told of each step that is done, for tests that end the process there
     */
    public RestoreCommand(
            Map<String, String> environment,
            List<String> arguments,
            Clocks clocks,
            Consumer<String> out,
            Consumer<String> steps) {
        this.steps = steps;
        this.environment = environment;
        this.arguments = arguments;
        this.clocks = clocks;
        this.out = out;
    }

    /**
     * @return exit status
     */
    public int run() throws ConfigurationRefused, StartRefused {
        List<String> rest = new ArrayList<>(arguments);
        if (rest.isEmpty() || rest.getFirst().startsWith("-")) {
            System.err.println("usage: postern restore FILE");
            return USAGE;
        }
        Path backup = Path.of(rest.removeFirst()).toAbsolutePath();
        Configuration configuration = ConfigurationReader.read(environment, rest).configuration();
        try (DataFolder folder = DataFolder.hold(configuration.dataDir())) {
            var restoration = new Restoration(folder.database(), steps);
            restoration.finish();
            restore(configuration, backup, restoration);
            return 0;
        } catch (StoreRefused refused) {
            throw new StartRefused(refused.getMessage() + " [" + backup + "]", refused);
        } catch (IOException failure) {
            throw new StartRefused("the data folder cannot be written", failure);
        }
    }

    private void restore(Configuration configuration, Path backup, Restoration restoration)
            throws StoreRefused, StartRefused {
        Instant now = clocks.instants().instant();
        int ended;
        try {
            Path copy = restoration.prepare(backup);
            ended = endAll(configuration, copy, now);
            steps.accept("all grants in the copy are ended");
            restoration.commit(MOMENT.format(now));
        } finally {
            restoration.abandon();
        }
        Optional<Path> former = restoration.finish();
        out.accept("done: " + backup + " is in place");
        out.accept(
                "grants that were live in it and have ended: "
                        + ended
                        + "; their people sign in again, registered clients are kept");
        former.filter(java.nio.file.Files::exists)
                .ifPresent(kept ->
                        out.accept(
                                "the former database is kept: "
                                        + kept
                                        + " (delete it when all is well)"));
    }

    private int endAll(Configuration configuration, Path copy, Instant now)
            throws StoreRefused, StartRefused {
        try (Database database = Database.open(copy)) {
            if (!Vault.isSealed(database)) {
                throw new StartRefused("this is not the database of a server that ever ran");
            }
            refuseOtherKey(configuration, database);
            int ended =
                    database.write(tx -> {
                        int live = RestoredGrants.end(tx, now);
                        NotRestored.forget(tx);
                        return live;
                    });
            boolean over =
                    database.read(tx ->
                            RestoredGrants.areEnded(tx)
                                    && StoredSets.count(tx) == 0
                                    && RestoredAccounts.areForgotten(tx));
            if (!over) {
                throw new StartRefused("grants and sign-ins in the copy could not be ended");
            }
            return ended;
        }
    }

    private void refuseOtherKey(Configuration configuration, Database database)
            throws StartRefused {
        try {
            Keys.openVault(configuration, database, clocks.random());
        } catch (StartRefused refused) {
            throw new StartRefused(
                    "the backup does not open with the present master key: put back the key that"
                            + " it was made with ("
                            + refused.getMessage()
                            + ")",
                    refused);
        }
    }
}
