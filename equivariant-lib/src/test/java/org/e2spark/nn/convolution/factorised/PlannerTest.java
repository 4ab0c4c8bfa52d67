package org.e2spark.nn.convolution.factorised;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.convolution.factorised.Choice.Kind;
import org.e2spark.nn.convolution.factorised.Use.Purpose;
import org.junit.jupiter.api.Test;

/** What the planner makes of times, on a clock that the trials themselves move. */
class PlannerTest {

  private static final long MILLISECOND = 1_000_000;

  private final List<Choice> runs = new ArrayList<>();
  private long now;

  private Choice planned(int fields, int batch, ToLongFunction<Choice> nanos) {
    var c16 = new Rot2dOnR2(16);
    var type = FieldType.of(c16, c16.regular(), fields);
    try (R2Conv layer = R2Conv.builder(type, type).kernelSize(5).padding(2).build();
        LayerForms forms = new LayerForms(layer, layer.geometry().orElseThrow())) {
      var window =
          KernelWindow.of(layer.geometry().orElseThrow(), Size2d.of(2), new Size2d(12, 12));
      var use = new Use(Purpose.TRAINING, batch, 12, 12, "cpu");
      var planner = new Planner(() -> now, choice -> trial(choice, nanos.applyAsLong(choice)));
      return planner.measured(
          forms.candidates(window), List.of(Product.ONEDNN, Product.BLAS), use, "a layer");
    }
  }

  private Planner.Trial trial(Choice choice, long nanos) {
    return new Planner.Trial() {
      @Override
      public void run() {
        runs.add(choice);
        now += nanos;
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void takesTheFastest() {
    var fastest = planned(4, 16, c -> (c.kind() == Kind.FREQUENCY ? 10 : 30) * MILLISECOND);
    assertThat(fastest.kind()).isEqualTo(Kind.FREQUENCY);
    Choice blas =
        planned(
            4,
            16,
            c ->
                (c.kind() == Kind.DENSE ? 30 : c.product() == Product.BLAS ? 8 : 10) * MILLISECOND);
    assertThat(blas.kind()).isNotEqualTo(Kind.DENSE);
    assertThat(blas.product()).isEqualTo(Product.BLAS);
  }

  @Test
  void staysDenseUnlessAFormSavesAnythingToSpeakOf() {
    assertThat(planned(4, 16, c -> (c.kind() == Kind.DENSE ? 100 : 87) * MILLISECOND))
        .isEqualTo(Choice.DENSE);
    assertThat(planned(4, 16, c -> (c.kind() == Kind.DENSE ? 100 : 83) * MILLISECOND).kind())
        .isNotEqualTo(Kind.DENSE);
  }

  @Test
  void beginsNoTrialAfterThreeSeconds() {
    long dense = 2_200 * MILLISECOND;
    Choice chosen = planned(4, 16, c -> c.kind() == Kind.DENSE ? dense : dense / 2);
    assertThat(runs.stream().distinct()).hasSize(2);
    assertThat(chosen).isEqualTo(runs.get(runs.size() - 1));
    assertThat(now).isLessThan(2 * dense + 3_000 * MILLISECOND + 3 * dense / 2);
  }

  @Test
  void givesUpWhatIsFarBehind() {
    planned(4, 16, c -> (c.kind() == Kind.DENSE ? 1 : 5) * MILLISECOND);
    runs.removeIf(c -> c.kind() == Kind.DENSE);
    assertThat(runs).doesNotHaveDuplicates();
  }

  @Test
  void measuresNothingWhereLittleIsMultiplied() {
    assertThat(planned(1, 1, c -> MILLISECOND)).isEqualTo(Choice.DENSE);
    assertThat(runs).isEmpty();
  }
}
