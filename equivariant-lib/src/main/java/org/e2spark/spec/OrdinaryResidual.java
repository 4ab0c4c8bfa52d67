package org.e2spark.spec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.HasPlainForm;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;

/** As {@link org.e2spark.nn.container.ResidualModule}, of ordinary layers. */
public final class OrdinaryResidual extends AbstractBlock implements HasPlainForm {

  private final OrdinarySequence before;
  private final OrdinarySequence layers;
  private final Block shortcut;

  /**
   * A block.
   *
   * @param before what comes before both ways, or null
   * @param layers the long way
   * @param shortcut the short way, or null for the block's own input
   */
  public OrdinaryResidual(OrdinarySequence before, OrdinarySequence layers, Block shortcut) {
    this.before = before;
    this.layers = layers;
    this.shortcut = shortcut;
    if (before != null) {
      before.blocks().forEach(this::addChildBlock);
    }
    layers.blocks().forEach(this::addChildBlock);
    if (shortcut != null) {
      addChildBlock("shortcut", shortcut);
    }
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDList active = before == null ? inputs : before.forward(store, inputs, training);
    NDArray y = layers.forward(store, active, training).singletonOrThrow();
    NDList beside = shortcut == null ? inputs : shortcut.forward(store, active, training);
    return new NDList(y.add(beside.singletonOrThrow()));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    Shape[] inside = inputShapes;
    if (before != null) {
      before.initialize(manager, type, inside);
      inside = before.getOutputShapes(inside);
    }
    layers.initialize(manager, type, inside);
    if (shortcut != null) {
      shortcut.initialize(manager, type, inside);
    }
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return layers.getOutputShapes(
        before == null ? inputShapes : before.getOutputShapes(inputShapes));
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    PlainLayer first = before == null ? Sequence.IDENTITY : before.plainForm(arrays);
    PlainLayer y = layers.plainForm(arrays);
    return shortcut == null
        ? Branches.sum(Sequence.of(first, y), Sequence.IDENTITY)
        : Sequence.of(first, Branches.sum(y, arrays.plainForm(shortcut)));
  }
}
