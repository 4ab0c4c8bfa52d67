package org.e2spark.cli;

import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import org.e2spark.events.EpochMetrics;
import org.e2spark.events.TimeShares;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.text.Text;

/** Shows a training as a bar with loss, images a second and time left. */
final class ProgressConsole implements TrainListener, AutoCloseable {

  private final PrintWriter out;
  private final String name;
  private final int epochs;
  private ProgressBar bar;
  private String validation = "";
  private String times = "";

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
    } else if (event instanceof TrainEvent.Progressed progress) {
      step(progress.samples(), progress.epoch(), progress.loss());
    } else if (event instanceof TrainEvent.Validated validated) {
      validation =
          Text.format(
              ", validation %.4f (%.2f %%)",
              validated.metrics().loss(), 100 * validated.metrics().accuracy());
    } else if (event instanceof TrainEvent.EpochFinished finished) {
      EpochMetrics epoch = finished.metrics();
      times = times(epoch.shares());
      step(epoch.samples(), epoch.epoch(), epoch.loss());
      if (bar != null && !ConsoleLine.isTerminal()) {
        bar.refresh();
      }
    }
  }

  private void start(long samples, long done) {
    close();
    bar =
        ConsoleLine.bar(out)
            .setTaskName(name)
            .setInitialMax(samples)
            .startsFrom(done, Duration.ZERO)
            .setUnit(" images", 1)
            .build();
  }

  private void step(long samples, int epoch, double loss) {
    if (bar != null) {
      bar.stepTo(samples);
      bar.setExtraMessage(message(epoch, loss));
    }
  }

  private String message(int epoch, double loss) {
    return Text.format(" loss %.4f epoch %d/%d%s%s", loss, epoch + 1, epochs, validation, times);
  }

  private static String times(TimeShares shares) {
    return shares.areKnown()
        ? Text.format(
            ", waits %.0f %% for images, %.0f %% for sums",
            100 * shares.data(), 100 * shares.synchronisation())
        : "";
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
