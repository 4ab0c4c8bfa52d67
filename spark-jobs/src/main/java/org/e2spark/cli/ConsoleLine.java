package org.e2spark.cli;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.e2spark.text.Text;

/** Where progress bars go: redrawn in place on a terminal, a line every few seconds elsewhere. */
final class ConsoleLine implements ProgressBarConsumer {

  private static final int TERMINAL_MILLIS = 200;
  private static final int LOG_MILLIS = 5_000;
  private static final int WIDTH = 120;
  private static final int LOG_WIDTH = 140;

  private final PrintWriter out;
  private final boolean terminal;
  private String last = "";

  private ConsoleLine(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Whether a line can be written over. */
  @SuppressWarnings("SystemConsoleNull") // As it was until Java 22; this runs on 17 alone.
  static boolean isTerminal() {
    return System.console() != null;
  }

  /** Starts a bar of the tool's looks. */
  static ProgressBarBuilder bar(PrintWriter out) {
    boolean terminal = isTerminal();
    return new ProgressBarBuilder()
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(terminal ? TERMINAL_MILLIS : LOG_MILLIS)
        .showSpeed()
        .setConsumer(new ConsoleLine(out, terminal));
  }

  /** Prints a line that stays, above the bar. */
  static void tell(PrintWriter out, String line) {
    out.println(isTerminal() ? Text.format("\r%-" + WIDTH + "s", line) : line);
    out.flush();
  }

  @Override
  public int getMaxRenderedLength() {
    return terminal ? WIDTH : LOG_WIDTH;
  }

  @Override
  public void accept(String rendered) {
    if (terminal) {
      out.print("\r" + rendered);
    } else if (!rendered.equals(last)) {
      out.println(rendered);
    }
    last = rendered;
    out.flush();
  }

  @Override
  public void close() {
    if (terminal) {
      out.println();
      out.flush();
    }
  }
}
