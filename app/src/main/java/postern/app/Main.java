package postern.app;

import postern.app.config.ConfigurationRefused;
import postern.app.config.Problem;
import postern.cli.BackupCommand;
import postern.cli.ConfigCommand;
import postern.cli.GrantsCommand;
import postern.cli.KeysCommand;
import postern.cli.RestoreCommand;
import postern.cli.UsersCommand;
import postern.cli.doctor.DoctorCommand;
import postern.cli.setup.SetupCommand;
import postern.cli.setup.Terminal;
import postern.mcp.builtin.BuiltinServer;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The command line: {@code postern COMMAND}. */
public final class Main {
    /** Refused by configuration, data or environment. */
    private static final int REFUSED = 1;

    /** The command line itself is wrong, as in sysexits and most shells. */
    private static final int USAGE = 2;

    private static final String USAGE_TEXT =
            """
            usage: postern COMMAND

              setup             make the application at a Forgejo and write the settings
              doctor            say what is right and what is not, and what to change
              serve             serve until stopped; settings as variables or flags (--listen ...)
              users code NAME   print a new single-use code for the built-in sign-in
              grants list       print who has let which program in (--user LOGIN, --json)
              grants revoke ID  end a grant; or --user LOGIN, --client ID, --all
              keys status       print which master keys there are and what needs them
              keys rotate       make a new master key while the server runs
              keys retire ID    remove a master key that is not needed any more
              backup FILE       write a backup of the database while the server runs
              restore FILE      put a backup in place of the database
              config            print the settings in effect and where they come from
              config reference  print the reference of all settings
              builtin-server    the small MCP server that comes with Postern, on stdin and stdout
              version           print the version
              help              print this
            """;

    private static final Consumer<String> OUT = System.out::println;

    private Main() {}

    public static void main(String[] arguments) throws IOException {
        String command = arguments.length == 0 ? "help" : arguments[0];
        if (command.equals("builtin-server")) {
            BuiltinServer.main(new String[0]);
            return;
        }
        int status =
                run(
                        command,
                        Arrays.asList(arguments)
                                .subList(Math.min(1, arguments.length), arguments.length));
        if (status != 0) System.exit(status);
    }

    private static int run(String command, List<String> rest) {
        Map<String, String> environment = System.getenv();
        try {
            return switch (command) {
                case "serve" -> new ServeCommand(environment, rest).run();
                case "setup" ->
                        new SetupCommand(
                                        environment,
                                        rest,
                                        Clocks.system(),
                                        Terminal.ofProcess(),
                                        System.in,
                                        OUT)
                                .run();
                case "doctor" -> new DoctorCommand(environment, rest, Clocks.system(), OUT).run();
                case "users" -> new UsersCommand(environment, rest, Clocks.system()).run();
                case "grants" -> new GrantsCommand(environment, rest, Clocks.system()).run();
                case "keys" -> new KeysCommand(environment, rest, Clocks.system(), OUT).run();
                case "backup" -> new BackupCommand(environment, rest, OUT).run();
                case "restore" ->
                        new RestoreCommand(environment, rest, Clocks.system(), OUT, step -> {})
                                .run();
                case "config" -> new ConfigCommand(environment, rest).run();
                case "version", "--version" -> print(versionLine());
                case "help", "--help", "-h" -> print(USAGE_TEXT);
                default -> {
                    System.err.println("postern: there is no command '" + command + "'");
                    System.err.print(USAGE_TEXT);
                    yield USAGE;
                }
            };
        } catch (ConfigurationRefused refused) {
            for (Problem problem : refused.problems()) System.err.println("postern: " + problem);
            return REFUSED;
        } catch (StartRefused refused) {
            System.err.println("postern: " + refused.getMessage());
            return REFUSED;
        }
    }

    private static int print(String text) {
        System.out.print(text);
        return 0;
    }

    private static String versionLine() {
        BuildInfo build = BuildInfo.load();
        return "postern " + build.version() + " (" + build.gitRevision() + ")\n";
    }
}
