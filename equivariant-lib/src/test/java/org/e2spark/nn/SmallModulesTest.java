package org.e2spark.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.container.IdentityModule;
import org.e2spark.nn.container.MaskModule;
import org.e2spark.nn.container.ModuleList;
import org.e2spark.nn.nonlinearity.FourierELU;
import org.e2spark.nn.nonlinearity.FourierPointwise;
import org.e2spark.nn.nonlinearity.PointwiseFunction;
import org.e2spark.nn.nonlinearity.QuotientFourierELU;
import org.e2spark.nn.nonlinearity.QuotientFourierPointwise;
import org.e2spark.nn.nonlinearity.ReLU;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.junit.jupiter.api.Test;

class SmallModulesTest {

  private static final Rot2dOnR2 C4 = new Rot2dOnR2(4);
  private static final FieldType TYPE = FieldType.of(C4, C4.regular(), 2);

  @Test
  void theMaskIsTheReferences() {
    try (var module = new MaskModule(TYPE, 9, 1);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.ones(new Shape(1, TYPE.size(), 9, 9));
      Networks.initialize(module, manager, x.getShape(), 1);
      float[] y = module.forward(TYPE.wrap(x)).array().get("0, 7").toFloatArray();
      float[] expected = {0.0169f, 0.0973f, 0.3397f, 0.7192f, 0.9235f};
      for (int i = 0; i < 5; i++) {
        assertThat(y[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(5e-5f));
        assertThat(y[9 * i]).isEqualTo(y[i]);
        assertThat(y[8 - i]).isEqualTo(y[i]);
        assertThat(y[4 * 9 + i + (i == 0 ? 1 : 0)]).isEqualTo(1);
      }
      assertThat(Networks.parameterCount(module)).isZero();
      assertThat(StateDict.of(module)).containsOnlyKeys("mask");
    }
  }

  @Test
  void theMaskRefusesOtherSizes() {
    try (var module = new MaskModule(TYPE, 9);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.ones(new Shape(1, TYPE.size(), 8, 9));
      assertThatThrownBy(() -> module.forward(TYPE.wrap(x)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("9 x 9")
          .hasMessageContaining("8 x 9");
    }
  }

  @Test
  void aListNamesItsModulesByPosition() {
    var list =
        new ModuleList(List.of(new InnerBatchNorm(TYPE), new ReLU(TYPE), new InnerBatchNorm(TYPE)));
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Networks.initialize(list, manager, new Shape(1, TYPE.size(), 5, 5), 1);
      assertThat(StateDict.of(list).keySet())
          .containsExactlyInAnyOrderElementsOf(
              Set.of(
                  "0.batch_norm_[4].weight",
                  "0.batch_norm_[4].bias",
                  "0.batch_norm_[4].running_mean",
                  "0.batch_norm_[4].running_var",
                  "2.batch_norm_[4].weight",
                  "2.batch_norm_[4].bias",
                  "2.batch_norm_[4].running_mean",
                  "2.batch_norm_[4].running_var"));
      NDArray x = Fields.random(manager, TYPE, 2, 5, 1);
      GeometricTensor y = TYPE.wrap(x);
      for (EquivariantModule module : list.modules()) {
        y = module.forward(y);
      }
      GeometricTensor expected = EquivariantSequential.of(list.modules()).forward(TYPE.wrap(x));
      Fields.assertClose(y.array(), expected.array(), 0, 0);
      assertThatThrownBy(() -> list.getOutputShapes(new Shape[] {x.getShape()}))
          .isInstanceOf(UnsupportedOperationException.class);
    }
    list.clear();
  }

  @Test
  void identityGivesBackWhatItIsGiven() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = Fields.random(manager, TYPE, 2, 5, 1);
      assertThat(new IdentityModule(TYPE).forward(TYPE.wrap(x)).array()).isSameAs(x);
    }
  }

  /** The names that users of escnn look for are options of one layer. */
  @Test
  void fourierLayersByNameAreThoseByOptions() {
    var o2 = FlipRot2dOnR2.continuous(3);
    SubgroupId mirroring = SubgroupId.orthogonal(0, 1);
    var elu = FourierPointwise.builder(o2, 2, 2).function(PointwiseFunction.ELU);
    var quotient = FourierPointwise.builder(o2, 2, 2).quotient(mirroring);
    Map<EquivariantModule, EquivariantModule> same =
        Map.of(
            new FourierELU(o2, 2, 2), elu.build(),
            new QuotientFourierPointwise(o2, mirroring, 2, 2), quotient.build(),
            new QuotientFourierELU(o2, mirroring, 2, 2),
                quotient.function(PointwiseFunction.ELU).build());
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      same.forEach(
          (named, built) -> {
            assertThat(named.inType()).isEqualTo(built.inType());
            GeometricTensor x =
                named.inType().wrap(Fields.random(manager, named.inType(), 2, 3, 1));
            assertThat(named.forward(x).array()).isEqualTo(built.forward(x).array());
          });
      EquivariantModule whole = FourierPointwise.builder(o2, 2, 2).build();
      assertThat(new FourierELU(o2, 2, 2).inType()).isEqualTo(whole.inType());
      GeometricTensor x = whole.inType().wrap(Fields.random(manager, whole.inType(), 2, 3, 1));
      assertThat(new FourierELU(o2, 2, 2).forward(x).array())
          .isNotEqualTo(whole.forward(x).array());
    }
  }
}
