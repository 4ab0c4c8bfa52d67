package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.torch.Autograd;

/**
 * Measures a network as it is used, not as it is trained.
 *
 * @param network initialised
 * @param normalizer of its inputs
 * @param manager on the network's device
 */
public record Evaluator(Block network, Normalizer normalizer, NDManager manager) {

  /** Sums over a batch, which may be empty; the cross entropy is unweighted. */
  public SampleSums evaluate(ImageBatch images) {
    if (images.size() == 0) {
      return SampleSums.ZERO;
    }
    try (NDManager scratch = manager.newSubManager();
        Autograd ignored = Autograd.pause()) {
      NDArray labels = images.labels(scratch);
      NDArray logits = logits(images, scratch);
      return new SampleSums(
          CrossEntropy.sum(logits, labels).getFloat(),
          CrossEntropy.correct(logits, labels),
          images.size());
    }
  }

  /** What the network takes each sample of a batch for; the batch is not empty. */
  public Predictions predict(ImageBatch images) {
    try (NDManager scratch = manager.newSubManager();
        Autograd ignored = Autograd.pause()) {
      NDArray logits = logits(images, scratch);
      long[] classes = logits.argMax(1).toLongArray();
      float[] confidences = logits.softmax(1).max(new int[] {1}).toFloatArray();
      return new Predictions(
          CrossEntropy.sum(logits, images.labels(scratch)).getFloat(), classes, confidences);
    }
  }

  private NDArray logits(ImageBatch images, NDManager scratch) {
    NDList input = new NDList(normalizer.input(images, scratch));
    ParameterStore store = new ParameterStore(scratch, false);
    return network.forward(store, input, false).singletonOrThrow();
  }

  /**
   * What a network takes samples for.
   *
   * @param loss sum of the unweighted cross entropy
   * @param classes of the largest logit, one a sample
   * @param confidences the probability of that class, one a sample
   */
  public record Predictions(double loss, long[] classes, float[] confidences) {}
}
