package org.e2spark.interchange;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.convolution.PointwiseLinear;
import org.e2spark.nn.convolution.TensorProduct;
import org.e2spark.nn.nonlinearity.ConcatenatedNonLinearity;
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
import org.e2spark.nn.nonlinearity.PointwiseNonLinearity;
import org.e2spark.nn.nonlinearity.QuotientFourierELU;
import org.e2spark.nn.nonlinearity.QuotientFourierPointwise;
import org.e2spark.nn.nonlinearity.VectorFieldNonLinearity;
import org.e2spark.nn.normalization.FieldGroupNorm;
import org.e2spark.nn.normalization.FieldInstanceNorm;
import org.e2spark.nn.normalization.FieldLayerNorm;
import org.e2spark.nn.normalization.FieldNorm;
import org.e2spark.nn.normalization.GNormBatchNorm;
import org.e2spark.nn.normalization.IIDBatchNorm;
import org.e2spark.nn.normalization.InducedNormBatchNorm;
import org.e2spark.nn.normalization.NormBatchNorm;
import org.e2spark.nn.pooling.InducedNormPool;
import org.e2spark.nn.pooling.NormMaxPool;
import org.e2spark.nn.pooling.NormPool;
import org.e2spark.nn.pooling.PointwiseAdaptiveAvgPool;
import org.e2spark.nn.pooling.PointwiseAdaptiveMaxPool;

/** Draws modules that work on whole fields, with random field types and options. */
final class RandomFieldModules extends RandomFields {

  private static final Map<String, Function<RandomFieldModules, EquivariantModule>> RECIPES =
      new TreeMap<>();

  private static void put(
      Class<? extends EquivariantModule> type,
      Function<RandomFieldModules, EquivariantModule> recipe) {
    RECIPES.put(type.getName(), recipe);
  }

  static {
    put(NormNonLinearity.class, RandomFieldModules::normNonLinearity);
    put(InducedNormNonLinearity.class, RandomFieldModules::inducedNormNonLinearity);
    put(GatedNonLinearity1.class, RandomFieldModules::gated);
    put(GatedNonLinearity2.class, RandomFieldModules::gatedByOthers);
    put(InducedGatedNonLinearity1.class, RandomFieldModules::inducedGated);
    put(VectorFieldNonLinearity.class, RandomFieldModules::vectors);
    put(ConcatenatedNonLinearity.class, RandomFieldModules::concatenated);
    put(
        PointwiseNonLinearity.class,
        r -> new PointwiseNonLinearity(r.permuted(), r.pointwiseFunction()));
    put(NormBatchNorm.class, r -> new NormBatchNorm(r.withoutTrivial(), r.batchNorm()));
    put(InducedNormBatchNorm.class, r -> new InducedNormBatchNorm(r.induced(1), r.batchNorm()));
    put(GNormBatchNorm.class, r -> new GNormBatchNorm(r.any(), r.batchNorm()));
    put(IIDBatchNorm.class, r -> new IIDBatchNorm(r.any(), r.batchNorm()));
    put(FieldGroupNorm.class, RandomFieldModules::groupNorm);
    put(FieldInstanceNorm.class, r -> new FieldInstanceNorm(r.any(), r.fieldNorm()));
    put(FieldLayerNorm.class, r -> new FieldLayerNorm(r.any(), r.fieldNorm()));
    put(FieldNorm.class, r -> new FieldNorm(r.any(), r.fieldNorm()));
    put(FourierPointwise.class, RandomFieldModules::fourier);
    put(FourierELU.class, r -> new FourierELU(Rot2dOnR2.continuous(3), r.upTo(3), r.upTo(3)));
    put(
        QuotientFourierPointwise.class,
        r ->
            new QuotientFourierPointwise(
                FlipRot2dOnR2.continuous(2),
                SubgroupId.orthogonal(0, 1),
                r.upTo(3),
                r.upTo(2),
                r.pointwiseFunction()));
    put(
        QuotientFourierELU.class,
        r ->
            new QuotientFourierELU(
                Rot2dOnR2.continuous(4), SubgroupId.rotations(2), r.upTo(3), r.upTo(4)));
    put(LeakyReLU.class, r -> new LeakyReLU(r.permuted(), r.random.nextDouble()));
    put(PointwiseLinear.class, RandomFieldModules::linear);
    put(TensorProduct.class, RandomFieldModules::tensorProduct);
    put(NormPool.class, r -> new NormPool(r.any()));
    put(InducedNormPool.class, r -> new InducedNormPool(r.induced(r.coin() ? 0 : 1)));
    put(NormMaxPool.class, RandomFieldModules::normMaxPool);
    put(
        PointwiseAdaptiveAvgPool.class,
        r -> new PointwiseAdaptiveAvgPool(r.any(), new Size2d(r.upTo(5), r.upTo(5))));
    put(
        PointwiseAdaptiveMaxPool.class,
        r -> new PointwiseAdaptiveMaxPool(r.permuted(), new Size2d(r.upTo(5), r.upTo(5))));
  }

  private RandomFieldModules(Random random) {
    super(random);
  }

  /** A module of a class, or null if there is no recipe for it. */
  static EquivariantModule draw(String className, long seed) {
    var recipe = RECIPES.get(className);
    return recipe == null ? null : recipe.apply(new RandomFieldModules(new Random(seed)));
  }

  /** Fields of irreps other than the trivial one. */
  private FieldType withoutTrivial() {
    space = coin() ? new Rot2dOnR2(5 + random.nextInt(4)) : new FlipRot2dOnR2(4, 0.2);
    return fields(nontrivial(space.fiberGroup().irreps()));
  }

