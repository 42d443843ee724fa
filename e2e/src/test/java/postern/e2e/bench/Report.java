package postern.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The figures of a run as a table. */
final class Report {
    private static final String ROW = "%-48s %-14s %9s %9s %9s %8s %8s %8s%n";
    private final StringBuilder text = new StringBuilder();

    Report() throws IOException {
        text.append(
                "machine: %s processors, %s, load %s%n"
                        .formatted(
                                Runtime.getRuntime().availableProcessors(), processor(), load()));
        text.append(
                "kernel: %s %s; JDK %s%n"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                Runtime.version()));
        text.append(
                ROW.formatted(
                        "operation",
                        "server",
                        "min/s",
                        "median/s",
                        "max/s",
                        "p50 ms",
                        "p99 ms",
                        "cpu µs"));
    }

    private static String processor() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 2))
                    .findFirst()
                    .orElse("unknown");
        }
    }

    private static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    }

    void add(String operation, List<Contender> contenders, List<List<Round>> rounds) {
        for (int i = 0; i < contenders.size(); i++) {
            String name = contenders.get(i).server().name();
            List<Round> own = rounds.get(i);
            if (own.isEmpty()) {
                text.append("%-48s %-14s skipped: not offered%n".formatted(operation, name));
                continue;
            }
            text.append(
                    ROW.formatted(
                            operation,
                            name,
                            whole(sorted(own, Round::perSecond)[0]),
                            whole(median(own, Round::perSecond)),
                            whole(sorted(own, Round::perSecond)[own.size() - 1]),
                            "%.2f".formatted(median(own, Round::p50Millis)),
                            "%.2f".formatted(median(own, Round::p99Millis)),
                            whole(median(own, Round::cpuMicros))));
        }
        System.out.println(operation);
    }

    private static String whole(double value) {
        return "%.0f".formatted(value);
    }

    private static double[] sorted(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return rounds.stream().mapToDouble(figure).sorted().toArray();
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return sorted(rounds, figure)[rounds.size() / 2];
    }

    String text() throws IOException {
        return text + "load at the end: %s%n".formatted(load());
    }
}
