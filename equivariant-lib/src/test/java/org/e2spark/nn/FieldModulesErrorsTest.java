package org.e2spark.nn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.nn.convolution.TensorProduct;
import org.e2spark.nn.nonlinearity.ConcatenatedNonLinearity;
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
import org.e2spark.nn.nonlinearity.VectorFieldNonLinearity;
import org.e2spark.nn.normalization.FieldGroupNorm;
import org.e2spark.nn.normalization.FieldInstanceNorm;
import org.e2spark.nn.normalization.GNormBatchNorm;
import org.e2spark.nn.normalization.IIDBatchNorm;
import org.e2spark.nn.normalization.InducedNormBatchNorm;
import org.e2spark.nn.normalization.NormBatchNorm;
import org.e2spark.nn.pooling.InducedNormPool;
import org.e2spark.nn.pooling.MaxPoolChannels;
import org.e2spark.nn.pooling.NormMaxPool;
import org.e2spark.nn.pooling.NormPool;
import org.e2spark.nn.pooling.PointwiseAdaptiveMaxPool;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is not equivariant is refused, with the representation and the limit named. */
class FieldModulesErrorsTest {

  private static final GSpace C2 = new Rot2dOnR2(2);
  private static final GSpace C8 = new Rot2dOnR2(8);
  private static final GSpace D4 = new FlipRot2dOnR2(4);
  private static final GSpace SO2 = Rot2dOnR2.continuous(3);
  private static final FieldType VECTORS = FieldType.of(C8, C8.irrep(1), 2);
  private static final FieldType REGULAR = FieldType.of(C8, C8.regular(), 2);
  private static final FieldType TRIVIAL = FieldType.of(C8, C8.trivial(), 2);

  private static FieldType skewed() {
    SimpleMatrix scale = SimpleMatrix.diag(1, 2);
    Representation skewed = C8.irrep(1).changeBasis(scale, "skewed", Set.of("norm", "gated"));
    return FieldType.of(C8, skewed, 1);
  }

  private static Representation signed(GSpace space) {
    return space.trivial().changeBasis(SimpleMatrix.identity(1), "signed", Set.of("concatenated"));
  }

  private static FieldType namesakes() {
    SimpleMatrix turn = new SimpleMatrix(new double[][] {{0, -1}, {1, 0}});
    Representation other = C8.irrep(1).changeBasis(turn, "irrep_1", Set.of("norm"));
    return FieldType.of(C8, C8.irrep(1), other);
  }

  private static FieldType induced(GSpace space, SubgroupId gates, SubgroupId fields) {
    Irrep irrep = space.subgroup(fields).group().irreps().get(1);
    return FieldType.of(space, space.quotient(gates), space.induced(fields, irrep));
  }

  private static Arguments refused(String message, ThrowingCallable call) {
    return Arguments.of(message, call);
  }

  static List<Arguments> mistakes() {
    Irrep sign = D4.irrep(1, 0);
    SubgroupId rotations = SubgroupId.withoutReflections(4);
    return List.of(
        refused("irrep_1", () -> new PointwiseNonLinearity(VECTORS, PointwiseFunction.TANH)),
        refused("irrep_1", () -> new LeakyReLU(VECTORS)),
        refused("slope: NaN", () -> new LeakyReLU(REGULAR, Double.NaN)),
        refused("concatenated", () -> new ConcatenatedNonLinearity(VECTORS)),
        refused(
            "finite group", () -> new ConcatenatedNonLinearity(FieldType.of(SO2, signed(SO2), 1))),
        refused("norm", () -> new NormNonLinearity(unsupported())),
        refused(
            "SQUASH",
            () -> new NormNonLinearity(VECTORS, NormFunction.SQUASH, NormNonLinearity.Bias.LEARNT)),
        refused("induced", () -> new InducedNormNonLinearity(VECTORS)),
        refused("induced", () -> new InducedNormPool(REGULAR)),
        refused("even number", () -> GatedNonLinearity1.of(FieldType.of(C8, C8.trivial(), 3))),
        refused("trivial fields as gates", () -> GatedNonLinearity1.of(VECTORS)),
        refused("gated", () -> GatedNonLinearity1.of(TRIVIAL.select(0).plus(unsupported()))),
        refused(
            "2 gates and 0 gated",
            () ->
                GatedNonLinearity1.builder(TRIVIAL)
                    .gates(Collections.nCopies(2, GateRole.GATE))
                    .build()),
        refused(
            "one role per field, 2, but was given 1",
            () -> GatedNonLinearity1.builder(TRIVIAL).gates(List.of(GateRole.GATE)).build()),
        refused("one gate per field", () -> new GatedNonLinearity2(TRIVIAL.select(0), VECTORS)),
        refused("trivial fields as gates", () -> new GatedNonLinearity2(VECTORS, VECTORS)),
        refused(
            "same subgroup",
            () ->
                InducedGatedNonLinearity1.of(
                    induced(D4, SubgroupId.withoutReflections(2), rotations))),
        refused(
            "same subgroup",
            () -> InducedGatedNonLinearity1.of(induced(D4, SubgroupId.dihedral(0, 2), rotations))),
        refused("induced", () -> InducedGatedNonLinearity1.of(VECTORS)),
        refused("regular fields", () -> new VectorFieldNonLinearity(VECTORS)),
        refused(
            "no reflections", () -> new VectorFieldNonLinearity(FieldType.of(D4, D4.regular(), 1))),
        refused(
            "at least 3 rotations",
            () -> new VectorFieldNonLinearity(FieldType.of(C2, C2.regular(), 1))),
        refused("without a trivial irrep", () -> new NormBatchNorm(REGULAR)),
        refused("without a trivial irrep", () -> new NormBatchNorm(TRIVIAL)),
        refused(
            "without a trivial irrep",
            () ->
                new InducedNormBatchNorm(
                    FieldType.of(D4, D4.quotient(SubgroupId.dihedral(0, 1)), 1))),
        refused("induced", () -> new InducedNormBatchNorm(FieldType.of(D4, sign, 1))),
        refused("orthonormal", () -> new NormPool(skewed())),
        refused("orthonormal", () -> NormMaxPool.of(skewed(), 2)),
        refused("orthonormal", () -> new NormBatchNorm(skewed())),
        refused("orthonormal", () -> new IIDBatchNorm(skewed())),
        refused("orthonormal", () -> new FieldInstanceNorm(skewed())),
        refused("named irrep_1", () -> new GNormBatchNorm(namesakes())),
        refused("must divide the number of fields, 2", () -> new FieldGroupNorm(VECTORS, 3)),
        refused(
            "equal fields",
            () -> new TensorProduct(FieldType.of(C8, C8.trivial(), C8.irrep(1)), VECTORS)),
        refused("equal fields", () -> new TensorProduct(VECTORS, VECTORS.select(0))),
        refused("output size: 0x0", () -> new PointwiseAdaptiveMaxPool(REGULAR, 0)),
        refused("pointwise", () -> new PointwiseAdaptiveMaxPool(VECTORS, 2)),
        refused("size: 0", () -> new MaxPoolChannels(0)),
        refused("do not determine", () -> FourierPointwise.builder(SO2, 1, 3).samples(6).build()),
        refused(
            "maximum frequency: -1",
            () -> FourierPointwise.builder(SO2, 1, -1).samples(6).build()));
  }

  private static FieldType unsupported() {
    SimpleMatrix turn = new SimpleMatrix(new double[][] {{0, -1}, {1, 0}});
    return FieldType.of(C8, C8.irrep(1).changeBasis(turn, "turned"), 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void mistakesAreNamed(String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
