package org.e2spark.spec.kinds;

import java.util.List;
import java.util.function.BiFunction;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.normalization.BatchNormOptions;
import org.e2spark.nn.normalization.BatchNormOptions.Scaling;
import org.e2spark.nn.normalization.BatchNormOptions.Statistics;
import org.e2spark.nn.normalization.FieldGroupNorm;
import org.e2spark.nn.normalization.FieldInstanceNorm;
import org.e2spark.nn.normalization.FieldLayerNorm;
import org.e2spark.nn.normalization.FieldNorm;
import org.e2spark.nn.normalization.FieldNormOptions;
import org.e2spark.nn.normalization.GNormBatchNorm;
import org.e2spark.nn.normalization.IIDBatchNorm;
import org.e2spark.nn.normalization.InducedNormBatchNorm;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.normalization.NormBatchNorm;
import org.e2spark.spec.Arguments;
import org.e2spark.spec.LayerKind;
import org.e2spark.spec.Option;
import org.e2spark.spec.OptionTypes;

/** Normalisations. */
final class NormalizationKinds {

  private static final BatchNormOptions STANDARD = BatchNormOptions.DEFAULT;

  static final Option<Double> EPS =
      Option.of("eps", OptionTypes.number(), STANDARD.eps(), "Added to variances.");
  static final Option<Double> MOMENTUM =
      Option.of(
          "momentum",
          OptionTypes.number(),
          STANDARD.momentum(),
          "The share by which running statistics move towards a batch's.");
  static final Option<Scaling> SCALING =
      Option.of(
          "scaling",
          OptionTypes.choice(Scaling.class),
          STANDARD.scaling(),
          "Whether a scale and shift are learnt.");
  static final Option<Statistics> STATISTICS =
      Option.of(
          "statistics",
          OptionTypes.choice(Statistics.class),
          STANDARD.statistics(),
          "Where the statistics of evaluation come from.");
  private static final Option<Integer> GROUPS =
      Option.required("groups", OptionTypes.integer(1), "Groups of fields that share statistics.");

  private NormalizationKinds() {}

  static List<LayerKind> kinds() {
    return List.of(
        ofBatch("InnerBatchNorm", "Of fields that permute channels.", InnerBatchNorm::new),
        ofBatch("NormBatchNorm", "By the mean square of norms.", NormBatchNorm::new),
        ofBatch(
            "InducedNormBatchNorm",
            "By the mean square of subfields' norms.",
            InducedNormBatchNorm::new),
        ofBatch("GNormBatchNorm", "Of every irrep, of any fields.", GNormBatchNorm::new),
        ofBatch("IIDBatchNorm", "Of every field, as if irreps were alike.", IIDBatchNorm::new),
        ofSample("FieldNorm", "Of every field at every point.", FieldNorm::new),
        ofSample("FieldLayerNorm", "Of all fields of an image.", FieldLayerNorm::new),
        ofSample("FieldInstanceNorm", "Of every field of an image.", FieldInstanceNorm::new),
        LayerKind.equivariant(
            "FieldGroupNorm",
            "Of groups of an image's fields.",
            (in, o) -> new FieldGroupNorm(in, o.get(GROUPS), sample(o)),
            GROUPS,
            EPS,
            SCALING));
  }

  static BatchNormOptions batch(Arguments options) {
    return new BatchNormOptions(
        options.get(EPS), options.get(MOMENTUM), options.get(SCALING), options.get(STATISTICS));
  }

  private static FieldNormOptions sample(Arguments options) {
    return new FieldNormOptions(options.get(EPS), options.get(SCALING));
  }

  private static LayerKind ofBatch(
      String name,
      String description,
      BiFunction<FieldType, BatchNormOptions, EquivariantModule> layer) {
    return LayerKind.equivariant(
        name,
        "Batch normalisation. " + description,
        (in, options) -> layer.apply(in, batch(options)),
        EPS,
        MOMENTUM,
        SCALING,
        STATISTICS);
  }

  private static LayerKind ofSample(
      String name,
      String description,
      BiFunction<FieldType, FieldNormOptions, EquivariantModule> layer) {
    return LayerKind.equivariant(
        name,
        "Normalisation. " + description,
        (in, options) -> layer.apply(in, sample(options)),
        EPS,
        SCALING);
  }
}
