package org.e2spark.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.function.UnaryOperator;
import org.e2spark.torch.Ops;

/**
 * An image classifier: a convolutional part, a reduction over space, and a head.
 *
 * <p>Input (batch, channels, height, width); output the logits (batch, classes). Parameters are
 * named {@code features.…} and {@code head.…}.
 */
public final class Classifier extends AbstractBlock {

  /** How an image of features becomes one vector. */
  public enum Reduction {
    /** The largest value over all positions. */
    MAX(x -> Ops.max(x, 2, 3)),
    /** The average over all positions. */
    MEAN(x -> Ops.mean(x, 2, 3));

    private final UnaryOperator<NDArray> function;

    Reduction(UnaryOperator<NDArray> function) {
      this.function = function;
    }
  }

  private final Block features;
  private final Reduction reduction;
  private final Block head;

  /**
   * @param features takes images to (batch, features, height, width)
   * @param head takes (batch, features) to (batch, classes)
   */
  public Classifier(Block features, Reduction reduction, Block head) {
    this.features = addChildBlock("features", features);
    this.reduction = reduction;
    this.head = addChildBlock("head", head);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray x = features.forward(store, inputs, training, params).singletonOrThrow();
    return head.forward(store, new NDList(reduction.function.apply(x)), training, params);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    features.initialize(manager, type, inputShapes);
    head.initialize(manager, type, reduced(inputShapes));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return head.getOutputShapes(reduced(inputShapes));
  }

  private Shape[] reduced(Shape[] inputShapes) {
    Shape shape = features.getOutputShapes(inputShapes)[0];
    return new Shape[] {new Shape(shape.get(0), shape.get(1))};
  }
}
