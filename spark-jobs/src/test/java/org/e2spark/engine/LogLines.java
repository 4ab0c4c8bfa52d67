package org.e2spark.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What a class logs while this is open, from warnings on. */
public final class LogLines implements AutoCloseable {

  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final Logger logger;
  private final AbstractAppender appender;
  private final Level before;

  private LogLines(Logger logger) {
    this.logger = logger;
    before = logger.getLevel();
    appender =
        new AbstractAppender("lines-" + UUID.randomUUID(), null, null, true, Property.EMPTY_ARRAY) {
          @Override
          public void append(LogEvent event) {
            if (event.getLevel().isMoreSpecificThan(Level.WARN)) {
              lines.add(event.getMessage().getFormattedMessage());
            }
          }
        };
    appender.start();
    logger.addAppender(appender);
    logger.setLevel(Level.WARN);
  }

  /** Listens to the logger of a class. */
  public static LogLines of(Class<?> type) {
    return new LogLines((Logger) LogManager.getLogger(type));
  }

  /** What was logged so far. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    logger.setLevel(before);
    logger.removeAppender(appender);
    appender.stop();
  }
}
