package org.e2spark.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class LearningRateTest {

  /** {@code OneCycleLR(max_lr=5e-3, total_steps=40)} of torch 1.13.1. */
  private static final double[] TORCH_CYCLE = {
    0.0002, 0.0002972168633, 0.0005809915212, 0.001028334239, 0.001603003969,
    0.002258444388, 0.002941555612, 0.003596996031, 0.004171665761, 0.004619008479,
    0.004902783137, 0.005, 0.004984280588, 0.004937320031, 0.004859708887,
    0.00475242316, 0.004616812031, 0.004454580888, 0.004267769882, 0.00405872827,
    0.003830084871, 0.003584715009, 0.003325704352, 0.00305631011, 0.002779920071,
    0.00250001, 0.002220099929, 0.00194370989, 0.001674315648, 0.001415304991,
    0.001169935129, 0.0009412917303, 0.0007322501181, 0.0005454391121, 0.0003832079692,
    0.0002475968399, 0.0001403111131, 6.269996882e-05, 1.573941239e-05, 2e-08
  };

  @Test
  void oneCycleEqualsTorch() {
    LearningRate cycle = LearningRate.OneCycle.of(5e-3, 40 * 32, 32);
    for (int step = 0; step < TORCH_CYCLE.length; step++) {
      assertThat(cycle.at(step * 32L)).isCloseTo(TORCH_CYCLE[step], within(1e-11));
    }
    assertThat(cycle.at(10_000)).isCloseTo(2e-8, within(1e-15));
  }

  @Test
  void aCycleOfOneStepIsANumber() {
    assertThat(LearningRate.OneCycle.of(5e-3, 20, 32).at(0)).isFinite().isPositive();
  }

  @Test
  void stepsFallAtTheirMilestones() {
    LearningRate steps = new LearningRate.Step(0.1, 0.2, List.of(60L, 120L));
    assertThat(steps.at(59)).isEqualTo(0.1);
    assertThat(steps.at(60)).isCloseTo(0.02, within(1e-15));
    assertThat(steps.at(120)).isCloseTo(0.004, within(1e-15));
  }

  @Test
  void theExponentialIsConstantAtFirst() {
    LearningRate decay = new LearningRate.Exponential(0.015, 0.8, 100, 15);
    assertThat(decay.at(1499)).isEqualTo(0.015);
    assertThat(decay.at(1500)).isCloseTo(0.012, within(1e-15));
    assertThat(decay.at(1599)).isCloseTo(0.012, within(1e-15));
    assertThat(decay.at(1600)).isCloseTo(0.0096, within(1e-15));
  }

  @Test
  void theCosineFallsFromTheFirstToTheLastAndStays() {
    LearningRate cosine = new LearningRate.Cosine(0.1, 0.02, 400);
    assertThat(cosine.at(0)).isEqualTo(0.1);
    assertThat(cosine.at(100)).isCloseTo(0.06 + 0.04 * Math.sqrt(0.5), within(1e-15));
    assertThat(cosine.at(200)).isCloseTo(0.06, within(1e-15));
    assertThat(cosine.at(400)).isEqualTo(0.02);
    assertThat(cosine.at(1000)).isEqualTo(0.02);
  }

  @Test
  void aWarmUpRisesInALineToTheRateBelow() {
    LearningRate warm = new LearningRate.WarmUp(new LearningRate.Constant(0.1), 320, 32);
    assertThat(warm.at(0)).isCloseTo(0.01, within(1e-15));
    assertThat(warm.at(128)).isCloseTo(0.05, within(1e-15));
    assertThat(warm.at(288)).isEqualTo(0.1);
    assertThat(warm.at(640)).isEqualTo(0.1);
  }
}
