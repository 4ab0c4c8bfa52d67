package org.e2spark.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.e2spark.gspace.GSpace;
import org.e2spark.model.Classifier;
import org.e2spark.model.Networks;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.nonlinearity.ReLU;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.pooling.PointwiseAvgPoolAntialiased;
import org.e2spark.nn.pooling.PointwiseMaxPool;
import org.e2spark.optim.Adam;
import org.e2spark.optim.Optimizer;
import org.e2spark.optim.OptimizerState;
import org.e2spark.optim.Penalties;
import org.e2spark.optim.Sgd;
import org.e2spark.torch.Autograd;

/**
 * Cases of kind "train": a small network from a given start over a dozen batches: the loss of each
 * step, the parameters after them, and the logits of an evaluation.
 *
 * <p>Lifting convolution, inner batch normalisation, ELU, maximum pooling, convolution, inner batch
 * normalisation, ReLU, antialiased average pooling, convolution to trivial fields, mean over space,
 * linear.
 */
final class TrainCases {

  /** Losses and parameters after a dozen steps. */
  private static final double TRAINED = 1e-3;

  private TrainCases() {}

  static void run(GoldenCase c, Evaluation evaluation) {
    c.requireFields("channels", "in_channels", "classes", "optimizer", "conv_options");
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = network(c);
      evaluation.applyTo(network);
      long[] shape = c.arrays().get("x").shape();
      Shape input = new Shape(Arrays.copyOfRange(shape, 1, shape.length));
      Networks.initialize(network, manager, input, 1);
      Map<String, Parameter> state = state(network);
      state.forEach((name, parameter) -> Goldens.set(parameter, c, "init." + name));
      Goldens.skipDerived(c);
      NDArray images = Goldens.array(manager, c, "x");
      long[] labels = c.arrays().get("labels").longs();
      double[] losses = c.arrays().get("losses").values();
      float[] actual = new float[losses.length];
      CaseOptions options = c.options("optimizer");
      double learningRate = options.require("lr").getAsDouble();
      Optimizer recipe = optimizer(options);
      options.requireAllUsed();
      try (OptimizerState optimizer = recipe.start(manager, learnt(state))) {
        int batch = labels.length / losses.length;
        for (int step = 0; step < losses.length; step++) {
          long[] targets = Arrays.copyOfRange(labels, step * batch, (step + 1) * batch);
          actual[step] = step(network, images.get(step), targets);
          update(optimizer, state, learningRate);
        }
      }
      Goldens.assertClose(c.label() + " losses", actual, losses, TRAINED);
      state.forEach(
          (name, parameter) ->
              Goldens.assertClose(c, "final." + name, parameter.getArray(), TRAINED));
      NDArray logits = forward(network, images.get(0), false);
      Goldens.assertClose(c, "logits_eval", logits, TRAINED);
    }
  }

  private static float step(Block network, NDArray x, long[] labels) {
    try (NDManager manager = x.getManager().newSubManager();
        var scope = Autograd.record()) {
      x.attach(manager);
      NDArray logits = forward(network, x, true);
      NDArray loss =
          Loss.softmaxCrossEntropyLoss()
              .evaluate(new NDList(manager.create(labels)), new NDList(logits));
      scope.backward(loss);
      return loss.getFloat();
    }
  }

  private static NDArray forward(Block network, NDArray x, boolean training) {
    return network
        .forward(new ParameterStore(x.getManager(), false), new NDList(x), training)
        .singletonOrThrow();
  }

  private static void update(
      OptimizerState optimizer, Map<String, Parameter> state, double learningRate) {
    Map<String, NDArray> arrays = learnt(state);
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    arrays.forEach((name, array) -> gradients.put(name, array.getGradient()));
    optimizer.step(gradients, learningRate);
    gradients.values().forEach(NDArray::close);
    Autograd.zeroGradients(arrays.values());
  }

  private static Map<String, NDArray> learnt(Map<String, Parameter> state) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    state.forEach(
        (name, parameter) -> {
          if (parameter.requiresGradient()) {
            arrays.put(name, parameter.getArray());
          }
        });
    return arrays;
  }

  private static Map<String, Parameter> state(Block network) {
    Map<String, Parameter> state = new LinkedHashMap<>();
    StateDict.of(network)
        .forEach((name, parameter) -> state.put(name.replaceFirst("^features\\.", ""), parameter));
    return state;
  }

  private static Optimizer optimizer(CaseOptions options) {
    options.ignore("lr");
    double decay = options.number("weight_decay", 0);
    Penalties penalties = decay == 0 ? Penalties.NONE : Penalties.weightDecay(decay);
    String kind = options.require("kind").getAsString();
    return switch (kind) {
      case "Adam" -> {
        double[] betas =
            options.get("betas").map(CaseOptions::numbers).orElse(new double[] {0.9, 0.999});
        yield new Adam(betas[0], betas[1], options.number("eps", 1e-8), penalties);
      }
      case "SGD" ->
          new Sgd(
              options.number("momentum", 0),
              options.flag("nesterov", false) ? Sgd.Style.NESTEROV : Sgd.Style.HEAVY_BALL,
              penalties);
      default ->
          throw new IllegalArgumentException("Unknown optimizer: " + kind + " (known: Adam, SGD)");
    };
  }

  private static Block network(GoldenCase c) {
    JsonArray channels = c.json().getAsJsonArray("channels");
    assertThat(channels).as(c.label()).hasSize(3);
    GSpace space = c.gspace();
    FieldType image = FieldType.of(space, space.trivial(), c.json().get("in_channels").getAsInt());
    FieldType first = FieldType.of(space, space.regular(), channels.get(0).getAsInt());
    FieldType second = FieldType.of(space, space.regular(), channels.get(1).getAsInt());
    FieldType third = FieldType.of(space, space.trivial(), channels.get(2).getAsInt());
    Map<String, EquivariantModule> layers = new LinkedHashMap<>();
    layers.put("conv1", padded(c, image, first));
    layers.put("bn1", new InnerBatchNorm(first));
    layers.put("elu", new ELU(first));
    layers.put("pool1", PointwiseMaxPool.of(first, 2));
    layers.put("conv2", padded(c, first, second));
    layers.put("bn2", new InnerBatchNorm(second));
    layers.put("relu", new ReLU(second));
    layers.put("pool2", new PointwiseAvgPoolAntialiased(second, 0.66, 2));
    layers.put("conv3", convolution(c, second, third, new JsonObject(), 3));
    return new Classifier(
        EquivariantSequential.named(layers),
        Classifier.Reduction.MEAN,
        Linear.builder().setUnits(c.json().get("classes").getAsInt()).build());
  }

  private static EquivariantModule padded(GoldenCase c, FieldType in, FieldType out) {
    JsonObject fixed = new JsonObject();
    fixed.addProperty("padding", 2);
    fixed.addProperty("bias", false);
    return convolution(c, in, out, fixed, 5);
  }

  private static EquivariantModule convolution(
      GoldenCase c, FieldType in, FieldType out, JsonObject fixed, int kernelSize) {
    JsonObject all = c.json().getAsJsonObject("conv_options").deepCopy();
    fixed.asMap().forEach(all::add);
    all.addProperty("kernel_size", kernelSize);
    CaseOptions options = new CaseOptions(c.label(), all);
    EquivariantModule layer = ConvolutionTable.convolution(in, out, options);
    options.requireAllUsed();
    return layer;
  }
}
