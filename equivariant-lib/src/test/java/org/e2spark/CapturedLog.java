package org.e2spark;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What the library logs while something runs: the lines of slf4j-simple, level and logger first.
 */
public final class CapturedLog {

  /** Something that logs. */
  @FunctionalInterface
  public interface Action {
    void run() throws Exception;
  }

  private CapturedLog() {}

  /** The lines of one level, such as "WARN". */
  public static List<String> linesOf(String level, Action action) throws Exception {
    PrintStream console = System.err;
    var bytes = new ByteArrayOutputStream();
    try (var copy = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      System.setErr(copy);
      action.run();
    } finally {
      System.setErr(console);
    }
    return bytes
        .toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains(" " + level + " org.e2spark."))
        .toList();
  }
}
