package org.e2spark.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.e2spark.group.BandLimited;
import org.e2spark.group.CyclicGroup;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Representation;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.nn.convolution.PointwiseLinear;
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

/** Every module that treats fields as wholes commutes with the group, on random types. */
class FieldModulesTest {

  /** Makes a module on a random type over a space, or null if the space has none that suits. */
  private interface Maker {
    EquivariantModule make(RandomTypes types, GSpace space);
  }

  private enum Kind {
    POINTWISE((t, s) -> pointwise(t, s, "pointwise", PointwiseNonLinearity::new)),
    CONCATENATED((t, s) -> pointwise(t, s, "concatenated", ConcatenatedNonLinearity::new)),
    LEAKY(on("pointwise", type -> new LeakyReLU(type, 0.2))),
    NORM(Kind::norm),
    INDUCED_NORM(Kind::inducedNorm),
    GATED1(Kind::gated1),
    GATED2(Kind::gated2),
    INDUCED_GATED(Kind::inducedGated),
    VECTOR_FIELD((t, s) -> vectorField(t)),
    NORM_POOL(on("norm", NormPool::new)),
    NORM_MAX_POOL(on("norm", type -> NormMaxPool.of(type, 2))),
    INDUCED_NORM_POOL((t, s) -> induced(t, s, r -> true, InducedNormPool::new)),
    ADAPTIVE_MAX(on("pointwise", type -> new PointwiseAdaptiveMaxPool(type, new Size2d(2, 3)))),
    ADAPTIVE_AVERAGE(on("norm", type -> new PointwiseAdaptiveAvgPool(type, 3))),
    NORM_BATCH_NORM((t, s) -> withoutTrivial(t, s)),
    INDUCED_NORM_BATCH_NORM(
        (t, s) -> induced(t, s, r -> !r.containsTrivial(), InducedNormBatchNorm::new)),
    GNORM_BATCH_NORM(on("norm", GNormBatchNorm::new)),
    IID_BATCH_NORM(on("norm", IIDBatchNorm::new)),
    FIELD_NORM(on("norm", FieldNorm::new)),
    INSTANCE_NORM(on("norm", FieldInstanceNorm::new)),
    LAYER_NORM(on("norm", FieldLayerNorm::new)),
    GROUP_NORM((t, s) -> groupNorm(t, s)),
    LINEAR((t, s) -> linear(t, s)),
    TENSOR_PRODUCT((t, s) -> tensorProduct(t, s));

    private final Maker maker;

    Kind(Maker maker) {
      this.maker = maker;
    }

    private static Maker on(
        String tag, java.util.function.Function<FieldType, EquivariantModule> module) {
      return (types, space) ->
          apply(types.of(space, types.representations(space), r -> r.supports(tag)), module);
    }

    private static EquivariantModule apply(
        FieldType type, java.util.function.Function<FieldType, EquivariantModule> module) {
      return type == null ? null : module.apply(type);
    }

    private static EquivariantModule pointwise(
        RandomTypes types,
        GSpace space,
        String tag,
        BiFunction<FieldType, PointwiseFunction, EquivariantModule> module) {
      var function = pick(types, PointwiseFunction.values());
      FieldType type = types.of(space, types.representations(space), r -> r.supports(tag));
      return space.fiberGroup().isContinuous() && tag.equals("concatenated")
          ? null
          : apply(type, t -> module.apply(t, function));
    }

    private static <T> T pick(RandomTypes types, T[] values) {
      return values[types.random().nextInt(values.length)];
    }

    private static EquivariantModule norm(RandomTypes types, GSpace space) {
      var function = pick(types, NormFunction.values());
      var bias =
          function == NormFunction.SQUASH
              ? NormNonLinearity.Bias.NONE
              : pick(types, NormNonLinearity.Bias.values());
      FieldType type = types.of(space, types.representations(space), r -> r.supports("norm"));
      return new NormNonLinearity(type, function, bias);
    }

    private static EquivariantModule induced(
        RandomTypes types,
        GSpace space,
        java.util.function.Predicate<Representation> suitable,
        java.util.function.Function<FieldType, EquivariantModule> module) {
      return apply(types.of(space, types.induced(space), suitable), module);
    }

    private static EquivariantModule inducedNorm(RandomTypes types, GSpace space) {
      var function = types.random().nextBoolean() ? NormFunction.RELU : NormFunction.SIGMOID;
      var bias = pick(types, NormNonLinearity.Bias.values());
      return induced(types, space, r -> true, t -> new InducedNormNonLinearity(t, function, bias));
    }

    private static EquivariantModule gated1(RandomTypes types, GSpace space) {
      FieldType gated = types.of(space, types.representations(space), r -> r.supports("gated"));
      List<Representation> fields = new ArrayList<>();
      List<GateRole> roles = shuffled(types, gated.fields());
      int next = 0;
      for (GateRole role : roles) {
        fields.add(role == GateRole.GATE ? space.trivial() : gated.representations().get(next++));
      }
      var builder = GatedNonLinearity1.builder(FieldType.of(space, fields)).gates(roles);
      return (types.random().nextBoolean() ? builder.keepGates() : builder).build();
    }

