package postern.forge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Forgejo facts A6: what only the operator can mend is told to the operator, and not all day. */
class ClientRefusalsTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(ClientRefusals.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final HandClock clock = new HandClock();
    private final ClientRefusals refusals =
            new ClientRefusals(URI.create("https://git.example.org"), clock);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    private List<Level> levels() {
        return log.list.stream().map(ILoggingEvent::getLevel).toList();
    }

    @Test
    void it_is_told_at_once_and_then_every_ten_minutes() {
        for (int i = 0; i < 100; i++) refusals.refused("invalid_client: invalid client secret");
        assertEquals(List.of(Level.ERROR), levels());
        clock.advance(Duration.ofMinutes(10));
        refusals.refused("invalid_client: invalid client secret");
        assertEquals(List.of(Level.ERROR, Level.ERROR), levels());
        String pairs = log.list.getLast().getKeyValuePairs().toString();
        assertTrue(pairs.contains("more-since=\"99\""), pairs);
        assertTrue(pairs.contains("POSTERN_FORGEJO_CLIENT_SECRET"), pairs);
        assertTrue(pairs.contains("postern doctor"), pairs);
    }

    @Test
    void its_end_is_told_once_and_the_next_one_at_once() {
        refusals.accepted();
        refusals.refused("invalid_client: invalid client secret");
        refusals.accepted();
        refusals.accepted();
        refusals.refused("invalid_client: invalid client secret");
        assertEquals(List.of(Level.ERROR, Level.INFO, Level.ERROR), levels());
    }
}
