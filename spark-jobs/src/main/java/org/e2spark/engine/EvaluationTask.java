package org.e2spark.engine;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.e2spark.data.source.ImageShape;
import org.e2spark.model.Networks;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.nn.convolution.EvaluationChoices;
import org.e2spark.torch.EngineStart;
import org.e2spark.train.NetworkFactory;

/**
 * Measures on a worker's device how a network's convolutions are evaluated fastest. It holds no
 * state, so Spark may repeat it.
 *
 * @param network to measure
 * @param images the shape of each
 * @param classes of the labels
 * @param trained images of a pass in training
 * @param evaluated images of a pass in evaluation
 * @param threads of the tensor engine
 */
record EvaluationTask(
    NetworkFactory network, ImageShape images, int classes, int trained, int evaluated, int threads)
    implements Function<Integer, EvaluationChoices> {

  @Override
  public EvaluationChoices call(Integer ignored) {
    EngineSettings.apply(threads);
    try (NDManager manager = EngineStart.ensure().newBaseManager(Devices.of(TaskContext.get()))) {
      Block block = network.create(images.channels(), classes);
      Evaluation.AUTO.applyTo(block);
      Networks.initialize(block, manager, batch(1), 0);
      return EvaluationChoices.measure(block, manager, batch(trained), batch(evaluated));
    }
  }

  private Shape batch(int size) {
    return new Shape(size, images.channels(), images.height(), images.width());
  }
}
