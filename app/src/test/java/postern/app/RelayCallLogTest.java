package postern.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import postern.access.GrantId;
import postern.forge.relay.RelayCall;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

class RelayCallLogTest {
    private static final GrantId GRANT = GrantId.parse("AAAAAAAAAAAAAAAAAAAAAA").orElseThrow();

    private final Logger logger = (Logger) LoggerFactory.getLogger(RelayCallLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final AtomicLong nanos = new AtomicLong();
    private final RelayCallLog log = new RelayCallLog(nanos::get);

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(lines);
    }

    private void call(long lease) {
        log.called(
                new RelayCall(
                        lease,
                        GRANT,
                        Instant.EPOCH,
                        "GET",
                        "/api/v1/repos/{}/{}",
                        404,
                        Duration.ofNanos(1_500_000)));
    }

    private String last() {
        return lines.list.getLast().getKeyValuePairs().toString();
    }

    @Test
    void a_call_is_one_line() {
        call(7);
        assertEquals("relay.call", lines.list.getFirst().getMessage());
        assertEquals(
                "[lease=\"7\", grant=\"AAAAAAAAAAAAAAAAAAAAAA\", method=\"GET\","
                        + " path=\"/api/v1/repos/{}/{}\", status=\"404\", millis=\"1.5\","
                        + " left-out=\"0\"]",
                last());
    }

    @Test
    void a_child_that_calls_without_pause_is_cut_short_and_hides_nobody() {
        for (int i = 0; i < RelayCallLog.AT_ONCE + 40; i++) call(1);
        assertEquals(RelayCallLog.AT_ONCE, lines.list.size());
        call(2);
        assertEquals(RelayCallLog.AT_ONCE + 1, lines.list.size());
        assertEquals(true, last().contains("lease=\"2\""), last());
        assertEquals(true, last().contains("left-out=\"40\""), last());
        nanos.addAndGet(RelayCallLog.INTERVAL.toNanos());
        call(1);
        call(1);
        assertEquals(RelayCallLog.AT_ONCE + 2, lines.list.size(), "one line in each interval");
        assertEquals(true, last().contains("left-out=\"0\""), last());
    }
}
