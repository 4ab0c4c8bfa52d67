package org.e2spark.train;

import java.util.Arrays;
import org.e2spark.sync.Communicator;
import org.e2spark.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether gradients travel segment by segment: tried by turns on the first steps of several
 * workers, who then take together what made their steps shorter. The trained bits are the same
 * either way.
 */
final class SegmentTrial {

  private static final Logger log = LoggerFactory.getLogger(SegmentTrial.class);

  private static final int WARM_UP = 4;
  private static final int EACH = 8;

  /** What segments must save, as their steps are less even. */
  private static final double LEAST_GAIN = 0.02;

  /** When a step goes by segments. */
  enum Rule {
    /** Where it is found to be faster. */
    TRIED,
    ALWAYS,
    NEVER
  }

  private final int segments;
  private final Rule rule;
  private final double[] whole = new double[EACH];
  private final double[] cut = new double[EACH];
  private int step;
  private long began;
  private boolean isChosen;
  private String description = "";

  SegmentTrial(int segments, Rule rule) {
    this.segments = segments;
    this.rule = rule;
  }

  /** Begins a step; whether it is to go by segments. */
  boolean begin(Communicator communicator) {
    if (!isTried(communicator)) {
      return rule == Rule.ALWAYS;
    }
    began = System.nanoTime();
    return isOver() ? isChosen : step >= WARM_UP && (step - WARM_UP) % 2 == 1;
  }

  private boolean isTried(Communicator communicator) {
    return rule == Rule.TRIED && segments > 1 && communicator.worldSize() > 1;
  }

  private boolean isOver() {
    return step >= WARM_UP + 2 * EACH;
  }

  /** Ends a step; after the last one of the trial, all workers choose. */
  void end(Communicator communicator) {
    if (!isTried(communicator) || isOver()) {
      return;
    }
    int turn = step - WARM_UP;
    if (turn >= 0) {
      (turn % 2 == 0 ? whole : cut)[turn / 2] = (System.nanoTime() - began) / 1e6;
    }
    step++;
    if (isOver()) {
      choose(communicator);
    }
  }

  private void choose(Communicator communicator) {
    float[] millis = {(float) median(whole), (float) median(cut)};
    communicator.allReduceSum(millis);
    isChosen = millis[1] < (1 - LEAST_GAIN) * millis[0];
    int world = communicator.worldSize();
    description =
        Text.format(
            "%s (a step took %.1f ms in one bucket, %.1f ms in %d segments)",
            isChosen ? "in segments" : "in one bucket",
            millis[0] / world,
            millis[1] / world,
            segments);
    if (communicator.rank() == 0) {
      log.info("Gradients travel {}", description);
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) / 2];
  }

  /** What was chosen and why, for people; empty before. */
  String description() {
    return description;
  }
}
