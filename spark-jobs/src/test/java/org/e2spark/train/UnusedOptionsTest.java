package org.e2spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.e2spark.sync.WireFormat;
import org.junit.jupiter.api.Test;

class UnusedOptionsTest {

  private static final long SAMPLES = 100;

  private static TrainOptions.Builder options() {
    return TrainOptions.builder("quickstart/c8", "shards").epochs(4);
  }

  @Test
  void whatNeedsAnotherOptionIsRefusedWithoutIt() {
    UnusedOptions.refuse(options().build());
    for (Validation validation :
        List.of(
            Validation.NONE.withEvery(Span.samples(9)),
            Validation.NONE.withMetric(Validation.Metric.ACCURACY),
            Validation.NONE.withMinDelta(0.1))) {
      assertThatThrownBy(() -> UnusedOptions.refuse(options().validation(validation).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("need a split to validate on");
    }
    TrainOptions.Builder narrow =
        options().wire(WireFormat.BF16).localSteps(LocalSteps.every(Span.samples(64)));
    assertThatThrownBy(() -> UnusedOptions.refuse(narrow.build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--wire bf16");
  }

  @Test
  void whatATrainingIsTooShortForIsTold() {
    Map<String, TrainOptions.Builder> told =
        Map.of(
            "changes the rate after 4epochs",
            options().schedule(new Schedule.Step(0.1, List.of(Span.epochs(3), Span.epochs(4)))),
            "leaves the rate for 4 epochs",
            options().schedule(new Schedule.Exponential(0.5, 4)),
            "rises for 401samples",
            options().warmUp(Span.samples(401)),
            "after every step for 4epochs",
            options().localSteps(LocalSteps.every(Span.samples(64)).withWarmUp(Span.epochs(4))),
            "period is 101samples",
            options().localSteps(LocalSteps.every(Span.samples(101))));
    told.forEach(
        (text, options) ->
            assertThat(UnusedOptions.beyondTheEnd(options.build(), SAMPLES))
                .singleElement()
                .asString()
                .contains(text));
    assertThat(
            UnusedOptions.beyondTheEnd(
                options()
                    .schedule(new Schedule.Step(0.1, List.of(Span.samples(399))))
                    .warmUp(Span.epochs(4))
                    .localSteps(LocalSteps.every(Span.epochs(1)).withWarmUp(Span.samples(399)))
                    .build(),
                SAMPLES))
        .isEmpty();
  }
}
