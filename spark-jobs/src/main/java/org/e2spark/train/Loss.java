package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonPOJOBuilder;
import java.io.Serializable;
import java.util.Arrays;
import org.e2spark.data.shard.ShardManifest;

/**
 * What is minimised: cross entropy, with classes that may count differently and labels that may be
 * smoothed (Szegedy et al., Rethinking the Inception architecture, 2016), as {@code
 * torch.nn.functional.cross_entropy} sums it.
 *
 * @param classWeights how much each class counts
 * @param labelSmoothing share of a label that is spread evenly over all classes, in [0, 1)
 */
@JsonDeserialize(builder = Loss.Json.class)
public record Loss(ClassWeights classWeights, double labelSmoothing) implements Serializable {

  /** Cross entropy as it is. */
  public static final Loss CROSS_ENTROPY = new Loss(new ClassWeights.Equal(), 0);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public Loss {
    if (classWeights == null || !(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "Invalid label smoothing: " + labelSmoothing + " (in [0, 1)), or no class weights");
    }
  }

  /** The same with other class weights. */
  public Loss withClassWeights(ClassWeights weights) {
    return new Loss(weights, labelSmoothing);
  }

  /** The same with another smoothing. */
  public Loss withLabelSmoothing(double share) {
    return new Loss(classWeights, share);
  }

  /**
   * The sum over samples, for the classes of some data.
   *
   * @param split whose samples have weights of mean 1
   */
  Sum sum(ShardManifest data, String split) {
    double[] weights = classWeights.of(data, split);
    if (labelSmoothing == 0 && Arrays.stream(weights).allMatch(weight -> weight == 1)) {
      return CrossEntropy::sum;
    }
    float[] values = new float[weights.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) weights[i];
    }
    return (logits, labels) -> weighted(logits, labels, labels.getManager().create(values));
  }

  private NDArray weighted(NDArray logits, NDArray labels, NDArray weights) {
    NDArray surprise = logits.logSoftmax(1).neg();
    NDArray own = weights.gather(labels, 0).mul(surprise.gather(labels.expandDims(1), 1).flatten());
    NDArray sum = own.sum().mul((float) (1 - labelSmoothing));
    if (labelSmoothing == 0) {
      return sum;
    }
    NDArray every = surprise.mul(weights).sum();
    return sum.add(every.mul((float) (labelSmoothing / weights.size())));
  }

  /** A loss summed over samples. */
  @FunctionalInterface
  interface Sum {
    /**
     * The sum, as one number.
     *
     * @param logits (batch, classes)
     * @param labels int64 (batch)
     */
    NDArray of(NDArray logits, NDArray labels);
  }

  /** What JSON leaves out has its default. */
  @JsonPOJOBuilder
  static final class Json {
    @JsonProperty private ClassWeights classWeights = CROSS_ENTROPY.classWeights;
    @JsonProperty private double labelSmoothing;

    Loss build() {
      return new Loss(classWeights, labelSmoothing);
    }
  }
}
