package org.e2spark.cli;

import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import org.e2spark.text.Text;
import org.e2spark.train.EpochMetrics;
import org.e2spark.train.Progress;
import org.e2spark.train.TrainListener;

/** Shows a training as a bar with loss, images a second and time left. */
final class ProgressConsole implements TrainListener, AutoCloseable {

  private final PrintWriter out;
  private final String name;
  private final int epochs;
  private ProgressBar bar;

  /**
   * @param out where the bar goes
   * @param name of what is trained
   * @param epochs of the training
   */
  ProgressConsole(PrintWriter out, String name, int epochs) {
    this.out = out;
    this.name = name;
    this.epochs = epochs;
  }

  @Override
  public void started(long samples, long done) {
    bar =
        ConsoleLine.bar(out)
            .setTaskName(name)
            .setInitialMax(samples)
            .startsFrom(done, Duration.ZERO)
            .setUnit(" images", 1)
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
      if (!ConsoleLine.isTerminal()) {
        bar.refresh();
      }
    }
  }

  private String message(int epoch, double loss) {
    return Text.format(" loss %.4f epoch %d/%d", loss, epoch + 1, epochs);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
