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
    FieldType in = Goldens.fieldType(c, "in");
    ModuleOptions options = new ModuleOptions(c.json().getAsJsonObject("options"));
    try (EquivariantModule module =
            ModuleTable.build(c.json().get("module").getAsString(), in, options);
        NDManager manager = NDManager.newBaseManager("PyTorch");
        NDManager step = manager.newSubManager()) {
      options.requireAllUsed(c.label());
      assertOutType(c, module.outType());
      NDArray x = Goldens.array(step, c, "x");
      Networks.initialize(module, manager, x.getShape(), 1);
      Map<String, Parameter> state = StateDict.of(module);
      setState(c, state);
      setUnrecordedMask(c, state);

      x.setRequiresGradient(true);
      NDArray y;
      try (var scope = Autograd.record()) {
        y = module.forward(in.wrap(x), Mode.TRAINING).array();
        if (c.arrays().has("grad_x")) {
          scope.backward(y, Goldens.array(step, c, "upstream"));
        }
      }
      Goldens.assertClose(c, "y_train", y, Goldens.OUTPUT);
      assertThat(module.outputShape(x.getShape())).as(c.label()).isEqualTo(y.getShape());
      if (c.arrays().has("grad_x")) {
        Goldens.assertClose(c, "grad_x", x.getGradient(), Goldens.GRADIENT);
      }
      state.forEach((name, parameter) -> assertAfter(c, name, parameter));
      GeometricTensor evaluated = module.forward(in.wrap(x));
      Goldens.assertClose(c, "y_eval", evaluated.array(), Goldens.OUTPUT);
    }
  }

  /**
   * Every array of the reference's state that is not empty must be a parameter here, of the same
   * shape.
   */
  private static void setState(GoldenCase c, Map<String, Parameter> state) {
    for (String name : c.arrays().names()) {
      if (!name.startsWith("init.")
          || isDerived(name)
          || c.arrays().get(name).values().length == 0) {
        continue;
      }
      Parameter parameter = state.get(name.substring("init.".length()));
      assertThat(parameter).as(c.label() + " " + name + " among " + state.keySet()).isNotNull();
      Goldens.set(parameter, c, name);
    }
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

  /** What the reference saves but a port computes anew. */
  private static boolean isDerived(String name) {
    return name.contains("change_of_basis")
        || name.contains("vars_aggregator")
        || name.contains("vars_propagator");
  }

  private static void assertAfter(GoldenCase c, String name, Parameter parameter) {
    if (c.arrays().has("after." + name)) {
      Goldens.assertClose(c, "after." + name, parameter.getArray(), Goldens.OUTPUT);
    }
    if (c.arrays().has("grad." + name) && parameter.requiresGradient()) {
      Goldens.assertClose(c, "grad." + name, parameter.getArray().getGradient(), Goldens.GRADIENT);
    }
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
