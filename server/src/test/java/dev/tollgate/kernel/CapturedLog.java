package dev.tollgate.kernel;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What one class tells the log, from INFO upward, until this is closed. */
public final class CapturedLog implements AutoCloseable {
    private final Logger logger;
    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }
    };

    private CapturedLog(Logger logger) {
        this.logger = logger;
    }

    /** Listens from now on. */
    public static CapturedLog of(Class<?> speaker) {
        CapturedLog log = new CapturedLog((Logger) LoggerFactory.getLogger(speaker));
        log.appender.start();
        log.logger.setLevel(Level.INFO);
        log.logger.addAppender(log.appender);
        return log;
    }

    /** The levels and the first lines of what was said. */
    public List<String> lines() {
        return events.stream()
                .map(event -> event.getLevel() + " "
                        + event.getFormattedMessage().lines().findFirst().orElse(""))
                .toList();
    }

    /** In the order in which they came. */
    public List<ILoggingEvent> events() {
        return List.copyOf(events);
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setLevel(null); // as the one above it
    }
}
