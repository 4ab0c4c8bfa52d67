package org.e2spark.cli;

import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import org.e2spark.data.source.known.FetchProgress;

/** Shows downloads, one bar a file. */
final class FetchConsole implements FetchProgress, AutoCloseable {

  private static final long MEBIBYTE = 1L << 20;

  private final PrintWriter out;
  private String file = "";
  private ProgressBar bar;

  /**
   * @param out where the bars go
   */
  FetchConsole(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void advanced(String name, long done, long total) {
    if (bar == null || !name.equals(file)) {
      close();
      file = name;
      bar =
          ConsoleLine.bar(out, new ProgressLine("MiB", MEBIBYTE))
              .setTaskName(name)
              .setInitialMax(total)
              .startsFrom(done, Duration.ZERO)
              .build();
    }
    bar.maxHint(total);
    bar.stepTo(done);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
