package org.e2spark.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.e2spark.train.EpochMetrics;
import org.e2spark.train.Progress;
import org.e2spark.train.TrainListener;

/**
 * Shows a training as a bar with loss, images a second and time left: redrawn in place on a
 * terminal, a line every few seconds elsewhere.
 */
final class ProgressConsole implements TrainListener, AutoCloseable {

  private static final int TERMINAL_MILLIS = 200;
  private static final int LOG_MILLIS = 5_000;
  private static final int WIDTH = 110;

  private final PrintWriter out;
  private final boolean terminal;
  private final String name;
  private final int epochs;
  private ProgressBar bar;

  /**
   * @param out where the bar goes
   * @param terminal whether a line there can be written over
   * @param name of what is trained
   * @param epochs of the training
   */
  ProgressConsole(PrintWriter out, boolean terminal, String name, int epochs) {
    this.out = out;
    this.terminal = terminal;
    this.name = name;
    this.epochs = epochs;
  }

  @Override
  public void started(long samples, long done) {
    bar =
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(samples)
            .startsFrom(done, Duration.ZERO)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(terminal ? TERMINAL_MILLIS : LOG_MILLIS)
            .setUnit(" images", 1)
            .showSpeed()
            .setConsumer(new Line())
            .build();
  }

  @Override
  public void progressed(Progress progress) {
    if (bar != null) {
      bar.stepTo(progress.samples());
      bar.setExtraMessage(message(progress.epoch(), progress.loss()));
    }
  }

  @Override
  public void finished(EpochMetrics epoch) {
    if (bar != null) {
      bar.stepTo(epoch.samples());
      bar.setExtraMessage(message(epoch.epoch(), epoch.loss()));
      if (!terminal) {
        bar.refresh();
      }
    }
  }

  private String message(int epoch, double loss) {
    return String.format(Locale.ROOT, " loss %.4f epoch %d/%d", loss, epoch + 1, epochs);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  private final class Line implements ProgressBarConsumer {
    private String last = "";

    @Override
    public int getMaxRenderedLength() {
      return WIDTH;
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
}
