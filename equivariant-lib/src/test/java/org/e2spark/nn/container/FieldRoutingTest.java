package org.e2spark.nn.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.e2spark.group.Disentanglement;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Representation;
import org.e2spark.group.Subgroup;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Fields;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.nn.Mode;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.nonlinearity.NormNonLinearity;
import org.e2spark.nn.nonlinearity.ReLU;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.normalization.NormBatchNorm;
import org.e2spark.nn.pooling.GroupPooling;
import org.e2spark.nn.pooling.NormPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FieldRoutingTest {

  private static final GSpace D4 = new FlipRot2dOnR2(4);

  static List<Arguments> restrictions() {
    return List.of(
        Arguments.of(new Rot2dOnR2(8), SubgroupId.rotations(4)),
        Arguments.of(new Rot2dOnR2(8), SubgroupId.rotations(1)),
        Arguments.of(new Rot2dOnR2(6), SubgroupId.rotations(3)),
        Arguments.of(new FlipRot2dOnR2(8), SubgroupId.dihedral(0, 4)),
        Arguments.of(new FlipRot2dOnR2(8), SubgroupId.dihedral(1, 4)),
        Arguments.of(new FlipRot2dOnR2(8), SubgroupId.withoutReflections(8)),
        Arguments.of(new FlipRot2dOnR2(6, 0.3), SubgroupId.dihedral(1, 3)),
        Arguments.of(new FlipRot2dOnR2(4), SubgroupId.dihedral(0, 1)),
        Arguments.of(new FlipRot2dOnR2(4), SubgroupId.dihedral(1, 1)),
        Arguments.of(new FlipRot2dOnR2(3), SubgroupId.dihedral(0, 1)),
        Arguments.of(new Flip2dOnR2(), SubgroupId.rotations(1)));
  }

  /**
   * Restricting and splitting commutes with what is left of the group, in both ways of splitting.
   */
  @ParameterizedTest
  @MethodSource("restrictions")
  void restrictedFieldsTurnWithTheSubgroup(GSpace space, SubgroupId id) {
    Subgroup subgroup = space.subgroup(id);
    Representation regular = space.regular();
    FieldType type =
        FieldType.of(space, regular, space.fiberGroup().irreps().get(1), regular, space.trivial());
    var restriction = new RestrictionModule(type, id);
    for (Disentanglement.Method method : Disentanglement.Method.values()) {
      var split = new DisentangleModule(restriction.outType(), method);
      var both = EquivariantSequential.of(restriction, split);
      try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
        NDArray x = Fields.random(manager, type, 3, 10, 1);
        for (GroupElement h : subgroup.group().testingElements()) {
          NDArray turned = both.forward(type.wrap(x)).array();
          NDArray expected = Fields.act(both.outType(), h, turned);
          NDArray actual =
              both.forward(type.wrap(Fields.act(type, subgroup.include(h), x))).array();
          Fields.assertClose(actual, expected, 1e-7, 1e-5);
        }
      }
    }
  }

  @Test
  void orbitsOfARestrictedRegularFieldAreRegularFields() {
    FieldType type = FieldType.of(new FlipRot2dOnR2(8), new FlipRot2dOnR2(8).regular(), 2);
    FieldType restricted = type.restrict(SubgroupId.dihedral(0, 4));
    assertThat(new DisentangleModule(restricted).outType().names())
        .containsExactly("D8:regular_0", "D8:regular_0");
    var split = new DisentangleModule(restricted, Disentanglement.Method.ORBITS);
    assertThat(split.outType().names()).containsExactly("regular", "regular", "regular", "regular");
    assertThat(split.outType()).isEqualTo(FieldType.of(split.outType().gspace(), D4.regular(), 4));
  }

  @Property(tries = 50)
  void reshufflingPermutesWholeFields(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int n) {
    var random = new Random(seed);
    FieldType type = mixed(random, n);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    int[] permutation = order.stream().mapToInt(Integer::intValue).toArray();
    var module = new ReshuffleModule(type, permutation);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = Fields.random(manager, type, 2, 3, seed);
      NDArray y = module.forward(type.wrap(x)).array();
      for (int i = 0; i < n; i++) {
        int from = permutation[i];
        Fields.assertClose(
            y.get(":, " + module.outType().start(i) + ":" + module.outType().end(i)),
            x.get(":, " + type.start(from) + ":" + type.end(from)),
            0,
            0);
      }
      for (GroupElement g : D4.fiberGroup().testingElements()) {
        Fields.assertClose(
            module.forward(type.wrap(Fields.act(type, g, x))).array(),
            Fields.act(module.outType(), g, y),
            1e-7,
            1e-5);
      }
    }
  }

  private static FieldType mixed(Random random, int fields) {
    List<Representation> pool =
        List.of(
            D4.regular(),
            D4.trivial(),
            D4.quotient(SubgroupId.dihedral(0, 1)),
            D4.quotient(SubgroupId.withoutReflections(2)));
    List<Representation> chosen = new ArrayList<>();
    for (int i = 0; i < fields; i++) {
      chosen.add(pool.get(random.nextInt(pool.size())));
    }
    return FieldType.of(D4, chosen);
  }

  @Test
  void noPermutationIsNamed() {
    FieldType type = FieldType.of(D4, D4.trivial(), 3);
    assertThatThrownBy(() -> new ReshuffleModule(type, 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[0, 1, 1]");
  }

  /** Every way of reshuffling routes every field to its module, and turns with the group. */
  @ParameterizedTest
  @EnumSource(Reshuffle.class)
  void fieldsGoToTheModulesOfTheirLabels(Reshuffle reshuffle) {
    for (long seed = 0; seed < 5; seed++) {
      var random = new Random(seed);
      FieldType type = mixed(random, 8);
      List<String> labels = new ArrayList<>(List.of("relu", "pool", "norm"));
      for (int i = 3; i < type.fields(); i++) {
        labels.add(labels.get(random.nextInt(3)));
      }
      Collections.shuffle(labels, random);
      Map<String, FieldType> types = new BranchingModule(type, labels, reshuffle).outTypes();
      MultipleModule module =
          MultipleModule.builder(type, labels)
              .branch("norm", new InnerBatchNorm(types.get("norm")))
              .branch("pool", new GroupPooling(types.get("pool")))
              .branch("relu", new ReLU(types.get("relu")))
              .reshuffle(reshuffle)
              .build();
      try (module;
          NDManager manager = NDManager.newBaseManager("PyTorch")) {
        NDArray x = Fields.random(manager, type, 10, 9, seed);
        Networks.initialize(module, manager, x.getShape(), 1);
        module.forward(type.wrap(x), Mode.TRAINING);
        NDArray y = module.forward(type.wrap(x)).array();
        assertThat(y.getShape()).isEqualTo(module.outputShape(x.getShape()));
        int norm = types.get("norm").size();
        NDArray pooled =
            new GroupPooling(types.get("pool"))
                .forward(part(type, labels, "pool", reshuffle, x))
                .array();
        Fields.assertClose(
            y.get(":, " + norm + ":" + (norm + pooled.getShape().get(1))), pooled, 0, 0);
        for (GroupElement g : D4.fiberGroup().testingElements()) {
          Fields.assertClose(
              module.forward(type.wrap(Fields.act(type, g, x))).array(),
              Fields.act(module.outType(), g, y),
              2e-6,
              1e-5);
        }
      }
    }
  }

  static List<Arguments> continuousTypes() {
    var so2 = Rot2dOnR2.continuous(3);
    var o2 = FlipRot2dOnR2.continuous(2);
    return List.of(
        Arguments.of(
            FieldType.of(
                so2, so2.irrep(2), so2.trivial(), so2.irrep(1), so2.irrep(3), so2.trivial())),
        Arguments.of(
            FieldType.of(
                o2, o2.irrep(1, 1), o2.trivial(), o2.irrep(1, 0), o2.irrep(1, 2), o2.trivial())));
  }

  /** Scalars and other irreps of continuous groups, each with their own layers. */
  @ParameterizedTest
  @MethodSource("continuousTypes")
  void continuousGroupsAreRoutedToo(FieldType type) {
    List<String> labels =
        type.representations().stream().map(r -> r.isTrivial() ? "scalar" : "other").toList();
    for (Reshuffle reshuffle : Reshuffle.values()) {
      Map<String, FieldType> types = new BranchingModule(type, labels, reshuffle).outTypes();
      FieldType scalars = types.get("scalar");
      FieldType others = types.get("other");
      var module =
          MultipleModule.builder(type, labels)
              .branch(
                  "scalar", EquivariantSequential.of(new InnerBatchNorm(scalars), new ELU(scalars)))
              .branch(
                  "other",
                  EquivariantSequential.of(
                      new NormBatchNorm(others),
                      new NormNonLinearity(others),
                      new NormPool(others)))
              .reshuffle(reshuffle)
              .build();
      try (module;
          NDManager manager = NDManager.newBaseManager("PyTorch")) {
        NDArray x = Fields.random(manager, type, 10, 9, 4);
        Networks.initialize(module, manager, x.getShape(), 1);
        module.forward(type.wrap(x), Mode.TRAINING);
        NDArray y = module.forward(type.wrap(x)).array();
        for (GroupElement g : type.gspace().fiberGroup().testingElements()) {
          Fields.assertClose(
              module.forward(type.wrap(Fields.act(type, g, x))).array(),
              Fields.act(module.outType(), g, y),
              2e-6,
              1e-5);
        }
      }
    }
  }

  private static GeometricTensor part(
      FieldType type, List<String> labels, String label, Reshuffle reshuffle, NDArray x) {
    return new BranchingModule(type, labels, reshuffle).forward(type.wrap(x)).get(label);
  }

  @Test
  void reshufflingSortsTheBranches() {
    FieldType type =
        FieldType.of(
            D4,
            D4.regular(),
            D4.quotient(SubgroupId.withoutReflections(2)),
            D4.quotient(SubgroupId.dihedral(0, 1)),
            D4.trivial());
    List<String> labels = List.of("b", "b", "b", "a");
    assertThat(new BranchingModule(type, labels).outTypes().keySet()).containsExactly("b", "a");
    assertThat(new BranchingModule(type, labels, Reshuffle.BY_LABEL).outTypes().get("b"))
        .isEqualTo(type.select(0, 1, 2));
    assertThat(new BranchingModule(type, labels, Reshuffle.BY_SIZE).outTypes().get("b"))
        .isEqualTo(type.select(1, 2, 0));
    assertThat(new BranchingModule(type, labels, Reshuffle.BY_TYPE).outTypes().get("b"))
        .isEqualTo(type.select(2, 1, 0));
  }

  @Test
  void oneModuleMayTakeSeveralLabels() {
    FieldType type = FieldType.of(D4, D4.trivial(), D4.regular(), D4.trivial());
    MultipleModule module =
        MultipleModule.builder(type, List.of("a", "b", "a"))
            .branch(List.of("b", "a"), new ReLU(type.select(1, 0, 2)))
            .build();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = Fields.random(manager, type, 1, 2, 1);
      NDArray expected = new ReshuffleModule(type, 1, 0, 2).forward(type.wrap(x)).array();
      Fields.assertClose(module.forward(type.wrap(x)).array(), expected.maximum(0), 0, 0);
    }
  }

  @Test
  void wrongRoutesAreNamed() {
    FieldType type = FieldType.of(D4, D4.trivial(), D4.regular());
    var builder =
        MultipleModule.builder(type, List.of("a", "b")).branch("a", new ReLU(type.select(0)));
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[a, b]");
    assertThatThrownBy(builder.branch("b", new ReLU(type.select(0)))::build)
        .isInstanceOf(FieldTypeException.class)
        .hasMessageContaining("[b]");
    assertThatThrownBy(() -> new BranchingModule(type, List.of("a")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void branchesAndMergesAreBlocksOfTheirOwn() {
    FieldType type = FieldType.of(D4, D4.trivial(), D4.regular(), D4.trivial());
    var branching = new BranchingModule(type, List.of("a", "b", "a"));
    var merging =
        new MergeModule(
            List.of(
                MergeModule.Branch.of("b", new ReLU(type.select(1))),
                MergeModule.Branch.of("a", new IdentityModule(type.select(0, 2)))));
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = Fields.random(manager, type, 2, 4, 3);
      Networks.initialize(branching, manager, x.getShape(), 1);
      var store = new ParameterStore(manager, false);
      NDList parts = branching.forward(store, new NDList(x), false);
      assertThat(branching.getOutputShapes(new Shape[] {x.getShape()}))
          .containsExactly(parts.getShapes());
      NDList y = merging.forward(store, new NDList(parts.get(1), parts.get(0)), false);
      assertThat(merging.labels()).containsExactly("b", "a");
      GeometricTensor typed = merging.forward(branching.forward(type.wrap(x)), Mode.EVALUATION);
      Fields.assertClose(y.singletonOrThrow(), typed.array(), 0, 0);
      assertThat(typed.type()).isEqualTo(type.select(1, 0, 2));
    }
  }
}
