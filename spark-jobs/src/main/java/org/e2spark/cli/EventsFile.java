package org.e2spark.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import org.e2spark.checkpoint.Json;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;

/** Appends every event of a training to a file, as a line of JSON with its time, for tools. */
final class EventsFile implements TrainListener, AutoCloseable {

  private final Writer lines;
  private final Clock clock;

  private EventsFile(Writer lines, Clock clock) {
    this.lines = lines;
    this.clock = clock;
  }

  /**
   * Opens a file, which may hold lines already.
   *
   * @throws UsageException when it cannot be written
   */
  static EventsFile append(Path file) {
    try {
      return new EventsFile(
          Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
          Clock.systemUTC());
    } catch (IOException e) {
      throw new UsageException(
          "Cannot write --events " + file + ": name a file in a folder that exists", e);
    }
  }

  @Override
  public void happened(TrainEvent event) {
    ObjectNode fields = Json.tree(event);
    ObjectNode line = fields.objectNode().put("time", clock.instant().toString());
    line.setAll(fields);
    try {
      lines.write(Json.line(line));
      lines.write('\n');
      lines.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
