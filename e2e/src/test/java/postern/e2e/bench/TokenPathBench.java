package postern.e2e.bench;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Rotations, redemptions, bearer checks and introspections of both servers, in alternating rounds.
 */
class TokenPathBench {
    private static final int ROUNDS = Integer.getInteger("postern.bench.rounds", 3);
    private static final Duration ROUND =
            Duration.ofMillis(Integer.getInteger("postern.bench.millis", 3_000));
    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final int CODES = 48;

    @Test
    void both_servers_take_turns() throws Exception {
        Path root = root();
        Path target = Files.createDirectories(root.resolve("target"));
        var report = new Report();
        try (Contender postern = PosternContender.start(target);
                Contender peer = PeerContender.start(root.resolve("e2e/clients"))) {
            List<Contender> both = List.of(postern, peer);
            for (Contender one : both) {
                Round.of(one.server(), one.rotations(16), WARM_UP);
                Round.of(one.server(), one.bearerChecks(16), WARM_UP);
            }
            for (int chains : new int[] {1, 16, 32, 64}) {
                report.add(
                        "rotation, %d chains".formatted(chains),
                        both,
                        measure(both, one -> Optional.of(one.rotations(chains)), false));
            }
            for (int workers : new int[] {1, 32}) {
                report.add(
                        "bearer check, %d connections".formatted(workers),
                        both,
                        measure(both, one -> Optional.of(one.bearerChecks(workers)), false));
            }
            report.add(
                    "introspection, 32 connections",
                    both,
                    measure(both, one -> one.introspections(32), false));
            report.add(
                    "code redemption, 16 connections, %d codes a round".formatted(CODES),
                    both,
                    measure(both, one -> Optional.of(one.redemptions(CODES, 16)), true));
        }
        String text = report.text();
        System.out.println(text);
        Files.writeString(target.resolve("bench.txt"), text);
    }

    private interface Job {
        Optional<List<Worker>> of(Contender contender) throws IOException;
    }

    /** Rounds of each contender in turn; what cannot be asked for stays empty. */
    private static List<List<Round>> measure(List<Contender> contenders, Job job, boolean anew)
            throws IOException, InterruptedException {
        List<List<Round>> rounds =
                contenders.stream()
                        .map(one -> (List<Round>) new java.util.ArrayList<Round>())
                        .toList();
        List<Optional<List<Worker>>> kept = new java.util.ArrayList<>();
        for (Contender one : contenders) kept.add(anew ? Optional.empty() : job.of(one));
        for (int round = 0; round < ROUNDS; round++) {
            for (int i : IntStream.range(0, contenders.size()).toArray()) {
                Contender one = contenders.get(i);
                Optional<List<Worker>> workers = anew ? job.of(one) : kept.get(i);
                if (workers.isEmpty()) continue;
                rounds.get(i).add(Round.of(one.server(), workers.get(), ROUND));
            }
        }
        return rounds;
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("e2e/clients")) ? here : here.getParent();
    }
}
