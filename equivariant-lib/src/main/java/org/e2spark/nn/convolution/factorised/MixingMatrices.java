package org.e2spark.nn.convolution.factorised;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.e2spark.nn.Constant;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.TorchFunction;

/** The mixing matrices of a plan as a function of the weights, and its transpose. */
final class MixingMatrices implements AutoCloseable {

  private static final TorchFunction GATHER =
      TorchFunction.of(
          "w, m, index, scale",
          List.of("_0 = torch.mul(torch.index_select(w, 0, index), scale, out=m)"),
          "m");
  private static final TorchFunction GATHER_BACK =
      TorchFunction.of(
          "g, index, scale", List.of(), "torch.index_select(torch.mul(g, scale), 0, index)");

  private final Constant weightOfEntry;
  private final Constant scaleOfEntry;
  private final Constant entryOfWeight;
  private final int entries;

  MixingMatrices(MixingPlan plan) {
    MixingEntries placed = plan.entries();
    entries = placed.size();
    weightOfEntry = Constant.indices(placed::weightOfEntry, entries);
    scaleOfEntry = Constant.floats(placed::scaleOfEntry, new Shape(entries));
    entryOfWeight = Constant.indices(placed::entryOfWeight, placed.weights());
  }

  /** (entries) of all matrices. */
  Shape shape() {
    return new Shape(entries);
  }

  /**
   * Writes the matrices.
   *
   * @param weights (weights)
   */
  void write(NDArray weights, NDArray matrices) {
    weightOfEntry.keepWith(weights.getManager());
    scaleOfEntry.keepWith(weights.getManager());
    entryOfWeight.keepWith(weights.getManager());
    try (Autograd scope = Autograd.pause()) {
      GATHER
          .apply(
              matrices.getManager(),
              weights,
              matrices,
              weightOfEntry.at(weights),
              scaleOfEntry.at(weights))
          .close();
    }
  }

  /**
   * Takes a gradient at the matrices to the weights.
   *
   * @return (weights), owned by {@code gradient}'s manager
   */
  NDArray pullBack(NDArray gradient) {
    try (Autograd scope = Autograd.pause()) {
      return GATHER_BACK.apply(
          gradient.getManager(), gradient, entryOfWeight.at(gradient), scaleOfEntry.at(gradient));
    }
  }

  @Override
  public void close() {
    weightOfEntry.close();
    scaleOfEntry.close();
    entryOfWeight.close();
  }
}
