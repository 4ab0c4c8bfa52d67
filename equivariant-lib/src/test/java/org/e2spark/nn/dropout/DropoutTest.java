package org.e2spark.nn.dropout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.BiFunction;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.torch.Autograd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {

  private static final Rot2dOnR2 C4 = new Rot2dOnR2(4);
  private static final FieldType TYPE =
      FieldType.of(C4, C4.trivial(), C4.regular(), C4.trivial(), C4.regular(), C4.regular());

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5, 0.9, 1})
  void theMeanStays(double rate) {
    for (BiFunction<FieldType, Double, EquivariantModule> kind : kinds()) {
      try (EquivariantModule dropout = kind.apply(TYPE, rate);
          NDManager manager = NDManager.newBaseManager("PyTorch")) {
        NDArray x = manager.ones(new Shape(50, TYPE.size(), 60, 60));
        Networks.initialize(dropout, manager, x.getShape(), 7);
        NDArray y = dropout.forward(TYPE.wrap(x), Mode.TRAINING).array();
        double mean = rate == 1 ? 0 : 1;
        // Six standard deviations of the mean of the fewest independent entries, 50 x 5 x 60 x 60.
        double tolerance = rate == 1 ? 0 : 6 * Math.sqrt(rate / (1 - rate) / 900_000);
        assertThat((double) y.mean().getFloat()).isCloseTo(mean, offset(Math.max(tolerance, 1e-6)));
        assertThat(y.min().getFloat()).isGreaterThanOrEqualTo(0);
        assertThat(dropout.forward(TYPE.wrap(x)).array()).isEqualTo(x);
      }
    }
  }

  private static java.util.List<BiFunction<FieldType, Double, EquivariantModule>> kinds() {
    return java.util.List.of(PointwiseDropout::new, FieldDropout::new);
  }

  @Test
  void fieldsShareTheirFate() {
    try (var dropout = new FieldDropout(TYPE, 0.5);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.ones(new Shape(5, TYPE.size(), 8, 8));
      NDArray y = dropout.forward(TYPE.wrap(x), Mode.TRAINING).array();
      for (int field = 0; field < TYPE.fields(); field++) {
        NDArray channels = y.get(":, " + TYPE.start(field) + ":" + TYPE.end(field));
        assertThat(channels.max(new int[] {1})).isEqualTo(channels.min(new int[] {1}));
        assertThat(channels.max().getFloat()).isEqualTo(2);
        assertThat(channels.min().getFloat()).isEqualTo(0);
      }
    }
  }

  @Test
  void oneSeedOneMask() {
    var first = new PointwiseDropout(TYPE, 0.3);
    var second = new PointwiseDropout(TYPE, 0.3);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.ones(new Shape(2, TYPE.size(), 5, 5));
      first.reseed(3);
      NDArray a = first.forward(TYPE.wrap(x), Mode.TRAINING).array();
      NDArray b = first.forward(TYPE.wrap(x), Mode.TRAINING).array();
      Engine.getInstance().setRandomSeed(99);
      second.reseed(3);
      assertThat(second.forward(TYPE.wrap(x), Mode.TRAINING).array()).isEqualTo(a);
      assertThat(second.forward(TYPE.wrap(x), Mode.TRAINING).array()).isEqualTo(b);
      assertThat(a).isNotEqualTo(b);
      second.reseed(4);
      assertThat(second.forward(TYPE.wrap(x), Mode.TRAINING).array()).isNotEqualTo(a);
    }
  }

  @Test
  void layersOfOneNetworkDropDifferently() {
    var network =
        EquivariantSequential.of(new PointwiseDropout(TYPE, 0.5), new PointwiseDropout(TYPE, 0.5));
    Networks.reseed(network, 5);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.ones(new Shape(1, TYPE.size(), 20, 20));
      NDArray a = network.modules().get(0).forward(TYPE.wrap(x), Mode.TRAINING).array();
      NDArray b = network.modules().get(1).forward(TYPE.wrap(x), Mode.TRAINING).array();
      assertThat(a).isNotEqualTo(b);
      Networks.reseed(network, 5);
      assertThat(network.modules().get(0).forward(TYPE.wrap(x), Mode.TRAINING).array())
          .isEqualTo(a);
    }
  }

  @Test
  void gradientsReachWhatIsKept() {
    try (var dropout = new PointwiseDropout(TYPE, 0.5);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.ones(new Shape(2, TYPE.size(), 4, 4));
      x.setRequiresGradient(true);
      NDArray y;
      try (var scope = Autograd.record()) {
        y = dropout.forward(TYPE.wrap(x), Mode.TRAINING).array();
        scope.backward(y.sum());
      }
      assertThat(x.getGradient()).isEqualTo(y);
    }
  }

  @Test
  void ratesOutOfRangeAreNamed() {
    assertThatThrownBy(() -> new PointwiseDropout(TYPE, 1.5)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> new FieldDropout(TYPE, -0.1)).hasMessageContaining("-0.1");
    assertThatThrownBy(() -> new Dropout(Double.NaN)).hasMessageContaining("NaN");
  }
}
