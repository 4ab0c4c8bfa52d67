package org.e2spark.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.e2spark.group.GroupElement;
import org.e2spark.torch.Autograd;
import org.e2spark.train.Softmax;

/**
 * What a classifier says of an image at every angle.
 *
 * @param views by rising angle, the upright image first; then the mirrored ones, if there are any
 */
public record Stability(List<View> views) {

  /** Views of one turn. */
  static final int ANGLES = 48;

  private static final int BATCH = 8;

  /**
   * The image as it was turned, and what the network says of it.
   *
   * @param element the turn, and a mirroring before it
   * @param probabilities by class
   * @param deviation of the logits from those of the upright image: the largest difference divided
   *     by the largest logit
   */
  public record View(GroupElement element, List<Double> probabilities, double deviation) {

    /** The class of the largest probability. */
    public int predicted() {
      int best = 0;
      for (int i = 1; i < probabilities.size(); i++) {
        if (probabilities.get(i) > probabilities.get(best)) {
          best = i;
        }
      }
      return best;
    }

    /** Counter-clockwise, 0 to 360. */
    public double degrees() {
      return Math.toDegrees(element.angle());
    }

    boolean isMirrored() {
      return element.reflection() == 1;
    }
  }

  /** Copies the list. */
  public Stability {
    views = List.copyOf(views);
  }

  /** What the network says of the upright image. */
  public View upright() {
    return views.get(0);
  }

  /** The share of views of which the network says the same as of the upright image. */
  public double agreement() {
    long same = views.stream().filter(v -> v.predicted() == upright().predicted()).count();
    return (double) same / views.size();
  }

  /** The angles of a turn. */
  static double angle(int step) {
    return 2 * Math.PI * step / ANGLES;
  }

  /**
   * Asks the network.
   *
   * @param mirrorings whether the mirrored image is turned, too
   */
  static Stability of(Block network, TurningImage image, Mirrorings mirrorings, NDManager manager) {
    List<GroupElement> elements = new ArrayList<>();
    for (int reflection = 0; reflection <= (mirrorings == Mirrorings.WITH ? 1 : 0); reflection++) {
      for (int step = 0; step < ANGLES; step++) {
        elements.add(new GroupElement(reflection, angle(step)));
      }
    }
    List<View> views = new ArrayList<>();
    float[] upright = null;
    for (int from = 0; from < elements.size(); from += BATCH) {
      List<GroupElement> part = elements.subList(from, Math.min(from + BATCH, elements.size()));
      try (NDManager scratch = manager.newSubManager();
          var scope = Autograd.pause()) {
        NDArray x = image.input(scratch, part.toArray(GroupElement[]::new));
        NDArray logits =
            network
                .forward(new ParameterStore(scratch, false), new NDList(x), false)
                .singletonOrThrow();
        for (int i = 0; i < part.size(); i++) {
          float[] row = logits.get(i).toFloatArray();
          upright = upright == null ? row : upright;
          views.add(
              new View(
                  part.get(i),
                  Arrays.stream(Softmax.of(row)).boxed().toList(),
                  deviation(row, upright)));
        }
      }
    }
    return new Stability(views);
  }

  /** Which images are turned. */
  enum Mirrorings {
    WITHOUT,
    WITH
  }

  private static double deviation(float[] logits, float[] upright) {
    double difference = 0;
    double largest = 0;
    for (int i = 0; i < logits.length; i++) {
      difference = Math.max(difference, Math.abs(logits[i] - upright[i]));
      largest = Math.max(largest, Math.abs(upright[i]));
    }
    return difference == 0 ? 0 : difference / largest;
  }
}