  private static List<Representation> nontrivial(List<Irrep> irreps) {
    List<Representation> kinds = new ArrayList<>(irreps);
    kinds.removeIf(Representation::isTrivial);
    return kinds;
  }

  private SubgroupId subgroup() {
    boolean reflects = coin();
    space = reflects ? new FlipRot2dOnR2(4) : new Rot2dOnR2(8);
    if (reflects) {
      return coin() ? SubgroupId.withoutReflections(4) : SubgroupId.dihedral(1, 2);
    }
    return SubgroupId.rotations(4);
  }

  /**
   * Fields induced from irreps of a subgroup.
   *
   * @param firstIrrep 0 for all, 1 to leave the trivial one out
   */
  private FieldType induced(int firstIrrep) {
    SubgroupId id = subgroup();
    return fields(inducedFrom(id, firstIrrep));
  }

  private List<Representation> inducedFrom(SubgroupId id, int firstIrrep) {
    List<Irrep> irreps = space.subgroup(id).group().irreps();
    List<Representation> kinds = new ArrayList<>();
    for (Irrep irrep : irreps.subList(firstIrrep, irreps.size())) {
      kinds.add(space.induced(id, irrep));
    }
    return kinds;
  }

  private EquivariantModule normNonLinearity() {
    NormFunction function = pick(NormFunction.values());
    return new NormNonLinearity(any(), function, bias(function));
  }

  private EquivariantModule inducedNormNonLinearity() {
    NormFunction function = pick(NormFunction.values());
    return new InducedNormNonLinearity(induced(pick(0, 1)), function, bias(function));
  }

  private NormNonLinearity.Bias bias(NormFunction function) {
    return function == NormFunction.SQUASH
        ? NormNonLinearity.Bias.NONE
        : pick(NormNonLinearity.Bias.values());
  }

  private EquivariantModule gated() {
    FieldType gated = any();
    List<Representation> fields = new ArrayList<>();
    List<GateRole> roles = new ArrayList<>();
    for (Representation representation : gated.representations()) {
      fields.add(representation);
      roles.add(GateRole.GATED);
      int place = random.nextInt(fields.size());
      fields.add(place, space.trivial());
      roles.add(place, GateRole.GATE);
    }
    var builder = GatedNonLinearity1.builder(FieldType.of(space, fields));
    return RandomOptions.of(builder, random).with("gates", roles).maybe("keepGates").set().build();
  }

  private EquivariantModule gatedByOthers() {
    FieldType fields = any();
    return new GatedNonLinearity2(FieldType.of(space, space.trivial(), fields.fields()), fields);
  }

  private EquivariantModule inducedGated() {
    SubgroupId id = subgroup();
    Representation gate = space.induced(id, space.subgroup(id).group().irreps().get(0));
    List<Representation> fields = new ArrayList<>(fields(inducedFrom(id, 0)).representations());
    int count = fields.size();
    List<GateRole> roles = new ArrayList<>(Collections.nCopies(count, GateRole.GATED));
    for (int i = 0; i < count; i++) {
      int place = random.nextInt(fields.size() + 1);
      fields.add(place, gate);
      roles.add(place, GateRole.GATE);
    }
    var builder = InducedGatedNonLinearity1.builder(FieldType.of(space, fields));
    return RandomOptions.of(builder, random).with("gates", roles).maybe("keepGates").set().build();
  }

  private EquivariantModule vectors() {
    space = new Rot2dOnR2(3 + random.nextInt(6));
    return new VectorFieldNonLinearity(FieldType.of(space, space.regular(), upTo(4)));
  }

  private EquivariantModule concatenated() {
    List<Representation> kinds = permutations();
    for (Irrep irrep : space.fiberGroup().irreps()) {
      if (irrep.size() == 1) {
        kinds.add(irrep);
      }
    }
    return new ConcatenatedNonLinearity(fields(kinds), pointwiseFunction());
  }

  private EquivariantModule normMaxPool() {
    return RandomOptions.of(NormMaxPool.builder(any()), random)
        .with("kernelSize", new Size2d(2, 3))
        .maybe("stride", new Size2d(upTo(3), upTo(3)))
        .maybe("padding", new Size2d(1, 1))
        .maybe("dilation", new Size2d(upTo(2), 2))
        .maybe("ceilMode")
        .set()
        .build();
  }

  private EquivariantModule groupNorm() {
    int groups = upTo(3);
    return new FieldGroupNorm(repeated(any(), groups), groups, fieldNorm());
  }

  private EquivariantModule fourier() {
    boolean reflects = coin();
    GSpace continuous = reflects ? FlipRot2dOnR2.continuous(3) : Rot2dOnR2.continuous(3);
    SubgroupId cosets = reflects ? SubgroupId.orthogonal(0.3, 1) : SubgroupId.rotations(2);
    return RandomOptions.of(FourierPointwise.builder(continuous, upTo(3), 2), random)
        .maybe("outMaximumFrequency", upTo(2))
        .maybe("function", pointwiseFunction())
        .maybe("samples", 9 + upTo(3))
        .maybe("quotient", cosets)
        .set()
        .build();
  }

  private EquivariantModule linear() {
    FieldType in = any();
    FieldType out = any();
    return coin() ? new PointwiseLinear(in, out) : PointwiseLinear.withoutBias(in, out);
  }

  private EquivariantModule tensorProduct() {
    space = new Rot2dOnR2(5 + upTo(3));
    int fields = upTo(3);
    Representation vector = space.irrep(upTo(2));
    Representation result = coin() ? space.regular() : space.trivial();
    return new TensorProduct(
        FieldType.of(space, vector, fields), FieldType.of(space, result, fields));
  }
}
