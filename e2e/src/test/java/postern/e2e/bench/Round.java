package postern.e2e.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One measured round.
 *
 * @param cpuMicros of the server's process, for each operation
 */
record Round(
        long operations, double perSecond, double p50Millis, double p99Millis, double cpuMicros) {
    private static final int NANOS_PER_MILLI = 1_000_000;

    /** All workers at once, each on a connection of its own, for {@code duration}. */
    static Round of(ServerProcess server, List<? extends Worker> workers, Duration duration)
            throws IOException, InterruptedException {
        List<Wire> wires = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(workers.size())) {
            for (int i = 0; i < workers.size(); i++) wires.add(new Wire(server.port()));
            long cpuBefore = server.cpuMicros();
            long start = System.nanoTime();
            long deadline = start + duration.toNanos();
            List<Future<long[]>> running = new ArrayList<>();
            for (int i = 0; i < workers.size(); i++) {
                Worker worker = workers.get(i);
                Wire wire = wires.get(i);
                running.add(threads.submit(() -> drive(worker, wire, deadline)));
            }
            var all = new Latencies();
            for (Future<long[]> one : running) all.add(one.get());
            double seconds = (System.nanoTime() - start) / 1e9;
            return all.round(seconds, server.cpuMicros() - cpuBefore);
        } catch (ExecutionException failed) {
            throw new IllegalStateException(server.name() + ": " + failed.getCause(), failed);
        } finally {
            for (Wire wire : wires) wire.close();
        }
    }

    private static long[] drive(Worker worker, Wire wire, long deadline) throws IOException {
        var took = new long[1024];
        int count = 0;
        long before = System.nanoTime();
        while (before < deadline && worker.once(wire)) {
            long after = System.nanoTime();
            if (count == took.length) took = Arrays.copyOf(took, 2 * count);
            took[count++] = after - before;
            before = after;
        }
        return Arrays.copyOf(took, count);
    }

    private static final class Latencies {
        private long[] nanos = {};

        private void add(long[] more) {
            int old = nanos.length;
            nanos = Arrays.copyOf(nanos, old + more.length);
            System.arraycopy(more, 0, nanos, old, more.length);
        }

        private Round round(double seconds, long cpuMicros) {
            if (nanos.length == 0) return new Round(0, 0, 0, 0, 0);
            Arrays.sort(nanos);
            return new Round(
                    nanos.length,
                    nanos.length / seconds,
                    at(0.5),
                    at(0.99),
                    (double) cpuMicros / nanos.length);
        }

        private double at(double part) {
            return (double) nanos[(int) (part * (nanos.length - 1))] / NANOS_PER_MILLI;
        }
    }
}
