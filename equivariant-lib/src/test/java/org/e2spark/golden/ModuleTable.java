package org.e2spark.golden;

import java.util.Map;
import java.util.TreeMap;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.container.DisentangleModule;
import org.e2spark.nn.container.IdentityModule;
import org.e2spark.nn.container.MaskModule;
import org.e2spark.nn.container.RestrictionModule;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.nonlinearity.ReLU;
import org.e2spark.nn.normalization.BatchNormOptions;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.pooling.GroupPooling;
import org.e2spark.nn.pooling.PointwiseAvgPool;
import org.e2spark.nn.pooling.PointwiseAvgPoolAntialiased;
import org.e2spark.nn.pooling.PointwiseMaxPool;
import org.e2spark.nn.pooling.PointwiseMaxPoolAntialiased;
import org.e2spark.nn.pooling.PoolingBuilder;
import org.e2spark.nn.pooling.R2Upsampling;

/** Builds the module of a golden case from the reference's name and options. */
final class ModuleTable {

  interface Recipe {
    EquivariantModule build(FieldType type, CaseOptions options);
  }

  private static final Map<String, Recipe> RECIPES =
      Map.ofEntries(
          Map.entry("ReLU", ModuleTable::relu),
          Map.entry("ELU", ModuleTable::elu),
          Map.entry("PointwiseMaxPool", ModuleTable::maxPool),
          Map.entry("PointwiseMaxPoolAntialiased", ModuleTable::maxPoolAntialiased),
          Map.entry("PointwiseAvgPool", ModuleTable::avgPool),
          Map.entry("PointwiseAvgPoolAntialiased", ModuleTable::avgPoolAntialiased),
          Map.entry("R2Upsampling", ModuleTable::upsampling),
          Map.entry("InnerBatchNorm", (t, o) -> new InnerBatchNorm(t, batchNorm(o))),
          Map.entry("IdentityModule", (t, o) -> new IdentityModule(t)),
          Map.entry("RestrictionModule", ModuleTable::restriction),
          Map.entry("DisentangleModule", (t, o) -> new DisentangleModule(t)),
          Map.entry("MaskModule", ModuleTable::mask),
          Map.entry("GroupPooling", (t, o) -> new GroupPooling(t)));

  private ModuleTable() {}

  /**
   * @throws IllegalArgumentException if the module or an option is not known
   */
  static EquivariantModule build(String name, FieldType type, CaseOptions options) {
    Map<String, Recipe> recipes = new TreeMap<>(RECIPES);
    recipes.putAll(FieldModuleTable.RECIPES);
    recipes.putAll(CompositeModuleTable.RECIPES);
    Recipe recipe = recipes.get(name);
    if (recipe == null) {
      throw new IllegalArgumentException(
          "Unknown module: " + name + " (known: " + recipes.keySet() + ")");
    }
    EquivariantModule module = recipe.build(type, options);
    options.requireAllUsed();
    return module;
  }

  static Size2d outputSize(CaseOptions options) {
    options.require("output_size");
    return options.size("output_size").orElseThrow();
  }

  private static EquivariantModule relu(FieldType type, CaseOptions options) {
    options.ignore("inplace");
    return new ReLU(type);
  }

  private static EquivariantModule elu(FieldType type, CaseOptions options) {
    options.ignore("inplace");
    return new ELU(type, options.number("alpha", 1));
  }

  private static EquivariantModule maxPool(FieldType type, CaseOptions options) {
    return dilated(PointwiseMaxPool.builder(type), options);
  }

  static <B extends PoolingBuilder.OfMaximum<B, L>, L> L dilated(B builder, CaseOptions options) {
    options.size("dilation").ifPresent(builder::dilation);
    return windows(builder, options);
  }

  private static <B extends PoolingBuilder<B, L>, L> L windows(B builder, CaseOptions options) {
    options.size("kernel_size").ifPresent(builder::kernelSize);
    options.size("stride").ifPresent(builder::stride);
    options.size("padding").ifPresent(builder::padding);
    if (options.flag("ceil_mode", false)) {
      builder.ceilMode();
    }
    return builder.build();
  }

  private static EquivariantModule maxPoolAntialiased(FieldType type, CaseOptions options) {
    var builder = PointwiseMaxPoolAntialiased.builder(type);
    options.get("sigma").ifPresent(value -> builder.sigma(value.getAsDouble()));
    double dilation = options.number("dilation", 1);
    if (dilation != 1) {
      throw new IllegalArgumentException(
          "Invalid dilation of " + options.owner() + ": " + dilation + " (antialiasing needs 1)");
    }
    return windows(builder, options);
  }

  private static EquivariantModule avgPool(FieldType type, CaseOptions options) {
    return windows(PointwiseAvgPool.builder(type), options);
  }

  private static EquivariantModule avgPoolAntialiased(FieldType type, CaseOptions options) {
    double sigma = options.number("sigma", 0);
    Size2d filter = Size2d.of(PointwiseAvgPoolAntialiased.filterSize(sigma));
    Size2d same = Size2d.of((filter.height() - 1) / 2);
    return new PointwiseAvgPoolAntialiased(
        type, sigma, options.size("stride").orElse(filter), options.size("padding").orElse(same));
  }

  private static EquivariantModule upsampling(FieldType type, CaseOptions options) {
    R2Upsampling.Interpolation interpolation =
        options.text("mode", "bilinear").equals("nearest")
            ? R2Upsampling.Interpolation.NEAREST
            : options.flag("align_corners", false)
                ? R2Upsampling.Interpolation.BILINEAR_ALIGNED_CORNERS
                : R2Upsampling.Interpolation.BILINEAR;
    options.ignore("align_corners");
    double factor = options.number("scale_factor", 0);
    return options
        .size("size")
        .map(size -> R2Upsampling.toSize(type, size, interpolation))
        .orElseGet(() -> R2Upsampling.byFactor(type, factor, interpolation));
  }

  private static EquivariantModule restriction(FieldType type, CaseOptions options) {
    return new RestrictionModule(type, GoldenCase.subgroup(options.require("id")));
  }

  private static EquivariantModule mask(FieldType type, CaseOptions options) {
    return new MaskModule(type, (int) options.number("S", 0), options.number("margin", 0));
  }

  static BatchNormOptions batchNorm(CaseOptions options) {
    BatchNormOptions d = BatchNormOptions.DEFAULT;
    return new BatchNormOptions(
        options.number("eps", d.eps()),
        options.number("momentum", d.momentum()),
        options.flag("affine", true)
            ? BatchNormOptions.Scaling.LEARNT
            : BatchNormOptions.Scaling.NONE,
        statistics(options));
  }

  private static BatchNormOptions.Statistics statistics(CaseOptions options) {
    if (!options.flag("track_running_stats", true)) {
      return BatchNormOptions.Statistics.BATCH;
    }
    return options.isNull("momentum")
        ? BatchNormOptions.Statistics.CUMULATIVE
        : BatchNormOptions.Statistics.RUNNING;
  }
}
