package postern.cli;

import postern.access.RestoredGrants;
import postern.app.DataFolder;
import postern.app.Keys;
import postern.app.StartRefused;
import postern.app.config.Configuration;
import postern.app.config.ConfigurationReader;
import postern.app.config.ConfigurationRefused;
import postern.oauth.client.RegisteredClients;
import postern.store.Backup;
import postern.store.StoreRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** {@code postern backup FILE}: also while a server is running. */
public final class BackupCommand {
    private static final int USAGE = 2;

    private final Map<String, String> environment;
    private final List<String> arguments;
    private final Consumer<String> out;

    public BackupCommand(
            Map<String, String> environment, List<String> arguments, Consumer<String> out) {
        this.environment = environment;
        this.arguments = arguments;
        this.out = out;
    }

    /**
     * @return exit status
     */
    public int run() throws ConfigurationRefused, StartRefused {
        List<String> rest = new ArrayList<>(arguments);
        boolean replace = rest.remove("--replace");
        if (rest.isEmpty() || rest.getFirst().startsWith("-")) {
            System.err.println("usage: postern backup FILE [--replace]");
            return USAGE;
        }
        Path target = Path.of(rest.removeFirst()).toAbsolutePath();
        Configuration configuration = ConfigurationReader.read(environment, rest).configuration();
        Path database = DataFolder.databaseIn(configuration.dataDir());
        if (!Files.exists(database)) {
            throw new StartRefused("there is no database to back up: " + database);
        }
        try {
            Backup.write(
                    database,
                    target,
                    replace,
                    tx -> {
                        NotRestored.forget(tx);
                        return null;
                    });
            tell(configuration, target);
            return 0;
        } catch (StoreRefused | IOException refused) {
            throw new StartRefused(refused.getMessage(), refused);
        }
    }

    private void tell(Configuration configuration, Path target) throws StoreRefused, IOException {
        var held = Backup.look(target, RestoredGrants.Held::in);
        long clients = Backup.look(target, RegisteredClients::count);
        out.accept("backup written and checked: " + target + " (" + Files.size(target) + " bytes)");
        out.accept(
                "it holds: people "
                        + held.people()
                        + ", registered clients "
                        + clients
                        + ", live grants "
                        + held.grants());
        String key =
                Keys.file(configuration)
                        .map(file -> file.path().toAbsolutePath().toString())
                        .orElse("the value of POSTERN_MASTER_KEY");
        out.accept(
                "to restore it you also need "
                        + key
                        + ", which is not in it: keep a copy of that somewhere else");
    }
}
