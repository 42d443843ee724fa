package postern.cli;

import postern.app.Clocks;
import postern.app.Keys;
import postern.app.StartRefused;
import postern.app.config.Configuration;
import postern.app.config.ConfigurationReader;
import postern.app.config.ConfigurationRefused;
import postern.forge.local.LocalUpstream;
import postern.http.Cookies;
import postern.http.PageKit;
import postern.store.Database;
import postern.store.StoreRefused;
import postern.vault.Vault;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code postern users code NAME}: a new single-use code for the built-in sign-in. */
public final class UsersCommand {
    private static final int USAGE = 2;

    private final Map<String, String> environment;
    private final List<String> arguments;
    private final Clocks clocks;

    public UsersCommand(Map<String, String> environment, List<String> arguments, Clocks clocks) {
        this.environment = environment;
        this.arguments = arguments;
        this.clocks = clocks;
    }

    /**
     * @return exit status
     */
    public int run() throws ConfigurationRefused, StartRefused {
        if (arguments.size() < 2 || !arguments.getFirst().equals("code")) {
            System.err.println("usage: postern users code NAME");
            return USAGE;
        }
        List<String> flags = arguments.subList(2, arguments.size());
        Configuration configuration = ConfigurationReader.read(environment, flags).configuration();
        if (configuration.forgejo().isPresent()) {
            throw new StartRefused(
                    "people sign in through Forgejo here: codes are for the built-in sign-in");
        }
        if (configuration.oidc().isPresent()) {
            throw new StartRefused(
                    "people sign in at an OpenID Connect provider here: codes are for the built-in"
                            + " sign-in");
        }
        System.out.println("sign-in code: " + newCode(configuration, arguments.get(1)));
        return 0;
    }

    private String newCode(Configuration configuration, String name) throws StartRefused {
        Path file = configuration.dataDir().resolve("postern.db");
        if (!Files.exists(file)) {
            throw new StartRefused("there is no database yet, start the server first: " + file);
        }
        try (Database database = Database.open(file)) {
            Vault vault = Keys.openVault(configuration, database, clocks.random());
            URI unused = URI.create("http://127.0.0.1");
            var local =
                    new LocalUpstream(
                            database,
                            vault,
                            clocks.instants(),
                            clocks.ticker(),
                            clocks.random(),
                            new PageKit(),
                            new Cookies(unused),
                            unused);
            return local.newCode(name);
        } catch (StoreRefused refused) {
            throw new StartRefused(refused.getMessage() + " [" + file + "]", refused);
        } catch (IllegalArgumentException refused) {
            throw new StartRefused(refused.getMessage(), refused);
        }
    }
}