    private static List<GateRole> shuffled(RandomTypes types, int gates) {
      List<GateRole> roles = new ArrayList<>(Collections.nCopies(gates, GateRole.GATE));
      roles.addAll(Collections.nCopies(gates, GateRole.GATED));
      Collections.shuffle(roles, types.random());
      return roles;
    }

    private static EquivariantModule gated2(RandomTypes types, GSpace space) {
      FieldType gated = types.of(space, types.representations(space), r -> r.supports("gated"));
      return new GatedNonLinearity2(FieldType.of(space, space.trivial(), gated.fields()), gated);
    }

    private static EquivariantModule inducedGated(RandomTypes types, GSpace space) {
      List<SubgroupId> ids = types.subgroups(space.fiberGroup());
      if (ids.isEmpty()) {
        return null;
      }
      SubgroupId id = ids.get(types.random().nextInt(ids.size()));
      List<Representation> candidates = new ArrayList<>();
      space.subgroup(id).group().irreps().forEach(i -> candidates.add(space.induced(id, i)));
      FieldType gated = types.of(space, candidates, r -> true);
      List<Representation> fields = new ArrayList<>();
      List<GateRole> roles = shuffled(types, gated.fields());
      int next = 0;
      for (GateRole role : roles) {
        fields.add(role == GateRole.GATE ? candidates.get(0) : gated.representations().get(next++));
      }
      var builder = InducedGatedNonLinearity1.builder(FieldType.of(space, fields)).gates(roles);
      return (types.random().nextBoolean() ? builder.keepGates() : builder).build();
    }

    private static EquivariantModule vectorField(RandomTypes types) {
      var space = new Rot2dOnR2(3 + types.random().nextInt(14));
      int fields = 1 + types.random().nextInt(3);
      return new VectorFieldNonLinearity(FieldType.of(space, space.regular(), fields));
    }

    private static EquivariantModule withoutTrivial(RandomTypes types, GSpace space) {
      FieldType type = types.of(space, types.representations(space), r -> !r.containsTrivial());
      return apply(type, NormBatchNorm::new);
    }

    private static EquivariantModule groupNorm(RandomTypes types, GSpace space) {
      FieldType half = types.of(space, types.representations(space), r -> r.supports("norm"));
      return new FieldGroupNorm(half.plus(half.sorted()), 2);
    }

    private static EquivariantModule linear(RandomTypes types, GSpace space) {
      FieldType in = types.of(space, types.representations(space), r -> true);
      FieldType out = types.of(space, types.representations(space), r -> true);
      return new PointwiseLinear(in, out.plus(in));
    }

    private static EquivariantModule tensorProduct(RandomTypes types, GSpace space) {
      List<Representation> all = types.representations(space);
      Representation field = all.get(types.random().nextInt(all.size()));
      FieldType in = FieldType.of(space, field, 2);
      return new TensorProduct(in, FieldType.of(space, field.tensor(field), 2));
    }
  }

  @Provide
  Arbitrary<Kind> kinds() {
    return Arbitraries.of(Kind.values());
  }

  @Property(tries = 250)
  void everyModuleCommutesWithTheGroup(@ForAll("kinds") Kind kind, @ForAll long seed) {
    var types = new RandomTypes(seed);
    EquivariantModule module = kind.maker.make(types, types.space());
    Assume.that(module != null);
    Mode mode = types.random().nextBoolean() ? Mode.TRAINING : Mode.EVALUATION;
    FiberEquivariance.check(module, mode, seed, types.elements(module.inType().gspace()));
  }

  @Property(tries = 12)
  void sampledNonlinearitiesCommuteWithTheSamplingGrid(
      @ForAll long seed, @ForAll boolean quotient) {
    var types = new RandomTypes(seed);
    GSpace space = types.continuous();
    int frequency = types.random().nextInt(4);
    int samples = 2 * frequency + 2 + types.random().nextInt(6);
    var builder = FourierPointwise.builder(space, 2, frequency).samples(samples);
    if (quotient) {
      builder.quotient(subgroup(types, space)).samples(8 * (frequency + 1));
      samples = 8 * (frequency + 1);
    }
    EquivariantModule module =
        builder.function(Kind.pick(types, PointwiseFunction.values())).build();
    List<GroupElement> grid = BandLimited.regular(space.fiberGroup(), 0).grid(samples);
    FiberEquivariance.check(module, Mode.EVALUATION, seed, grid);
  }

  private static SubgroupId subgroup(RandomTypes types, GSpace space) {
    int rotations = 1 + types.random().nextInt(2);
    if (!space.fiberGroup().hasReflections()) {
      return SubgroupId.rotations(rotations);
    }
    return types.random().nextBoolean()
        ? SubgroupId.withoutReflections(rotations)
        : SubgroupId.orthogonal(0, rotations);
  }

  @Property(tries = 6)
  void finiteGroupsAreSampledCompletely(@ForAll long seed) {
    var types = new RandomTypes(seed);
    var space = new Rot2dOnR2(2 + types.random().nextInt(8));
    int limit = ((CyclicGroup) space.fiberGroup()).order() / 2;
    EquivariantModule module = FourierPointwise.builder(space, 2, limit).build();
    FiberEquivariance.check(module, Mode.EVALUATION, seed, types.elements(space));
  }
}
