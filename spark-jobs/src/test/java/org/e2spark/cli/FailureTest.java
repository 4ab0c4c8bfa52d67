package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.SparkException;
import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.train.TrainingException;
import org.junit.jupiter.api.Test;

/** Users are told what went wrong, not who passed it on. */
class FailureTest {

  private static SparkException aborted(Throwable cause) {
    return new SparkException(
        "Job aborted due to stage failure: Task 3 in stage 7.0 failed", cause);
  }

  @Test
  void whatATaskFoundIsToldAsItsOwn() {
    assertThat(Failure.of(aborted(new CheckpointException("weights.safetensors is damaged"))))
        .isEqualTo(new Failure("weights.safetensors is damaged", 2, true));
    var bad = new BadImageDataException("a.png", 8, "a chunk", "the end");
    assertThat(Failure.of(aborted(new IllegalStateException(bad))))
        .isEqualTo(new Failure(bad.getMessage(), 2, true));
  }

  @Test
  void aTrainingThatFailedIsNotTheUsersFault() {
    var failure = new TrainingException("Rank 1 on h failed: lost", aborted(new IOException("x")));
    assertThat(Failure.of(failure)).isEqualTo(new Failure("Rank 1 on h failed: lost", 1, true));
  }

  @Test
  void aDiskThatFailsIsNamed() {
    var failure = new UncheckedIOException("Cannot write s.png: full", new IOException("full"));
    assertThat(Failure.of(failure)).isEqualTo(new Failure("Cannot write s.png: full", 1, true));
  }

  @Test
  void whatNobodyExpectedGoesToTheLog() {
    Failure failure = Failure.of(aborted(new NullPointerException()));
    assertThat(failure.expected()).isFalse();
    assertThat(failure.code()).isEqualTo(1);
    assertThat(failure.message()).doesNotContain("Job aborted").doesNotContain("\n");
  }
}
