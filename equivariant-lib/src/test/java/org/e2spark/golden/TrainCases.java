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
import java.util.Set;
import org.e2spark.gspace.GSpace;
import org.e2spark.model.Classifier;
import org.e2spark.model.Networks;
import org.e2spark.nn.ELU;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.EquivariantSequential;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.InnerBatchNorm;
import org.e2spark.nn.PointwiseAvgPoolAntialiased;
import org.e2spark.nn.PointwiseMaxPool;
import org.e2spark.nn.R2Conv;
import org.e2spark.nn.ReLU;
import org.e2spark.nn.StateDict;
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

  private static final Set<String> OPTIONS = Set.of("sigma", "frequencies_cutoff");
  private static final Set<String> OPTIMIZER =
      Set.of("kind", "lr", "momentum", "weight_decay", "nesterov", "betas", "eps");

  private TrainCases() {}

  static void run(GoldenCase c) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = network(c);
      long[] shape = c.arrays().get("x").shape();
      Shape input = new Shape(Arrays.copyOfRange(shape, 1, shape.length));
      Networks.initialize(network, manager, input, 1);
      Map<String, Parameter> state = state(network);
      state.forEach((name, parameter) -> Goldens.set(parameter, c, "init." + name));
      NDArray images = Goldens.array(manager, c, "x");
      long[] labels = c.arrays().get("labels").longs();
      double[] losses = c.arrays().get("losses").values();
      float[] actual = new float[losses.length];
      JsonObject options = c.json().getAsJsonObject("optimizer");
      try (OptimizerState optimizer = optimizer(c, options).start(manager, learnt(state))) {
        int batch = labels.length / losses.length;
        for (int step = 0; step < losses.length; step++) {
          long[] targets = Arrays.copyOfRange(labels, step * batch, (step + 1) * batch);
          actual[step] = step(network, images.get(step), targets);
          update(optimizer, state, options.get("lr").getAsDouble());
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

  private static Optimizer optimizer(GoldenCase c, JsonObject options) {
    Goldens.requireKnown(c, options, OPTIMIZER);
    Penalties penalties =
        options.has("weight_decay")
            ? Penalties.weightDecay(options.get("weight_decay").getAsDouble())
            : Penalties.NONE;
    String kind = options.get("kind").getAsString();
    return switch (kind) {
      case "Adam" -> {
        JsonArray betas = options.getAsJsonArray("betas");
        yield new Adam(
            betas == null ? 0.9 : betas.get(0).getAsDouble(),
            betas == null ? 0.999 : betas.get(1).getAsDouble(),
            options.has("eps") ? options.get("eps").getAsDouble() : 1e-8,
            penalties);
      }
      case "SGD" ->
          new Sgd(
              options.has("momentum") ? options.get("momentum").getAsDouble() : 0,
              options.has("nesterov") && options.get("nesterov").getAsBoolean()
                  ? Sgd.Style.NESTEROV
                  : Sgd.Style.HEAVY_BALL,
              penalties);
      default -> throw new IllegalArgumentException("Unknown optimizer: " + kind);
    };
  }

  private static Block network(GoldenCase c) {
    JsonObject options = c.json().getAsJsonObject("conv_options");
    Goldens.requireKnown(c, options, OPTIONS);
    JsonArray channels = c.json().getAsJsonArray("channels");
    assertThat(channels).as(c.label()).hasSize(3);
    GSpace space = c.gspace();
    FieldType image = FieldType.of(space, space.trivial(), c.json().get("in_channels").getAsInt());
    FieldType first = FieldType.of(space, space.regular(), channels.get(0).getAsInt());
    FieldType second = FieldType.of(space, space.regular(), channels.get(1).getAsInt());
    FieldType third = FieldType.of(space, space.trivial(), channels.get(2).getAsInt());
    Map<String, EquivariantModule> layers = new LinkedHashMap<>();
    layers.put("conv1", convolution(image, first, 5, options).padding(2).noBias().build());
    layers.put("bn1", new InnerBatchNorm(first));
    layers.put("elu", new ELU(first));
    layers.put("pool1", PointwiseMaxPool.of(first, 2));
    layers.put("conv2", convolution(first, second, 5, options).padding(2).noBias().build());
    layers.put("bn2", new InnerBatchNorm(second));
    layers.put("relu", new ReLU(second));
    layers.put("pool2", new PointwiseAvgPoolAntialiased(second, 0.66, 2));
    layers.put("conv3", convolution(second, third, 3, options).build());
    return new Classifier(
        EquivariantSequential.named(layers),
        Classifier.Reduction.MEAN,
        Linear.builder().setUnits(c.json().get("classes").getAsInt()).build());
  }

  private static R2Conv.Builder convolution(
      FieldType in, FieldType out, int kernelSize, JsonObject options) {
    R2Conv.Builder builder = R2Conv.builder(in, out).kernelSize(kernelSize);
    if (options.has("sigma")) {
      builder.sigma(options.get("sigma").getAsDouble());
    }
    if (options.has("frequencies_cutoff")) {
      builder.frequenciesCutoff(options.get("frequencies_cutoff").getAsDouble());
    }
    return builder;
  }
}
