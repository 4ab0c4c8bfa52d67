package org.e2spark.spec.kinds;

import static org.e2spark.spec.kinds.Common.set;

import java.util.List;
import java.util.stream.IntStream;
import org.e2spark.group.SubgroupId;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.nonlinearity.ConcatenatedNonLinearity;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.nonlinearity.FourierELU;
import org.e2spark.nn.nonlinearity.FourierPointwise;
import org.e2spark.nn.nonlinearity.GateRole;
import org.e2spark.nn.nonlinearity.GatedNonLinearity1;
import org.e2spark.nn.nonlinearity.GatedNonLinearity2;
import org.e2spark.nn.nonlinearity.InducedGatedNonLinearity1;
import org.e2spark.nn.nonlinearity.InducedNormNonLinearity;
import org.e2spark.nn.nonlinearity.LeakyReLU;
import org.e2spark.nn.nonlinearity.NormFunction;
import org.e2spark.nn.nonlinearity.NormNonLinearity;
import org.e2spark.nn.nonlinearity.PointwiseFunction;
import org.e2spark.nn.nonlinearity.PointwiseNonLinearity;
import org.e2spark.nn.nonlinearity.QuotientFourierELU;
import org.e2spark.nn.nonlinearity.QuotientFourierPointwise;
import org.e2spark.nn.nonlinearity.ReLU;
import org.e2spark.nn.nonlinearity.VectorFieldNonLinearity;
import org.e2spark.spec.Arguments;
import org.e2spark.spec.LayerKind;
import org.e2spark.spec.Option;
import org.e2spark.spec.OptionTypes;

/** Nonlinearities. */
final class NonlinearityKinds {

  static final Option<Double> ALPHA =
      Option.of("alpha", OptionTypes.number(), 1.0, "Depth of the negative part.");
  static final Option<Double> SLOPE =
      Option.of("slope", OptionTypes.number(), 0.01, "Slope of the negative part.");
  private static final Option<PointwiseFunction> FUNCTION =
      Option.of(
          "function",
          OptionTypes.choice(PointwiseFunction.class),
          PointwiseFunction.RELU,
          "Applied to every number.");
  private static final Option<NormFunction> NORM_FUNCTION =
      Option.of(
          "function",
          OptionTypes.choice(NormFunction.class),
          NormFunction.RELU,
          "Applied to every norm.");
  private static final Option<NormNonLinearity.Bias> BIAS =
      Option.of(
          "bias",
          OptionTypes.choice(NormNonLinearity.Bias.class),
          NormNonLinearity.Bias.LEARNT,
          "What norms are compared with.");
  private static final Option<List<GateRole>> ROLES =
      Option.optional(
          "gates",
          OptionTypes.list(OptionTypes.choice(GateRole.class)),
          "What each field is for; by default the first half are gates.");
  private static final Option<Boolean> KEEP =
      Option.of("keepGates", OptionTypes.flag(), false, "Gives the gates' factors too.");
  private static final Option<Integer> GATES =
      Option.required("gates", OptionTypes.integer(1), "How many of the first fields are gates.");
  private static final Option<Integer> FREQUENCY =
      Option.required(
          "maximumFrequency", OptionTypes.integer(0), "Of the functions that fields are.");
  private static final Option<Integer> OUT_FREQUENCY =
      Option.optional("outMaximumFrequency", OptionTypes.integer(0), "Of the functions given.");
  private static final Option<Integer> SAMPLES =
      Option.optional("samples", OptionTypes.integer(1), "Rotations of the sampling grid.");
  private static final Option<SubgroupId> QUOTIENT =
      Option.optional("quotient", OptionTypes.subgroup(), "Whose cosets the functions live on.");
  private static final Option<SubgroupId> SUBGROUP =
      Option.required("quotient", OptionTypes.subgroup(), "Whose cosets the functions live on.");

  private NonlinearityKinds() {}

