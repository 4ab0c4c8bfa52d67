package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import java.util.List;
import org.e2spark.model.Networks;
import org.e2spark.torch.Autograd;

/** A network on a batch of 16 images, to be trained, evaluated, and its filters expanded. */
final class TrainingStep implements AutoCloseable {

  private static final int BATCH = 16;

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final Block network;
  private final List<SteerableConvolution> convolutions;
  private final NDArray images;
  private final NDArray labels;

  /** On images of 28 by 28 with one channel. */
  TrainingStep(Block network) {
    this(network, 1, 28);
  }

  TrainingStep(Block network, int channels, int size) {
    this.network = network;
    Networks.initialize(network, manager, new Shape(1, channels, size, size), 1);
    convolutions = RegularC8.convolutions(network);
    images = manager.randomNormal(0, 1, new Shape(BATCH, channels, size, size), DataType.FLOAT32);
    labels = manager.zeros(new Shape(BATCH), DataType.INT32);
  }

  /**
   * Forward and backward, after a write to the weights of steerable layers, as an optimiser writes,
   * so that every filter is expanded anew. The optimiser's own step is left out: it costs the same
   * per parameter, and a steerable network has fewer.
   */
  float train() {
    try (var scope = Autograd.pause()) {
      convolutions.forEach(convolution -> weights(convolution).muli(1));
    }
    try (NDManager step = manager.newSubManager();
        var scope = Autograd.record()) {
      NDArray y = forward(step, true);
      NDArray target = labels.reshape(BATCH);
      target.attach(step);
      NDArray loss = Loss.softmaxCrossEntropyLoss().evaluate(new NDList(target), new NDList(y));
      scope.backward(loss);
      return loss.getFloat();
    }
  }

  /** A forward pass for evaluation. */
  float evaluate() {
    try (NDManager step = manager.newSubManager();
        var scope = Autograd.pause()) {
      return forward(step, false).toFloatArray()[0];
    }
  }

  /** Somewhere to write all filters to. */
  List<NDArray> filters() {
    return convolutions.stream().map(c -> c.expandFilter(manager).stopGradient()).toList();
  }

  /** All filters from their weights. */
  void expand(List<NDArray> filters) {
    for (int i = 0; i < filters.size(); i++) {
      SteerableConvolution convolution = convolutions.get(i);
      convolution.expansion().expandInto(weights(convolution), filters.get(i));
    }
  }

  /** Gradients at all filters back to the weights. */
  void pullBack(List<NDArray> gradients) {
    for (int i = 0; i < gradients.size(); i++) {
      SteerableConvolution convolution = convolutions.get(i);
      convolution.expansion().pullBack(weights(convolution), gradients.get(i)).close();
    }
  }

  private NDArray forward(NDManager step, boolean training) {
    NDArray x = images.reshape(images.getShape());
    x.attach(step);
    return network
        .forward(new ParameterStore(step, false), new NDList(x), training)
        .singletonOrThrow();
  }

  private static NDArray weights(SteerableConvolution convolution) {
    return convolution.getDirectParameters().get("weights").getArray();
  }

  @Override
  public void close() {
    manager.close();
  }
}
