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
import org.e2spark.interchange.HasPlainForm;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.PlainNetwork;
import org.e2spark.interchange.Sequence;
import org.e2spark.interchange.SpatialReduction;
import org.e2spark.torch.Ops;

/**
 * An image classifier: a convolutional part, a reduction over space, and a head.
 *
 * <p>Input (batch, channels, height, width); output the logits (batch, classes). Parameters are
 * named {@code features.…} and {@code head.…}.
 */
public final class Classifier extends AbstractBlock implements HasPlainForm {

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

  /**
   * A copy of this network for evaluation, in plain layers that know nothing of groups.
   *
   * @return equal outputs but for rounding; it owns its memory and must be closed
   * @throws org.e2spark.interchange.UnsupportedExportException if a block inside has no plain form
   */
  public PlainNetwork export() {
    return PlainNetwork.of(this);
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return Sequence.of(arrays.plainForm(features), plainReduction(), arrays.plainForm(head));
  }

  /** What makes vectors of the images of features. */
  PlainLayer plainReduction() {
    return new SpatialReduction(
        switch (reduction) {
          case MAX -> org.e2spark.interchange.Reduction.MAXIMUM;
          case MEAN -> org.e2spark.interchange.Reduction.MEAN;
        });
  }

  /** The convolutional part. */
  Block features() {
    return features;
  }

  /** From vectors to logits. */
  Block head() {
    return head;
  }

  private Shape[] reduced(Shape[] inputShapes) {
    Shape shape = features.getOutputShapes(inputShapes)[0];
    return new Shape[] {new Shape(shape.get(0), shape.get(1))};
  }
}
