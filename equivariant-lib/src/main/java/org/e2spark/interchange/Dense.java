package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;

/**
 * A linear map of vectors.
 *
 * @param weight (outputs, inputs)
 * @param bias (outputs), or null
 */
public record Dense(NDArray weight, NDArray bias) implements PlainLayer {

  @Override
  public Block block() {
    Linear block =
        Linear.builder().setUnits(weight.getShape().get(0)).optBias(bias != null).build();
    StockBlocks.set(block, "weight", weight);
    StockBlocks.set(block, "bias", bias);
    return block;
  }

  @Override
  public String write(Program program, String x) {
    return program.let(
        "torch.linear(%s, %s, %s)",
        x, program.array("weight", weight), program.array("bias", bias));
  }
}
