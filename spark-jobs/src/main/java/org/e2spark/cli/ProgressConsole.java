package org.e2spark.cli;

import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import org.e2spark.events.EpochMetrics;
import org.e2spark.events.TimeShares;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.events.ValidationMetrics;
import org.e2spark.text.Text;

/**
 * Shows a training as a bar with loss, error, images a second and time left, and each epoch, when
 * it has ended, as a line with where the time went.
 */
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
  public void happened(TrainEvent event) {
    if (event instanceof TrainEvent.Started started) {
      start(started.samples(), started.done());
    } else if (event instanceof TrainEvent.Progressed now) {
      step(now.samples(), now.epoch(), now.loss(), now.accuracy());
    } else if (event instanceof TrainEvent.Validated validated) {
      ConsoleLine.tell(out, measured(validated));
    } else if (event instanceof TrainEvent.EpochFinished finished) {
      EpochMetrics epoch = finished.metrics();
      step(epoch.samples(), epoch.epoch(), epoch.loss(), epoch.accuracy());
      if (bar != null && !ConsoleLine.isTerminal()) {
        bar.refresh();
      }
      ConsoleLine.tell(out, summary(epoch));
    }
  }

  private void start(long samples, long done) {
    close();
    bar =
        ConsoleLine.bar(out, new ProgressLine("images", 1))
            .setTaskName(name)
            .setInitialMax(samples)
            .startsFrom(done, Duration.ZERO)
            .build();
  }

  private void step(long samples, int epoch, double loss, double accuracy) {
    if (bar != null) {
      bar.stepTo(samples);
      bar.setExtraMessage(
          Text.format(
              " loss %.4f error %.2f %% epoch %d/%d", loss, error(accuracy), epoch + 1, epochs));
    }
  }

  private String summary(EpochMetrics epoch) {
    return Text.format(
        "epoch %d/%d: loss %.4f, error %.2f %%, %.1f images/s%s",
        epoch.epoch() + 1,
        epochs,
        epoch.loss(),
        error(epoch.accuracy()),
        epoch.imagesPerSecond(),
        times(epoch.shares()));
  }

  private static String measured(TrainEvent.Validated validated) {
    ValidationMetrics metrics = validated.metrics();
    return Text.format(
        "measured on %s: loss %.4f, error %.2f %%%s",
        validated.split(),
        metrics.loss(),
        error(metrics.accuracy()),
        validated.isBest() ? ", the best so far" : "");
  }

  private static double error(double accuracy) {
    return 100 * (1 - accuracy);
  }

  private static String times(TimeShares shares) {
    return shares.areKnown()
        ? Text.format(
            "; time: %.0f %% waiting for images, %.0f %% computing, %.0f %% synchronising",
            100 * shares.data(), 100 * shares.compute(), 100 * shares.synchronisation())
        : "";
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
