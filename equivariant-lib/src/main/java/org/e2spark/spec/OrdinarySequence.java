package org.e2spark.spec;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.e2spark.interchange.HasPlainForm;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;

/** Ordinary layers one after another, under names; of DJL's own sequences, positions are names. */
public final class OrdinarySequence extends AbstractBlock implements HasPlainForm {

  private final Map<String, Block> blocks;
  private final int channels;

  OrdinarySequence(Map<String, Block> blocks, int channels) {
    this.blocks = new LinkedHashMap<>(blocks);
    this.channels = channels;
    this.blocks.forEach(this::addChildBlock);
  }

  /** The channels that it gives. */
  public int channels() {
    return channels;
  }

  /** The layers, by name. */
  public Map<String, Block> blocks() {
    return Collections.unmodifiableMap(blocks);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDList current = inputs;
    for (Block block : blocks.values()) {
      current = block.forward(store, current, training);
    }
    return current;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    Shape[] shapes = inputShapes;
    for (Block block : blocks.values()) {
      block.initialize(manager, type, shapes);
      shapes = block.getOutputShapes(shapes);
    }
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape[] shapes = inputShapes;
    for (Block block : blocks.values()) {
      shapes = block.getOutputShapes(shapes);
    }
    return shapes;
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return new Sequence(blocks.values().stream().map(arrays::plainForm).toList());
  }
}
