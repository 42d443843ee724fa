package postern.store;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Writes numbers from eight threads and prints each one that was answered, until it is killed. */
final class KilledWriter {
    private KilledWriter() {}

    public static void main(String[] arguments) throws Exception {
        Database database = Database.open(Path.of(arguments[0]));
        var next = new AtomicLong(Long.parseLong(arguments[1]));
        for (int i = 0; i < 8; i++) {
            Thread.ofPlatform()
                    .start(() -> {
                        while (true) print(write(database, next.getAndIncrement()));
                    });
        }
    }

    private static long write(Database database, long number) {
        while (true) {
            try {
                database.write(tx ->
                        tx.update(
                                "insert into entry (n, note) values (?, hex(zeroblob(500)))",
                                number));
                return number;
            } catch (StoreUnavailable full) {
                System.out.println("unavailable");
            }
        }
    }

    private static synchronized void print(long number) {
        System.out.println("answered " + number);
        System.out.flush();
    }
}
