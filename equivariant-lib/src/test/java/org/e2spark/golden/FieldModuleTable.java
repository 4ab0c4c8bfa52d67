package org.e2spark.golden;

import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.nonlinearity.ConcatenatedNonLinearity;
import org.e2spark.nn.nonlinearity.GateRole;
import org.e2spark.nn.nonlinearity.GatedNonLinearity1;
import org.e2spark.nn.nonlinearity.InducedGatedNonLinearity1;
import org.e2spark.nn.nonlinearity.InducedNormNonLinearity;
import org.e2spark.nn.nonlinearity.NormFunction;
import org.e2spark.nn.nonlinearity.NormNonLinearity;
import org.e2spark.nn.nonlinearity.PointwiseFunction;
import org.e2spark.nn.nonlinearity.PointwiseNonLinearity;
import org.e2spark.nn.nonlinearity.VectorFieldNonLinearity;
import org.e2spark.nn.normalization.GNormBatchNorm;
import org.e2spark.nn.normalization.InducedNormBatchNorm;
import org.e2spark.nn.normalization.NormBatchNorm;
import org.e2spark.nn.pooling.InducedNormPool;
import org.e2spark.nn.pooling.NormMaxPool;
import org.e2spark.nn.pooling.NormPool;
import org.e2spark.nn.pooling.PointwiseAdaptiveAvgPool;
import org.e2spark.nn.pooling.PointwiseAdaptiveMaxPool;

/** Builds the modules that treat fields as wholes, for {@link ModuleTable}. */
final class FieldModuleTable {

  static final Map<String, ModuleTable.Recipe> RECIPES =
      Map.ofEntries(
          Map.entry("PointwiseNonLinearity", FieldModuleTable::pointwise),
          Map.entry("ConcatenatedNonLinearity", FieldModuleTable::concatenated),
          Map.entry("NormNonLinearity", FieldModuleTable::norm),
          Map.entry("InducedNormNonLinearity", FieldModuleTable::inducedNorm),
          Map.entry("GatedNonLinearity1", FieldModuleTable::gated),
          Map.entry("InducedGatedNonLinearity1", FieldModuleTable::inducedGated),
          Map.entry("VectorFieldNonLinearity", (t, o) -> new VectorFieldNonLinearity(t)),
          Map.entry("NormBatchNorm", (t, o) -> new NormBatchNorm(t, ModuleTable.batchNorm(o))),
          Map.entry(
              "InducedNormBatchNorm",
              (t, o) -> new InducedNormBatchNorm(t, ModuleTable.batchNorm(o))),
          Map.entry("GNormBatchNorm", (t, o) -> new GNormBatchNorm(t, ModuleTable.batchNorm(o))),
          Map.entry("NormMaxPool", (t, o) -> ModuleTable.dilated(NormMaxPool.builder(t), o)),
          Map.entry("NormPool", (t, o) -> new NormPool(t)),
          Map.entry("InducedNormPool", (t, o) -> new InducedNormPool(t)),
          Map.entry(
              "PointwiseAdaptiveAvgPool",
              (t, o) -> new PointwiseAdaptiveAvgPool(t, ModuleTable.outputSize(o))),
          Map.entry(
              "PointwiseAdaptiveMaxPool",
              (t, o) -> new PointwiseAdaptiveMaxPool(t, ModuleTable.outputSize(o))));

  private FieldModuleTable() {}

  private static EquivariantModule pointwise(FieldType type, CaseOptions options) {
    options.ignore("inplace");
    return new PointwiseNonLinearity(type, pointwise(options.text("function", "p_relu"), "p_"));
  }

  private static EquivariantModule concatenated(FieldType type, CaseOptions options) {
    return new ConcatenatedNonLinearity(type, pointwise(options.text("function", "c_relu"), "c_"));
  }

  private static PointwiseFunction pointwise(String name, String prefix) {
    return switch (name.replaceFirst(prefix, "")) {
      case "relu" -> PointwiseFunction.RELU;
      case "elu" -> PointwiseFunction.ELU;
      case "sigmoid" -> PointwiseFunction.SIGMOID;
      case "tanh" -> PointwiseFunction.TANH;
      default -> throw new IllegalArgumentException("Unknown function: " + name);
    };
  }

  private static EquivariantModule norm(FieldType type, CaseOptions options) {
    return new NormNonLinearity(type, function(options), bias(options));
  }

  private static EquivariantModule inducedNorm(FieldType type, CaseOptions options) {
    return new InducedNormNonLinearity(type, function(options), bias(options));
  }

  private static NormFunction function(CaseOptions options) {
    String name = options.text("function", "n_relu");
    return switch (name) {
      case "n_relu" -> NormFunction.RELU;
      case "n_sigmoid" -> NormFunction.SIGMOID;
      case "squash" -> NormFunction.SQUASH;
      default -> throw new IllegalArgumentException("Unknown function: " + name);
    };
  }

  private static NormNonLinearity.Bias bias(CaseOptions options) {
    return options.flag("bias", true) ? NormNonLinearity.Bias.LEARNT : NormNonLinearity.Bias.NONE;
  }

  private static EquivariantModule gated(FieldType type, CaseOptions options) {
    var builder = GatedNonLinearity1.builder(type);
    roles(options).ifPresent(builder::gates);
    if (!options.flag("drop_gates", true)) {
      builder.keepGates();
    }
    return builder.build();
  }

  private static EquivariantModule inducedGated(FieldType type, CaseOptions options) {
    var builder = InducedGatedNonLinearity1.builder(type);
    roles(options).ifPresent(builder::gates);
    if (!options.flag("drop_gates", true)) {
      builder.keepGates();
    }
    return builder.build();
  }

  private static Optional<List<GateRole>> roles(CaseOptions options) {
    return options
        .get("gates")
        .map(
            value -> {
              List<GateRole> roles = new ArrayList<>();
              for (JsonElement element : value.getAsJsonArray()) {
                roles.add(element.getAsString().equals("gate") ? GateRole.GATE : GateRole.GATED);
              }
              return roles;
            });
  }
}
