package postern.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;

import postern.app.config.LogFormat;

/**
 * Logging to stderr: JSON lines for machines, text for a terminal. Found by logback as a service.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
    private static volatile LogFormat format = LogFormat.AUTO;
    private static volatile boolean silent;

    /** Before the first logger is asked for. */
    static void use(LogFormat chosen) {
        format = chosen;
    }

    /** For commands that say themselves what they find. Before the first logger is asked for. */
    public static void beSilent() {
        silent = true;
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(isJson() ? json(context) : text(context));
        appender.start();
        var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(silent ? Level.OFF : Level.WARN);
        root.addAppender(appender);
        context.getLogger("postern").setLevel(silent ? Level.OFF : Level.INFO);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static boolean isJson() {
        return switch (format) {
            case JSON -> true;
            case TEXT -> false;
            case AUTO -> System.console() == null || !System.console().isTerminal();
        };
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        var encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithContext(false);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithFormattedMessage(false);
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> text(LoggerContext context) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{HH:mm:ss.SSS} %-5level %msg %kvp{NONE} %mdc%n%ex{short}");
        encoder.start();
        return encoder;
    }
}
