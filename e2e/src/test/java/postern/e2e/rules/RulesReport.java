package postern.e2e.rules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Proves every rule and writes a table of them; exit status 1 when one is broken. */
public final class RulesReport {
    private RulesReport() {}

    /** How one rule came out. */
    private record Line(Rule rule, String result, String why, long millis) {
        private String text() {
            String first =
                    "%-4s %-6s %-15s %s [%s]"
                            .formatted(
                                    rule.id(),
                                    rule.level(),
                                    result,
                                    rule.sentence(),
                                    rule.citation());
            return why.isEmpty() ? first : first + "\n       " + why;
        }
    }

    public static void main(String[] arguments) throws IOException {
        long seed = Long.getLong("rules.seed", System.nanoTime());
        var rules = new ArrayList<>(chosen());
        Collections.shuffle(rules, new Random(seed));
        Map<String, Line> lines = new HashMap<>();
        long began = System.nanoTime();
        try (var installations = new Installations()) {
            for (Rule rule : rules) lines.put(rule.id(), prove(rule, installations));
        }
        long seconds = (System.nanoTime() - began) / 1_000_000_000L;
        String report = report(lines, seed, seconds);
        System.out.print(report);
        Path file = Path.of(arguments.length > 0 ? arguments[0] : "target/oauth-report.txt");
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, report);
        System.exit(count(lines, "FAIL") > 0 ? 1 : 0);
    }

    /** All, or those that the property {@code rules} names: {@code D3,H*}. */
    static List<Rule> chosen() {
        String wanted = System.getProperty("rules", "*");
        return AllRules.rules().stream()
                .filter(rule ->
                        Arrays.stream(wanted.split(","))
                                .anyMatch(word -> rule.id().matches(word.replace("*", ".*"))))
                .toList();
    }

    private static Line prove(Rule rule, Installations installations) {
        long began = System.nanoTime();
        String result;
        String why = "";
        try {
            Verdict verdict = rule.check().on(installations);
            result = verdict instanceof Verdict.Passed ? "pass" : "not applicable";
            if (verdict instanceof Verdict.NotApplicable(String because))
                why = "because " + because;
        } catch (AssertionError broken) {
            result = "FAIL";
            why = String.valueOf(broken.getMessage());
        } catch (Exception failed) {
            result = "FAIL";
            why = failed.toString();
            if (failed instanceof InterruptedException) Thread.currentThread().interrupt();
        }
        long millis = (System.nanoTime() - began) / 1_000_000;
        System.err.println(rule.id() + " " + result + " " + millis + " ms");
        return new Line(rule, result, why.replace("\n", "\n       "), millis);
    }

    private static String report(Map<String, Line> lines, long seed, long seconds) {
        var report = new StringBuilder();
        for (Rule rule : chosen()) report.append(lines.get(rule.id()).text()).append('\n');
        report.append(
                "\n%d rules: %d pass, %d FAIL, %d not applicable; %d s; rules.seed=%d\n"
                        .formatted(
                                lines.size(),
                                count(lines, "pass"),
                                count(lines, "FAIL"),
                                count(lines, "not applicable"),
                                seconds,
                                seed));
        List<Line> slowest =
                lines.values().stream()
                        .sorted((a, b) -> Long.compare(b.millis(), a.millis()))
                        .limit(5)
                        .toList();
        report.append("slowest:");
        for (Line line : slowest) {
            report.append(" %s %d ms;".formatted(line.rule().id(), line.millis()));
        }
        return report.append('\n').toString();
    }

    private static long count(Map<String, Line> lines, String result) {
        return lines.values().stream().filter(line -> line.result().equals(result)).count();
    }
}
