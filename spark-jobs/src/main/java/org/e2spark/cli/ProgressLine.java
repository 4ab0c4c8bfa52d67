package org.e2spark.cli;

import java.time.Duration;
import me.tongfei.progressbar.ProgressBarRenderer;
import me.tongfei.progressbar.ProgressState;
import org.e2spark.text.Text;

/**
 * How a progress bar looks, the same in every locale. What is asked for most comes first, since a
 * narrow terminal shows the beginning alone.
 *
 * @param unit of what is counted
 * @param size how many of what is counted make one
 */
record ProgressLine(String unit, long size) implements ProgressBarRenderer {

  private static final int BAR = 8;

  @Override
  public String render(ProgressState state, int width) {
    return Text.format(
        "%s %s %s %s left%s (%s %s in %s)",
        state.getTaskName(),
        bar(state),
        speed(state),
        left(state),
        state.getExtraMessage(),
        done(state),
        unit,
        clock(state.getTotalElapsed()));
  }

  private static boolean isBounded(ProgressState state) {
    return !state.isIndefinite() && state.getMax() > 0;
  }

  private static String bar(ProgressState state) {
    if (!isBounded(state)) {
      return "[" + "?".repeat(BAR) + "]";
    }
    int full = (int) (BAR * state.getNormalizedProgress());
    String arrow = full == BAR ? "=".repeat(BAR) : "=".repeat(full) + ">";
    return Text.format(
        "[%-" + BAR + "s] %3d%%", arrow, (int) (100 * state.getNormalizedProgress()));
  }

  private String speed(ProgressState state) {
    double seconds = seconds(state);
    double advanced = advanced(state) / (double) size;
    return Text.format("%.1f %s/s", seconds > 0 ? advanced / seconds : 0, unit);
  }

  private static String left(ProgressState state) {
    long advanced = advanced(state);
    if (!isBounded(state) || advanced == 0) {
      return "?";
    }
    double left = seconds(state) * (state.getMax() - state.getCurrent()) / advanced;
    return clock(Duration.ofSeconds((long) left));
  }

  private String done(ProgressState state) {
    long done = state.getCurrent() / size;
    return isBounded(state)
        ? Text.format("%d/%d", done, state.getMax() / size)
        : Text.format("%d", done);
  }

  private static long advanced(ProgressState state) {
    return state.getCurrent() - state.getStart();
  }

  private static double seconds(ProgressState state) {
    return state.getElapsedAfterStart().toMillis() / 1e3;
  }

  private static String clock(Duration time) {
    return time.toHours() > 0
        ? Text.format("%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : Text.format("%d:%02d", time.toMinutes(), time.toSecondsPart());
  }
}
