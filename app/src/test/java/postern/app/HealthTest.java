package postern.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.store.Database;
import postern.store.WriteSteps;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Ready is who can write; and asking costs little, whoever asks. */
class HealthTest {
    private static final long NEXT_NANOS = WriteProbe.GOOD_FOR.toNanos();

    private final AtomicLong nanos = new AtomicLong(-1);
    private final AtomicInteger commits = new AtomicInteger();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile boolean full;
    private volatile boolean stuck;

    @TempDir Path folder;
    private Database database;
    private Health health;

    @BeforeEach
    void open() throws Exception {
        database = Database.open(folder.resolve("postern.db"), faults());
        health = new Health(new BuildInfo("1", "abc"), database, nanos::get);
    }

    @AfterEach
    void close() {
        goOn.countDown();
        database.close();
    }

    private WriteSteps faults() {
        return statement -> {
            if (!statement.equals("commit")) return;
            commits.incrementAndGet();
            if (stuck) awaitGoOn();
            if (full) throw new SQLException("database or disk is full");
        };
    }

    private void awaitGoOn() {
        try {
            goOn.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private int status() {
        return health.ready().status();
    }

    @Test
    void a_full_disk_is_not_ready_until_there_is_room_again() {
        assertEquals(200, status());
        full = true;
        nanos.addAndGet(NEXT_NANOS);
        assertEquals(503, status());
        full = false;
        nanos.addAndGet(NEXT_NANOS);
        assertEquals(200, status());
    }

    @Test
    void a_closed_database_is_not_ready() {
        database.close();
        assertEquals(503, status());
    }

    @Test
    void however_many_ask_one_probe_in_five_seconds_is_written() {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 500; i++) callers.submit(this::status);
        }
        nanos.addAndGet(NEXT_NANOS - 1);
        assertEquals(200, status());
        assertEquals(1, commits.get());
        nanos.addAndGet(1);
        assertEquals(200, status());
        assertEquals(2, commits.get());
    }

    @Test
    void a_writer_that_is_stuck_is_not_ready_and_is_asked_once() {
        stuck = true;
        assertEquals(503, status());
        for (int i = 0; i < 10; i++) {
            nanos.addAndGet(NEXT_NANOS);
            assertEquals(503, status());
        }
        assertTrue(commits.get() <= 1, "one probe");
        stuck = false;
        goOn.countDown();
        await().until(() -> {
            nanos.addAndGet(NEXT_NANOS);
            return status() == 200;
        });
    }
}