  static List<LayerKind> kinds() {
    return List.of(
        LayerKind.equivariant("ReLU", "max(x, 0).", (in, o) -> new ReLU(in)),
        LayerKind.equivariant(
            "ELU", "x, or alpha (exp(x) - 1).", (in, o) -> new ELU(in, o.get(ALPHA)), ALPHA),
        LayerKind.equivariant(
            "LeakyReLU", "x, or slope x.", (in, o) -> new LeakyReLU(in, o.get(SLOPE)), SLOPE),
        LayerKind.equivariant(
            "PointwiseNonLinearity",
            "A function of every channel.",
            (in, o) -> new PointwiseNonLinearity(in, o.get(FUNCTION)),
            FUNCTION),
        LayerKind.equivariant(
            "ConcatenatedNonLinearity",
            "A function of every channel and of its negative.",
            (in, o) -> new ConcatenatedNonLinearity(in, o.get(FUNCTION)),
            FUNCTION),
        LayerKind.equivariant(
            "NormNonLinearity",
            "A function of every field's norm.",
            (in, o) -> new NormNonLinearity(in, o.get(NORM_FUNCTION), o.get(BIAS)),
            NORM_FUNCTION,
            BIAS),
        LayerKind.equivariant(
            "InducedNormNonLinearity",
            "A function of every subfield's norm.",
            (in, o) -> new InducedNormNonLinearity(in, o.get(NORM_FUNCTION), o.get(BIAS)),
            NORM_FUNCTION,
            BIAS),
        LayerKind.equivariant(
            "GatedNonLinearity1", "Fields times gates.", NonlinearityKinds::gated, ROLES, KEEP),
        LayerKind.equivariant(
            "GatedNonLinearity2",
            "Fields times gates, which come first.",
            NonlinearityKinds::gatedByFirst,
            GATES),
        LayerKind.equivariant(
            "InducedGatedNonLinearity1",
            "Subfields times gates.",
            NonlinearityKinds::gatedSubfields,
            ROLES,
            KEEP),
        LayerKind.equivariant(
            "VectorFieldNonLinearity",
            "Regular fields to vectors of their largest value.",
            (in, o) -> new VectorFieldNonLinearity(in)),
        LayerKind.equivariant(
            "FourierPointwise",
            "A function of the samples that fields are the Fourier coefficients of.",
            NonlinearityKinds::fourier,
            FREQUENCY,
            OUT_FREQUENCY,
            SAMPLES,
            QUOTIENT,
            FUNCTION),
        LayerKind.equivariant(
            "FourierELU",
            "ELU of the samples that fields are the Fourier coefficients of.",
            (in, o) -> new FourierELU(in.gspace(), in.fields(), o.get(FREQUENCY)),
            FREQUENCY),
        LayerKind.equivariant(
            "QuotientFourierPointwise",
            "A function of the samples, on cosets, that fields are the Fourier coefficients of.",
            (in, o) ->
                new QuotientFourierPointwise(
                    in.gspace(), o.get(SUBGROUP), in.fields(), o.get(FREQUENCY), o.get(FUNCTION)),
            SUBGROUP,
            FREQUENCY,
            FUNCTION),
        LayerKind.equivariant(
            "QuotientFourierELU",
            "ELU of the samples, on cosets, that fields are the Fourier coefficients of.",
            (in, o) ->
                new QuotientFourierELU(in.gspace(), o.get(SUBGROUP), in.fields(), o.get(FREQUENCY)),
            SUBGROUP,
            FREQUENCY));
  }

  private static GatedNonLinearity1 gated(FieldType in, Arguments options) {
    GatedNonLinearity1.Builder builder = GatedNonLinearity1.builder(in);
    set(options, ROLES, builder::gates);
    if (options.get(KEEP)) {
      builder.keepGates();
    }
    return builder.build();
  }

  private static InducedGatedNonLinearity1 gatedSubfields(FieldType in, Arguments options) {
    InducedGatedNonLinearity1.Builder builder = InducedGatedNonLinearity1.builder(in);
    set(options, ROLES, builder::gates);
    if (options.get(KEEP)) {
      builder.keepGates();
    }
    return builder.build();
  }

  private static GatedNonLinearity2 gatedByFirst(FieldType in, Arguments options) {
    int gates = options.get(GATES);
    if (gates >= in.fields()) {
      throw new IllegalArgumentException(
          "Invalid gates: " + gates + " (must be fewer than the " + in.fields() + " fields)");
    }
    return new GatedNonLinearity2(
        in.select(IntStream.range(0, gates).toArray()),
        in.select(IntStream.range(gates, in.fields()).toArray()));
  }

  private static FourierPointwise fourier(FieldType in, Arguments options) {
    FourierPointwise.Builder builder =
        FourierPointwise.builder(in.gspace(), in.fields(), options.get(FREQUENCY));
    set(options, OUT_FREQUENCY, builder::outMaximumFrequency);
    set(options, SAMPLES, builder::samples);
    set(options, QUOTIENT, builder::quotient);
    return builder.function(options.get(FUNCTION)).build();
  }
}
