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

  /** Sums over a batch, which may be empty; the cross entropy is plain. */
  public SampleSums evaluate(ImageBatch images) {
    if (images.size() == 0) {
      return SampleSums.ZERO;
    }
    try (NDManager scratch = manager.newSubManager();
        Autograd ignored = Autograd.pause()) {
      NDList input = new NDList(normalizer.input(images, scratch));
      NDArray labels = images.labels(scratch);
      ParameterStore store = new ParameterStore(scratch, false);
      NDArray logits = network.forward(store, input, false).singletonOrThrow();
      return new SampleSums(
          CrossEntropy.sum(logits, labels).getFloat(),
          CrossEntropy.correct(logits, labels),
          images.size());
    }
  }
}
