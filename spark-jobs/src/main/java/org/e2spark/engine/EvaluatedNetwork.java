package org.e2spark.engine;

import ai.djl.nn.Block;
import org.e2spark.nn.convolution.EvaluationPlan;
import org.e2spark.train.NetworkFactory;

/**
 * Networks whose convolutions are evaluated as planned.
 *
 * @param network builds them
 * @param plan that all keep to
 */
record EvaluatedNetwork(NetworkFactory network, EvaluationPlan plan) implements NetworkFactory {

  @Override
  public Block create(int channels, int classes) {
    Block block = network.create(channels, classes);
    plan.applyTo(block);
    return block;
  }
}
