package org.e2spark.cli;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarRenderer;
import org.e2spark.text.Text;

/** Where progress bars go: redrawn in place on a terminal, a line every few seconds elsewhere. */
final class ConsoleLine implements ProgressBarConsumer {

  private static final int TERMINAL_MILLIS = 200;
  private static final int LOG_MILLIS = 5_000;

  /** Begins the line anew and empties it. */
  private static final String ANEW = "\r\u001b[K";

  /**
   * What is longer than the terminal is cut, where whatever comes last stands in the last column.
   */
  private static final String CUT = "\u001b[?7l%s \u001b[?7h";

  private final PrintWriter out;
  private final boolean terminal;
  private String last = "";

  private ConsoleLine(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Whether a line can be written over. */
  @SuppressWarnings("SystemConsoleNull") // Java 22 to 24, which are not supported, always have one.
  static boolean isTerminal() {
    return System.console() != null && !"dumb".equals(System.getenv("TERM"));
  }

  /** Starts a bar of the tool's looks. */
  static ProgressBarBuilder bar(PrintWriter out, ProgressBarRenderer renderer) {
    boolean terminal = isTerminal();
    return new ProgressBarBuilder()
        .setRenderer(renderer)
        .setUpdateIntervalMillis(terminal ? TERMINAL_MILLIS : LOG_MILLIS)
        .setConsumer(new ConsoleLine(out, terminal));
  }

  /** Prints a line that stays, above the bar. */
  static void tell(PrintWriter out, String line) {
    out.println(isTerminal() ? ANEW + line : line);
    out.flush();
  }

  @Override
  public int getMaxRenderedLength() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void accept(String rendered) {
    if (terminal) {
      out.print(ANEW + Text.format(CUT, rendered));
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
