package postern.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;

import postern.access.GrantId;
import postern.access.Person;
import postern.access.Principal;
import postern.access.Scope;
import postern.access.UpstreamLease;
import postern.app.Clocks;
import postern.bridge.LaunchPlan;
import postern.bridge.ServerDefinition;
import postern.core.Secret;
import postern.supervisor.Child;
import postern.supervisor.ChildLimits;
import postern.supervisor.LaunchFailed;
import postern.supervisor.LaunchSpec;
import postern.supervisor.Supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Whether one MCP server is there, starts, and lists its tools, as it would for a person. */
final class ServerChecks {
    private final Supervisor supervisor;
    private final Clocks clocks;
    private final Duration patience;

    /**
     * @param patience from the start to the answer of tools/list
     */
    ServerChecks(Supervisor supervisor, Clocks clocks, Duration patience) {
        this.supervisor = supervisor;
        this.clocks = clocks;
        this.patience = patience;
    }

    /** Three lines: its program, its start, its tools. Nothing of the server is left. */
    List<Line> look(ServerDefinition server, UpstreamLease lease) throws InterruptedException {
        var findings = new ArrayList<Finding>();
        var talk = new ServerTalk(clocks.ticker(), patience);
        try {
            LaunchSpec spec = LaunchPlan.of(server, nobody(), lease, limits());
            try {
                Child child = supervisor.start(spec, talk);
                findings.add(Finding.pass("found: " + spec.command().getFirst()));
                try {
                    converse(server, talk, child, findings);
                } finally {
                    child.kill("tried");
                    child.done().join();
                }
            } finally {
                spec.secretEnvironment().values().forEach(Secret::close);
            }
        } catch (LaunchFailed missing) {
            findings.add(
                    Finding.fail(
                            missing.hint()
                                    + "; put the program on the PATH of this server, or correct"
                                    + " \"command\" in the servers file"));
        } catch (LaunchPlan.MissingValue missing) {
            findings.add(
                    Finding.fail(
                            missing.getMessage()
                                    + " where people do not sign in at a forge: take it out of the"
                                    + " servers file, or set POSTERN_FORGEJO_URL"));
        }
        while (findings.size() < 3) {
            findings.add(Finding.skip("cannot be seen before the one above is right"));
        }
        return List.of(
                new Line(server.name() + " program", findings.get(0)),
                new Line(server.name() + " starts", findings.get(1)),
                new Line(server.name() + " tools", findings.get(2)));
    }

    private static void converse(
            ServerDefinition server, ServerTalk talk, Child child, List<Finding> findings)
            throws InterruptedException {
        try {
            JsonNode info = talk.initialize(child).path("serverInfo");
            findings.add(Finding.pass(named(info)));
            findings.add(tools(server, talk.listTools(child).path("tools")));
        } catch (ServerTalk.NoAnswer none) {
            findings.add(
                    Finding.fail(
                            "the program "
                                    + none.getMessage()
                                    + firstWords(child)
                                    + ": start it by hand with the \"env\" of the servers file to"
                                    + " see why"));
        }
    }

    private static String named(JsonNode info) {
        String name = printable(info.path("name").asText("without a name"));
        String version = printable(info.path("version").asText(""));
        return version.isEmpty() ? name : name + " " + version;
    }

    private static Finding tools(ServerDefinition server, JsonNode tools) {
        if (tools.isEmpty()) return Finding.warn("the server has none");
        int unknown = 0;
        for (JsonNode tool : tools) {
            if (server.tools().classOf(tool.path("name").asText("")).isEmpty()) unknown++;
        }
        if (unknown == 0) return Finding.pass(tools.size() + " listed");
        return Finding.warn(
                tools.size()
                        + " listed, of which "
                        + unknown
                        + " are in no table and count as writing: see docs/tools.md");
    }

    /** The first line of what it complained, since a stack trace may follow. */
    private static String firstWords(Child child) {
        return child.stderrTail().stream()
                .map(ServerChecks::printable)
                .filter(line -> !line.isBlank())
                .findFirst()
                .map(line -> " (it says: " + line + ")")
                .orElse("");
    }

    private static String printable(String text) {
        String visible = text.replaceAll("[^\\x20-\\x7e]", " ").strip();
        return visible.substring(0, Math.min(160, visible.length()));
    }

    private Principal nobody() {
        return new Principal(
                GrantId.random(clocks.random()),
                new Person(1, "postern-doctor", "1", "doctor"),
                "postern-doctor",
                Scope.FULL,
                "postern-doctor");
    }

    private ChildLimits limits() {
        return ChildLimits.standard()
                .withStartBudget(patience.plusSeconds(5))
                .withStopGrace(Duration.ofMillis(200));
    }
}
