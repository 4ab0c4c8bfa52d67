package org.e2spark.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.model.Networks;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.nn.Mode;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.Stochastic;
import org.e2spark.torch.Autograd;

/**
 * Cases of kind "module": one call for training with gradients, the state after it, and one call
 * for evaluation.
 *
 * <p>Modules are built by the table in {@link ModuleTable}.
 */
final class ModuleCases {

  private ModuleCases() {}

  static void run(GoldenCase c) {
    if (c.json().has("out")) {
      c.requireFields("in", "module", "options", "out");
    } else {
      c.requireFields("in", "module", "options");
    }
    FieldType in = Goldens.fieldType(c, "in");
    CaseOptions options = c.options("options");
    String name = c.json().get("module").getAsString();
    try (EquivariantModule module = ModuleTable.build(name, in, options);
        NDManager manager = NDManager.newBaseManager("PyTorch");
        NDManager step = manager.newSubManager()) {
      assertOutType(c, module.outType());
      NDArray x = Goldens.array(step, c, "x");
      Networks.initialize(module, manager, x.getShape(), 1);
      Map<String, Parameter> state = StateDict.of(module);
      Goldens.skipDerived(c);
      Goldens.named(c, "init.", (key, array) -> Goldens.set(parameter(state, key), c, array));
      setUnrecordedMask(c, state);
      Goldens.named(
          c, "grad.", (key, array) -> parameter(state, key).getArray().setRequiresGradient(true));

      x.setRequiresGradient(true);
      NDArray y;
      try (var scope = Autograd.record()) {
        y = module.forward(in.wrap(x), Mode.TRAINING).array();
        if (c.arrays().has("grad_x")) {
          scope.backward(y, Goldens.array(step, c, "upstream"));
        }
      }
      assertThat(module.outputShape(x.getShape())).as(c.label()).isEqualTo(y.getShape());
      if (module instanceof Stochastic) {
        Dropped.check(c, options.number("p", 0.5), x, y);
      } else {
        Goldens.assertClose(c, "y_train", y, Goldens.OUTPUT);
        if (c.arrays().has("grad_x")) {
          Goldens.assertClose(c, "grad_x", x.getGradient(), Goldens.GRADIENT);
        }
      }
      Goldens.named(
          c,
          "grad.",
          (key, array) ->
              Goldens.assertClose(
                  c, array, parameter(state, key).getArray().getGradient(), Goldens.GRADIENT));
      Goldens.named(
          c,
          "after.",
          (key, array) ->
              Goldens.assertClose(c, array, parameter(state, key).getArray(), Goldens.OUTPUT));
      GeometricTensor evaluated = module.forward(in.wrap(x));
      Goldens.assertClose(c, "y_eval", evaluated.array(), Goldens.OUTPUT);
    }
  }

  /** The parameter that the reference calls so: every one of its state must be one here. */
  private static Parameter parameter(Map<String, Parameter> state, String name) {
    Parameter parameter = state.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException(
          "Unknown parameter: " + name + " (known: " + state.keySet() + ")");
    }
    return parameter;
  }

  /**
   * A mask is a parameter of the reference's, which a case may have changed without recording it:
   * then it is read off the first output, and all channels, images and gradients must agree with
   * it. What the mask is by itself is tested elsewhere.
   */
  private static void setUnrecordedMask(GoldenCase c, Map<String, Parameter> state) {
    Parameter mask = state.get("mask");
    if (mask == null || c.arrays().has("init.mask")) {
      return;
    }
    double[] x = c.arrays().get("x").values();
    double[] y = c.arrays().get("y_train").values();
    int points = (int) mask.getShape().size();
    float[] values = new float[points];
    for (int point = 0; point < points; point++) {
      int largest = point;
      for (int i = point; i < x.length; i += points) {
        largest = Math.abs(x[i]) > Math.abs(x[largest]) ? i : largest;
      }
      values[point] = (float) (y[largest] / x[largest]);
    }
    mask.getArray().set(values);
  }

  private static void assertOutType(GoldenCase c, FieldType type) {
    if (!c.json().has("out")) {
      return;
    }
    List<Map<String, Object>> expected =
        c.json().getAsJsonArray("out").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .map(ModuleCases::described)
            .toList();
    assertThat(type.representations().stream().map(ModuleCases::described).toList())
        .as(c.label() + " output fields")
        .isEqualTo(expected);
  }

  private static Map<String, Object> described(JsonObject json) {
    return Map.of(
        "name", json.get("name").getAsString(),
        "size", json.get("size").getAsInt(),
        "irreps",
            json.getAsJsonArray("irreps").asList().stream().map(JsonElement::getAsString).toList());
  }

  private static Map<String, Object> described(Representation representation) {
    return Map.of(
        "name", representation.name(),
        "size", representation.size(),
        "irreps", representation.irreps().stream().map(Irrep::name).toList());
  }
}
