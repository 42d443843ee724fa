package postern.access;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.access.TestAccess.Issued;
import postern.vault.Token;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Q5: a million rotations, as durable as ever, on grants of which some end all the time. As many as
 * fit into the time are run, and how many is printed.
 */
@Tag("drill")
class TokenCyclesDrillTest {
    private static final int CYCLES = 1_000_000;
    private static final int CYCLES_PER_ROUND = 20_000;
    private static final int GRANTS = 64;
    private static final int ENDING_PER_ROUND = 4;
    private static final Duration BUDGET = Duration.ofMinutes(5);
    private static final Duration STEP = Duration.ofMinutes(1);
    private static final byte[] WRAP = new byte[125]; // as long as a real one

    @TempDir Path folder;

    private record Chain(Issued issued, Token newest) {}

    @Test
    void tables_stay_small_over_a_million_token_cycles() throws Exception {
        long start = System.nanoTime();
        int cycles = 0;
        long mostRows = 0;
        long bytesAtHalf = 0;
        try (var room = new TestAccess(folder)) {
            Person person = room.person("1");
            List<Chain> chains = new ArrayList<>();
            while (cycles < CYCLES && System.nanoTime() - start < BUDGET.toNanos()) {
                while (chains.size() < GRANTS) {
                    Issued issued = room.issue(person, Scope.FULL, Scope.FULL);
                    chains.add(new Chain(issued, issued.refresh()));
                }
                chains = round(room, chains);
                cycles += CYCLES_PER_ROUND;
                for (Chain over : chains.subList(0, ENDING_PER_ROUND)) room.end(over.issued);
                chains = new ArrayList<>(chains.subList(ENDING_PER_ROUND, GRANTS));
                room.now = room.now.plus(STEP);
                room.purge.run(room.now);
                mostRows = Math.max(mostRows, tokenRows(room));
                if (cycles <= CYCLES / 2) bytesAtHalf = bytes();
            }
            int ended = cycles / CYCLES_PER_ROUND * ENDING_PER_ROUND;
            System.out.printf(
                    "%,d token cycles in %d s; at most %d token rows; database %,d KiB half-way,"
                            + " %,d KiB in the end%n",
                    cycles,
                    (System.nanoTime() - start) / 1_000_000_000,
                    mostRows,
                    bytesAtHalf / 1024,
                    bytes() / 1024);
            // of an ended grant only its last refresh token is kept, and retired ones for a grace
            long bound = GRANTS * (64 + 65) + ended + 4L * ENDING_PER_ROUND * 65;
            long most = mostRows;
            assertTrue(mostRows <= bound, () -> most + " rows");
        }
    }

    private static List<Chain> round(TestAccess room, List<Chain> chains) throws Exception {
        List<Future<Chain>> running = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Chain chain : chains) running.add(threads.submit(() -> rotated(room, chain)));
        }
        List<Chain> next = new ArrayList<>();
        for (Future<Chain> one : running) next.add(one.get());
        return next;
    }

    private static Chain rotated(TestAccess room, Chain chain) {
        Token current = chain.newest;
        for (int i = 0; i < CYCLES_PER_ROUND / GRANTS; i++) current = rotate(room, chain, current);
        return new Chain(chain.issued, current);
    }

    /** What the token endpoint does in its transaction. */
    private static Token rotate(TestAccess room, Chain chain, Token current) {
        return room.rotate(chain.issued.grant(), current).orElseThrow();
    }

    private static long tokenRows(TestAccess room) {
        return room.rows("access_token") + room.rows("refresh_token");
    }

    private long bytes() throws IOException {
        return Files.size(folder.resolve("postern.db"));
    }
}
