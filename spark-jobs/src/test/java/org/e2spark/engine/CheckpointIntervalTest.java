package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointIntervalTest {

  @ParameterizedTest
  @CsvSource({"0, 0", "5000, 5000", "5000samples, 5000", "0.5epochs, 150", "1 epoch, 300"})
  void lengthsOfTrainingAreCountedInSamples(String text, long samples) {
    CheckpointInterval interval = CheckpointInterval.of(text);
    assertThat(interval.inSamples(300)).isEqualTo(samples);
    assertThat(interval.inTime()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"10min, 600000", "90s, 90000", "0.5 h, 1800000", "1MIN, 60000"})
  void timesAreTimes(String text, long milliseconds) {
    CheckpointInterval interval = CheckpointInterval.of(text);
    assertThat(interval.inTime()).contains(Duration.ofMillis(milliseconds));
    assertThat(interval.inSamples(300)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ten", "10 days", "-5", "0min", "1e9min1"})
  void anythingElseIsRefusedWithExamples(String text) {
    assertThatThrownBy(() -> CheckpointInterval.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("10min");
  }

  @Test
  void noTimeIsNone() {
    assertThat(CheckpointInterval.NONE.inSamples(300)).isZero();
    assertThat(CheckpointInterval.NONE.inTime()).isEmpty();
  }
}
