package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonPOJOBuilder;
import java.io.Serializable;
import java.util.Arrays;
import org.e2spark.data.shard.ShardManifest;

/**
 * What is minimised: cross entropy, with classes and samples that may count differently and labels
 * that may be smoothed (Szegedy et al., Rethinking the Inception architecture, 2016), as {@code
 * torch.nn.functional.cross_entropy} sums it.
 *
 * <p>Samples count by the weights that the data have, divided by their mean over the split. A mean
 * over a batch's samples is then, on the average over batches, the sum of weighted losses by the
 * sum of weights over the whole split: weights of another unit train the same, and a batch whose
 * weights are all 0 changes nothing.
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
   * @param split whose samples and classes have weights, of mean 1 after division
   */
  Sum sum(ShardManifest data, String split) {
    double[] byClass = classWeights.of(data, split);
    if (!data.weighted()
        && labelSmoothing == 0
        && Arrays.stream(byClass).allMatch(weight -> weight == 1)) {
      return (logits, labels, weights) -> CrossEntropy.sum(logits, labels);
    }
    float[] values = floats(byClass, 1);
    double mean = data.split(split).meanWeight();
    return (logits, labels, weights) -> {
      NDManager manager = labels.getManager();
      NDArray losses = losses(logits, labels, manager.create(values));
      return data.weighted()
          ? losses.mul(manager.create(floats(weights, mean))).sum()
          : losses.sum();
    };
  }

  private static float[] floats(double[] values, double divisor) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) (values[i] / divisor);
    }
    return floats;
  }

  /** The loss of each sample, of (batch, classes) logits and (classes) weights. */
  private NDArray losses(NDArray logits, NDArray labels, NDArray byClass) {
    NDArray surprise = logits.logSoftmax(1).neg();
    NDArray own = byClass.gather(labels, 0).mul(surprise.gather(labels.expandDims(1), 1).flatten());
    if (labelSmoothing == 0) {
      return own;
    }
    NDArray every = surprise.mul(byClass).sum(new int[] {1});
    return own.mul((float) (1 - labelSmoothing))
        .add(every.mul((float) (labelSmoothing / byClass.size())));
  }

  /** A loss summed over samples. */
  @FunctionalInterface
  interface Sum {
    /**
     * The sum, as one number.
     *
     * @param logits (batch, classes)
     * @param labels int64 (batch)
     * @param weights how much each sample counts, as the data have it
     */
    NDArray of(NDArray logits, NDArray labels, double[] weights);
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
