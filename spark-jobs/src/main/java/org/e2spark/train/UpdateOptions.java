package org.e2spark.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonPOJOBuilder;
import java.io.Serializable;

/**
 * What is done beside the optimiser's own rule at every step.
 *
 * @param clipNorm the longest that the mean gradient over all parameters may be, in the Euclidean
 *     norm; a longer one is shortened to it (Pascanu et al., On the difficulty of training
 *     recurrent neural networks, 2013). 0 for any length
 * @param skipNonFinite how many steps of a training may be left out because a sum is infinite or no
 *     number, before that stops it
 * @param averageDecay of an exponential moving average of the weights, in (0, 1), which is
 *     validated and saved in place of the weights that are trained; 0 for none
 */
@JsonDeserialize(builder = UpdateOptions.Json.class)
public record UpdateOptions(double clipNorm, int skipNonFinite, double averageDecay)
    implements Serializable {

  /** The optimiser's rule alone. */
  public static final UpdateOptions NONE = new UpdateOptions(0, 0, 0);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public UpdateOptions {
    if (!(clipNorm >= 0 && clipNorm <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "Invalid norm to clip to: " + clipNorm + " (must be > 0, or 0 for none)");
    }
    if (skipNonFinite < 0) {
      throw new IllegalArgumentException(
          "Invalid number of steps to skip: " + skipNonFinite + " (must be >= 0)");
    }
    if (!(averageDecay >= 0 && averageDecay < 1)) {
      throw new IllegalArgumentException(
          "Invalid decay of averaged weights: " + averageDecay + " (must be in [0, 1))");
    }
  }

  /** The same with another longest gradient. */
  public UpdateOptions withClipNorm(double norm) {
    return new UpdateOptions(norm, skipNonFinite, averageDecay);
  }

  /** The same with another number of steps that may be left out. */
  public UpdateOptions withSkipNonFinite(int steps) {
    return new UpdateOptions(clipNorm, steps, averageDecay);
  }

  /** The same with averaged weights. */
  public UpdateOptions withAverageDecay(double decay) {
    return new UpdateOptions(clipNorm, skipNonFinite, decay);
  }

  /** What JSON leaves out has its default. */
  @JsonPOJOBuilder
  static final class Json {
    @JsonProperty private double clipNorm;
    @JsonProperty private int skipNonFinite;
    @JsonProperty private double averageDecay;

    UpdateOptions build() {
      return new UpdateOptions(clipNorm, skipNonFinite, averageDecay);
    }
  }
}
