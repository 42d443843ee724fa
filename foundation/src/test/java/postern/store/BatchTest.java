package postern.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import static postern.store.HeldWriter.failureOf;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;

@Timeout(60)
class BatchTest {
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

    private static int add(Tx tx, int number) throws SQLException {
        return tx.update("insert into entry (n) values (?)", number);
    }

    private static Work<Integer> adding(int number) {
        return tx -> add(tx, number);
    }

    private List<Integer> numbers() {
        return database.read(tx -> tx.all("select n from entry order by n", row -> row.getInt(1)));
    }

    private List<Future<?>> inOneBatch(List<Work<?>> works) throws Exception {
        return HeldWriter.inOneBatch(
                database,
                works.stream().<Callable<?>>map(one -> HeldWriter.write(database, one)).toList());
    }

    @Test
    void failing_work_changes_nothing_and_its_batch_neighbours_are_durable() throws Exception {
        var refusal = new IllegalArgumentException("mine");
        var error = new AssertionError("mine too");
        List<Future<?>> answers =
                inOneBatch(
                        List.of(
                                tx -> add(tx, 1),
                                tx -> {
                                    add(tx, 2);
                                    throw refusal;
                                },
                                tx -> {
                                    add(tx, 3);
                                    return tx.update("insert into nowhere values (1)");
                                },
                                tx -> {
                                    add(tx, 4);
                                    throw error;
                                },
                                tx -> add(tx, 5)));
        assertEquals(1, answers.get(0).get());
        assertEquals(refusal, failureOf(answers.get(1)));
        assertInstanceOf(StoreUnavailable.class, failureOf(answers.get(2)));
        assertEquals(error, failureOf(answers.get(3)));
        assertEquals(1, answers.get(4).get());
        assertEquals(List.of(1, 5), numbers());
        int added = database.write(tx -> add(tx, 6));
        assertEquals(1, added, "the writer goes on after an Error");
    }

    @Test
    void after_commit_runs_in_order_when_durable_and_never_for_failed_work() throws Exception {
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        List<Future<?>> answers =
                inOneBatch(
                        List.of(
                                tx -> {
                                    add(tx, 1);
                                    tx.afterCommit(() -> ran.add("sees " + numbers()));
                                    return null;
                                },
                                tx -> {
                                    tx.afterCommit(() -> ran.add("never"));
                                    throw new IllegalStateException("failed");
                                },
                                tx -> {
                                    add(tx, 2);
                                    tx.afterCommit(() -> {
                                        throw new AssertionError("a bad listener");
                                    });
                                    tx.afterCommit(() -> ran.add("second"));
                                    return null;
                                }));
        answers.get(0).get();
        failureOf(answers.get(1));
        answers.get(2).get();
        assertEquals(List.of("sees [1, 2]", "second"), ran);
    }

    @Test
    void what_fails_takes_its_whole_batch_with_it_and_nobody_is_told_otherwise() throws Exception {
        Work<Integer> half =
                tx -> {
                    add(tx, 3);
                    return tx.update("insert into nowhere values (1)");
                };
        List<Future<?>> answers =
                HeldWriter.inOneBatch(
                        database,
                        List.of(
                                () -> database.write(adding(1)),
                                () -> database.writeTogether(adding(2)),
                                () -> database.writeTogether(half),
                                () -> database.writeTogether(adding(4))));
        for (Future<?> answer : answers) {
            assertInstanceOf(StoreUnavailable.class, failureOf(answer));
        }
        assertEquals(List.of(), numbers());
        assertEquals(1, database.writeTogether(adding(5)));
        assertEquals(List.of(5), numbers());
    }

    @Test
    void a_neighbour_that_fails_alone_leaves_the_others_durable() throws Exception {
        List<Future<?>> answers =
                HeldWriter.inOneBatch(
                        database,
                        List.of(
                                () -> database.writeTogether(adding(1)),
                                () ->
                                        database.write(tx -> {
                                            add(tx, 2);
                                            throw new IllegalArgumentException("mine");
                                        }),
                                () -> database.writeTogether(adding(3))));
        assertEquals(1, answers.get(0).get());
        assertInstanceOf(IllegalArgumentException.class, failureOf(answers.get(1)));
        assertEquals(1, answers.get(2).get());
        assertEquals(List.of(1, 3), numbers());
    }
}
