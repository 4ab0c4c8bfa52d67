package org.e2spark.interchange;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import java.util.List;

/**
 * Layers one after another; none of them for the identity.
 *
 * @param layers in the order of computation
 */
public record Sequence(List<PlainLayer> layers) implements PlainLayer {

  /** What leaves its input as it is. */
  public static final Sequence IDENTITY = new Sequence(List.of());

  public Sequence {
    layers = List.copyOf(layers);
  }

  /** Layers one after another. */
  public static Sequence of(PlainLayer... layers) {
    return new Sequence(List.of(layers));
  }

  @Override
  public Block block() {
    var block = new SequentialBlock();
    layers.forEach(layer -> block.add(layer.block()));
    return layers.isEmpty() ? block.addSingleton(x -> x) : block;
  }

  @Override
  public String write(Program program, String x) {
    String y = x;
    for (PlainLayer layer : layers) {
      y = layer.write(program, y);
    }
    return y;
  }
}
