package org.e2spark.golden;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.BranchingModule;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.container.MultipleModule;
import org.e2spark.nn.container.Reshuffle;
import org.e2spark.nn.container.ReshuffleModule;
import org.e2spark.nn.dropout.FieldDropout;
import org.e2spark.nn.dropout.PointwiseDropout;
import org.e2spark.nn.nonlinearity.GatedNonLinearity2;

/**
 * Builds layers with weights, dropout, and modules of modules, for {@link ModuleTable}.
 *
 * <p>The options are the arguments of the reference's constructors; a field type is written as in a
 * case, and a module inside another as {@code {"module": …, "options": {…}}}.
 */
final class CompositeModuleTable {

  static final Map<String, ModuleTable.Recipe> RECIPES =
      Map.ofEntries(
          Map.entry("R2Conv", layer(ConvolutionTable::convolution)),
          Map.entry("R2ConvTransposed", layer(ConvolutionTable::transposed)),
          Map.entry("R2Diffop", layer(ConvolutionTable::operator)),
          Map.entry("GatedNonLinearity2", CompositeModuleTable::gatedByAnother),
          Map.entry("FieldDropout", (t, o) -> new FieldDropout(t, rate(o))),
          Map.entry("PointwiseDropout", (t, o) -> new PointwiseDropout(t, rate(o))),
          Map.entry("ReshuffleModule", CompositeModuleTable::reshuffle),
          Map.entry("SequentialModule", CompositeModuleTable::sequential),
          Map.entry("MultipleModule", CompositeModuleTable::multiple),
          Map.entry("BranchingModule", CompositeModuleTable::severalTensors),
          Map.entry("MergeModule", CompositeModuleTable::severalTensors),
          Map.entry("ModuleList", CompositeModuleTable::severalTensors));

  private CompositeModuleTable() {}

  private static ModuleTable.Recipe layer(ConvCases.Recipe recipe) {
    return (in, options) ->
        recipe.build(in, fieldType(in, options.require("out_type").getAsJsonArray()), options);
  }

  private static FieldType fieldType(FieldType in, JsonArray json) {
    return FieldType.of(in.gspace(), GoldenCase.representations(in.gspace(), json));
  }

  private static double rate(CaseOptions options) {
    options.ignore("inplace");
    return options.number("p", 0.5);
  }

  /** The gates are the first half of the fields. */
  private static EquivariantModule gatedByAnother(FieldType type, CaseOptions options) {
    int half = type.fields() / 2;
    FieldType gates = FieldType.of(type.gspace(), type.representations().subList(0, half));
    return new GatedNonLinearity2(
        gates, FieldType.of(type.gspace(), type.representations().subList(half, type.fields())));
  }

  private static EquivariantModule reshuffle(FieldType type, CaseOptions options) {
    double[] permutation = CaseOptions.numbers(options.require("permutation"));
    int[] fields = new int[permutation.length];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = (int) permutation[i];
    }
    return new ReshuffleModule(type, fields);
  }

  private static EquivariantModule inner(FieldType type, JsonElement json, CaseOptions outer) {
    JsonObject description = json.getAsJsonObject();
    String name = description.get("module").getAsString();
    JsonObject options =
        description.has("options") ? description.getAsJsonObject("options") : new JsonObject();
    return ModuleTable.build(name, type, new CaseOptions(outer.owner() + ", " + name, options));
  }

  private static EquivariantModule sequential(FieldType type, CaseOptions options) {
    List<EquivariantModule> modules = new ArrayList<>();
    FieldType current = type;
    for (JsonElement json : options.require("modules").getAsJsonArray()) {
      modules.add(inner(current, json, options));
      current = modules.get(modules.size() - 1).outType();
    }
    return EquivariantSequential.of(modules.toArray(EquivariantModule[]::new));
  }

  private static EquivariantModule multiple(FieldType type, CaseOptions options) {
    List<String> labels = options.texts("labels").orElseThrow();
    Reshuffle reshuffle = Reshuffle.values()[(int) options.number("reshuffle", 0)];
    Map<String, FieldType> types = new BranchingModule(type, labels, reshuffle).outTypes();
    MultipleModule.Builder builder = MultipleModule.builder(type, labels).reshuffle(reshuffle);
    for (JsonElement json : options.require("modules").getAsJsonArray()) {
      JsonArray pair = json.getAsJsonArray();
      List<String> taken = CaseOptions.texts(pair.get(1));
      FieldType in = taken.stream().map(types::get).reduce(FieldType::plus).orElseThrow();
      builder.branch(taken, inner(in, pair.get(0), options));
    }
    return builder.build();
  }

  private static EquivariantModule severalTensors(FieldType type, CaseOptions options) {
    throw new IllegalArgumentException(
        options.owner()
            + ": BranchingModule, MergeModule and ModuleList take or give several tensors, which"
            + " the format has no arrays for");
  }
}
