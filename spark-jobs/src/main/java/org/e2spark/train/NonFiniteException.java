package org.e2spark.train;

import java.util.List;

/** The sums of a batch over all workers are infinite or no numbers; nothing was changed by them. */
final class NonFiniteException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int SHOWN = 3;

  /**
   * @param loss sum over the batch
   * @param tensors what is not finite beside it, in the network's order
   */
  NonFiniteException(double loss, List<String> tensors) {
    super(describe(loss, tensors));
  }

  private static String describe(double loss, List<String> tensors) {
    String first =
        Double.isFinite(loss) ? "The loss is finite, but not " : "The loss is " + loss + "; so is ";
    if (tensors.isEmpty()) {
      return "The loss is " + loss;
    }
    String more =
        tensors.size() > SHOWN ? " and " + (tensors.size() - SHOWN) + " more tensors" : "";
    return first + String.join(", ", tensors.subList(0, Math.min(SHOWN, tensors.size()))) + more;
  }
}
