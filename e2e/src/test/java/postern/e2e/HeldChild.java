package postern.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Ways to hold a child. Two are the program's own and always there; the third is what an operator
 * may put around a server, and needs a kernel that lets users make namespaces.
 */
enum HeldChild {
    /** As the program does it: own session and parent-death signal where there are tools. */
    BY_THE_PROGRAM,
    /** The tools for that are missing. */
    BY_NO_TOOLS,
    /** The operator's command puts the child into a PID namespace. */
    BY_A_PID_NAMESPACE;

    private static final List<String> NAMESPACE =
            List.of("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc");

    boolean isOffered() throws IOException, InterruptedException {
        if (this != BY_A_PID_NAMESPACE) return true;
        var command = new ArrayList<>(NAMESPACE);
        command.add("true");
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    List<String> command(List<String> server) {
        if (this != BY_A_PID_NAMESPACE) return server;
        var command = new ArrayList<>(NAMESPACE);
        command.add("--kill-child");
        command.addAll(server);
        return command;
    }

    Map<String, String> environment(Path folder) throws IOException {
        if (this != BY_NO_TOOLS) return Map.of();
        Path tools = Files.createDirectory(folder.resolve("tools"));
        for (String place : System.getenv("PATH").split(":")) {
            if (!Files.isDirectory(Path.of(place))) continue;
            try (var programs = Files.list(Path.of(place))) {
                for (Path program : (Iterable<Path>) programs::iterator) {
                    Path link = tools.resolve(program.getFileName());
                    boolean wanted = !link.toString().matches(".*/(setsid|setpriv)");
                    if (wanted && !Files.exists(link)) Files.createSymbolicLink(link, program);
                }
            }
        }
        return Map.of("PATH", tools.toString());
    }

    boolean sharesTheProcessTable() {
        return this != BY_A_PID_NAMESPACE;
    }
}
