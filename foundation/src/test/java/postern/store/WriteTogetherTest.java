package postern.store;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

@Timeout(60)
class WriteTogetherTest {
    @TempDir Path folder;
    private Database database;

    @BeforeEach
    void open() throws Exception {
        database = Database.open(folder.resolve("postern.db"));
        database.write(tx -> tx.update("create table entry (n integer primary key)"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Work<Integer> add(int number) {
        return tx -> tx.update("insert into entry (n) values (?)", number);
    }

    private List<Integer> numbers() {
        return database.read(tx -> tx.all("select n from entry order by n", row -> row.getInt(1)));
    }

    /** They queue up while the writer is held, so that they share a transaction. */
    private List<Future<Integer>> inOneBatch(List<Callable<Integer>> writes) throws Exception {
        var held = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            callers.submit(() -> database.write(tx -> hold(held, go)));
            held.await();
            List<Future<Integer>> answers = new ArrayList<>();
            for (Callable<Integer> write : writes) {
                var caller = new AtomicReference<Thread>();
                answers.add(
                        callers.submit(() -> {
                            caller.set(Thread.currentThread());
                            return write.call();
                        }));
                await().until(() -> isWaiting(caller.get()));
            }
            go.countDown();
            return answers;
        }
    }

    private static boolean isWaiting(Thread thread) {
        return thread != null && thread.getState() == Thread.State.WAITING;
    }

    private static Object hold(CountDownLatch held, CountDownLatch go) {
        held.countDown();
        try {
            go.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        return null;
    }

    private static Throwable failureOf(Future<Integer> answer) {
        return assertThrows(ExecutionException.class, answer::get).getCause();
    }

    @Test
    void what_fails_takes_its_whole_batch_with_it_and_nobody_is_told_otherwise() throws Exception {
        Work<Integer> half =
                tx -> {
                    add(3).in(tx);
                    return tx.update("insert into nowhere values (1)");
                };
        List<Future<Integer>> answers =
                inOneBatch(
                        List.of(
                                () -> database.write(add(1)),
                                () -> database.writeTogether(add(2)),
                                () -> database.writeTogether(half),
                                () -> database.writeTogether(add(4))));
        for (Future<Integer> answer : answers) {
            assertInstanceOf(StoreUnavailable.class, failureOf(answer));
        }
        assertEquals(List.of(), numbers());
        assertEquals(1, database.writeTogether(add(5)));
        assertEquals(List.of(5), numbers());
    }

    @Test
    void a_neighbour_that_fails_alone_leaves_the_others_durable() throws Exception {
        List<Future<Integer>> answers =
                inOneBatch(
                        List.of(
                                () -> database.writeTogether(add(1)),
                                () ->
                                        database.write(tx -> {
                                            add(2).in(tx);
                                            throw new IllegalArgumentException("mine");
                                        }),
                                () -> database.writeTogether(add(3))));
        assertEquals(1, answers.get(0).get());
        assertInstanceOf(IllegalArgumentException.class, failureOf(answers.get(1)));
        assertEquals(1, answers.get(2).get());
        assertEquals(List.of(1, 3), numbers());
    }
}
