package postern.store;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

@Timeout(120)
class DatabaseTest {
    @TempDir Path folder;
    private Path file;
    private Database database;

    @BeforeEach
    void open() throws Exception {
        file = folder.resolve("room with ? and #.db");
        database = Database.open(file);
        database.write(tx -> tx.update("create table entry (n integer primary key, note text)"));
    }

    @AfterEach
    void close() {
        database.close();
        database.close();
        assertTrue(
                Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("postern-store-writer")));
    }

    private static int add(Tx tx, int number) throws SQLException {
        return tx.update("insert into entry (n) values (?)", number);
    }

    private List<Integer> numbers() {
        return database.read(tx -> tx.all("select n from entry order by n", row -> row.getInt(1)));
    }

    @Test
    void a_write_within_a_write_is_refused_instead_of_waiting_for_itself() {
        assertThrows(
                IllegalStateException.class,
                () -> database.write(tx -> database.write(inner -> add(inner, 1))));
    }

    @Test
    void a_read_has_no_after_commit_and_cannot_write() {
        assertThrows(
                IllegalStateException.class,
                () ->
                        database.read(tx -> {
                            tx.afterCommit(() -> {});
                            return null;
                        }));
        assertThrows(StoreUnavailable.class, () -> database.read(tx -> add(tx, 1)));
    }

    @Test
    void a_read_sees_every_write_that_has_returned_from_64_threads() throws Exception {
        int each = 50;
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> answers = new ArrayList<>();
            for (int caller = 0; caller < 64; caller++) {
                int first = caller * each;
                answers.add(
                        callers.submit(() -> {
                            for (int n = first; n < first + each; n++) {
                                int number = n;
                                database.write(tx -> add(tx, number));
                                assertTrue(
                                        database.read(tx ->
                                                        tx.first(
                                                                "select n from entry where n = ?",
                                                                row -> row.getInt(1),
                                                                number))
                                                .isPresent());
                            }
                        }));
            }
            for (Future<?> answer : answers) answer.get();
        }
        assertEquals(64 * each, numbers().size());
    }

    @Test
    void an_interrupted_caller_is_told_that_the_change_may_still_be_made() throws Exception {
        var held = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var outcome = new AtomicReference<Throwable>();
        var kept = new AtomicReference<Boolean>();
        Thread holder =
                Thread.startVirtualThread(() -> database.write(tx -> HeldWriter.hold(held, go)));
        held.await();
        Thread caller =
                Thread.startVirtualThread(() -> {
                    outcome.set(
                            assertThrows(
                                    StoreUnavailable.class,
                                    () -> database.write(tx -> add(tx, 1))));
                    kept.set(Thread.currentThread().isInterrupted());
                });
        await().until(() -> HeldWriter.isWaiting(caller));
        caller.interrupt();
        caller.join();
        go.countDown();
        holder.join();
        assertTrue(outcome.get().getMessage().contains("may still be made"));
        assertTrue(kept.get());
        int added = database.write(tx -> add(tx, 2));
        assertEquals(1, added);
    }

    @Test
    void work_that_interrupts_the_writer_does_not_end_it() {
        database.write(tx -> {
            Thread.currentThread().interrupt();
            return null;
        });
        int added = database.write(tx -> add(tx, 1));
        assertEquals(1, added);
    }

    @Test
    void closing_amid_writes_neither_hangs_nor_loses_an_answered_write() throws Exception {
        for (int round = 0; round < 10; round++) {
            int from = 1 + round * 1_000_000;
            List<Integer> answered = Collections.synchronizedList(new ArrayList<>());
            var next = new AtomicInteger(from);
            try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int caller = 0; caller < 16; caller++) {
                    callers.submit(() -> {
                        while (true) {
                            int number = next.getAndIncrement();
                            database.write(tx -> add(tx, number));
                            answered.add(number);
                        }
                    });
                }
                await().until(() -> answered.size() > 20);
                database.close();
            }
            assertThrows(StoreUnavailable.class, this::numbers);
            database = Database.open(file);
            assertTrue(numbers().containsAll(answered));
        }
    }

    @Test
    void a_full_disk_is_unavailable_changes_nothing_and_passes() throws Exception {
        database.write(tx -> add(tx, 1));
        int pages =
                database.read(tx -> tx.first("pragma page_count", row -> row.getInt(1)))
                        .orElseThrow();
        limitPages(pages + 4);
        Work<Integer> large =
                tx -> {
                    add(tx, 2);
                    return tx.update(
                            "insert into entry (n, note) values (3, hex(zeroblob(50000)))");
                };
        List<Future<?>> answers =
                HeldWriter.inOneBatch(
                        database,
                        List.of(
                                HeldWriter.write(database, tx -> add(tx, 10)),
                                HeldWriter.write(database, large)));
        assertInstanceOf(StoreUnavailable.class, HeldWriter.failureOf(answers.get(1)));
        boolean neighbour = answers.get(0).state() == Future.State.SUCCESS;
        assertEquals(neighbour ? List.of(1, 10) : List.of(1), numbers());
        limitPages(1_000_000);
        database.write(large);
        assertTrue(numbers().containsAll(List.of(2, 3)));
    }

    @Test
    void a_statement_that_failed_once_works_again() {
        database.write(tx -> add(tx, 1));
        for (int i = 0; i < 3; i++) {
            assertThrows(StoreUnavailable.class, () -> database.write(tx -> add(tx, 1)));
        }
        database.write(tx -> add(tx, 2));
        String parse = "select json(?)";
        assertThrows(
                StoreUnavailable.class,
                () -> database.read(tx -> tx.first(parse, row -> row.getString(1), "{")));
        for (int i = 0; i < 8; i++) {
            assertTrue(
                    database.read(tx -> tx.first(parse, row -> row.getString(1), "{}"))
                            .isPresent());
        }
    }

    private void limitPages(int max) {
        database.write(tx -> tx.first("pragma max_page_count = " + max, row -> row.getInt(1)));
    }

    @Test
    void two_open_databases_on_one_file_both_write() throws Exception {
        database.write(tx -> add(tx, 0));
        Callable<Void> counting = () -> count(database);
        try (Database other = Database.open(file);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var here = callers.submit(counting);
            var there = callers.submit(() -> count(other));
            here.get();
            there.get();
        }
        assertEquals(
                List.of("200"),
                database.read(
                        tx -> tx.all("select note from entry", row -> row.getString("note"))));
    }

    /** Reads before it writes: without the write lock from the start, steps would be lost. */
    private static Void count(Database database) {
        for (int i = 0; i < 100; i++) {
            database.write(tx -> {
                int before =
                        tx.first("select coalesce(note, 0) from entry", row -> row.getInt(1))
                                .orElseThrow();
                return tx.update("update entry set note = ?", Integer.toString(before + 1));
            });
        }
        return null;
    }

    @Test
    void all_files_are_for_the_owner_only() throws Exception {
        database.write(tx -> add(tx, 1));
        try (var files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertEquals(3, all.size(), "database, WAL and its index: " + all);
            for (Path one : all) {
                assertEquals(
                        "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(one)));
            }
        }
        database.close();
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void statements_kept_prepared_are_bounded_and_forgotten_values_are_an_error() {
        database.write(tx -> {
            for (int i = 0; i < 3 * Tx.MAX_PREPARED; i++) {
                int number = i;
                assertEquals(number, tx.first("select " + i, row -> row.getInt(1)).orElseThrow());
            }
            assertTrue(tx.preparedStatements() <= Tx.MAX_PREPARED);
            return null;
        });
        String find = "select n from entry where n = ? and n > ?";
        database.write(tx -> add(tx, 7));
        assertTrue(database.write(tx -> tx.first(find, row -> row.getInt(1), 7, 0)).isPresent());
        assertThrows(
                IllegalArgumentException.class,
                () -> database.write(tx -> tx.first(find, row -> row.getInt(1), 7)));
    }

    @Test
    void when_all_readers_are_busy_a_read_is_refused_after_its_wait() throws Exception {
        var connection = java.sql.DriverManager.getConnection("jdbc:sqlite::memory:");
        var readers = new Readers(1, Duration.ofMillis(50), () -> connection);
        StoreUnavailable refused =
                readers.read(
                        tx -> assertThrows(StoreUnavailable.class, () -> readers.read(inner -> 1)));
        assertEquals("no reader free", refused.getMessage());
        int answer = readers.read(tx -> 1);
        assertEquals(1, answer, "the reader came back");
        readers.close();
        assertTrue(connection.isClosed());
        assertThrows(StoreUnavailable.class, () -> readers.read(tx -> 1));
        assertFalse(numbers().contains(1));
    }
}
