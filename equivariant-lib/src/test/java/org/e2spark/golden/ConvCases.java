package org.e2spark.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import java.util.Map;
import org.e2spark.init.GeneralizedHe;
import org.e2spark.model.Networks;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.nn.Mode;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.nn.convolution.SteerableConvolution;
import org.e2spark.torch.Autograd;

/**
 * Cases of kind "conv", "r2convtransposed" and "r2diffop": filters, outputs, gradients and the He
 * initialisation.
 */
final class ConvCases {

  /** Builds the layer of a case from its options, the kernel size among them. */
  interface Recipe {
    SteerableConvolution build(FieldType in, FieldType out, CaseOptions options);
  }

  private ConvCases() {}

  static void run(GoldenCase c, Recipe recipe, Evaluation evaluation) {
    c.requireFields("in", "out", "kernel_size", "options");
    FieldType in = Goldens.fieldType(c, "in");
    FieldType out = Goldens.fieldType(c, "out");
    CaseOptions options = c.options("options", "kernel_size");
    try (SteerableConvolution layer = recipe.build(in, out, options)) {
      options.requireAllUsed();
      evaluation.applyTo(layer);
      check(c, layer);
    }
  }

  private static void check(GoldenCase c, SteerableConvolution layer) {
    FieldType in = layer.inType();
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        NDManager step = manager.newSubManager()) {
      NDArray x = Goldens.array(step, c, "x");
      Networks.initialize(layer, manager, x.getShape(), 1);
      Map<String, Parameter> state = StateDict.of(layer);
      assertThat(state).as(c.label()).hasSize(c.arrays().has("bias") ? 2 : 1);
      state.forEach((name, parameter) -> Goldens.set(parameter, c, name));
      if (c.arrays().has("he_std")) {
        Goldens.assertClose(
            c.label() + " he_std",
            GeneralizedHe.standardDeviations(layer.weightBlocks()),
            c.arrays().get("he_std").values(),
            Goldens.OUTPUT);
      }
      Goldens.assertClose(c, "filter", layer.expandFilter(step), Goldens.OUTPUT);
      if (state.containsKey("bias")) {
        Goldens.assertClose(c, "expanded_bias", layer.expandBias(step), Goldens.OUTPUT);
      }

      x.setRequiresGradient(true);
      NDArray y;
      try (var scope = Autograd.record()) {
        y = layer.forward(in.wrap(x), Mode.TRAINING).array();
        scope.backward(y, Goldens.array(step, c, "upstream"));
      }
      Goldens.assertClose(c, "y", y, Goldens.OUTPUT);
      Goldens.assertClose(c, "grad_x", x.getGradient(), Goldens.GRADIENT);
      state.forEach(
          (name, parameter) ->
              Goldens.assertClose(
                  c, "grad_" + name, parameter.getArray().getGradient(), Goldens.GRADIENT));

      GeometricTensor evaluated = layer.forward(in.wrap(x));
      Goldens.assertClose(c, "y", evaluated.array(), Goldens.OUTPUT);
      assertThat(layer.outputShape(x.getShape())).isEqualTo(y.getShape());
    }
  }
}
