package org.e2spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.Set;
import org.e2spark.engine.RunOptions;
import org.junit.jupiter.api.Test;

class RunParamsTest {

  /** A fit's own folder goes when it ends, and which checkpoints of it were kept with it. */
  private static final Set<String> OF_NO_USE = Set.of("output", "keepLast");

  @Test
  void defaultsAreThoseOfTheOptions() {
    assertThat(new EquivariantClassifier().running.options("run")).isEqualTo(RunOptions.in("run"));
  }

  @Test
  void everyOptionOfARunHasAParam() throws ReflectiveOperationException {
    RunOptions otherwise =
        new EquivariantClassifier()
            .setNumWorkers(3)
            .setMinWorkers(2)
            .setMode("averaging")
            .setMaxRestarts(7)
            .setCheckpointEvery("500samples")
            .setWaitForExecutors(9)
            .setCollectiveTimeout(11)
            .running
            .options("run");
    for (RecordComponent option : RunOptions.class.getRecordComponents()) {
      if (!OF_NO_USE.contains(option.getName())) {
        assertThat(option.getAccessor().invoke(otherwise))
            .as(option.getName())
            .isNotEqualTo(option.getAccessor().invoke(RunOptions.in("run")));
      }
    }
    assertThat(otherwise.sync().timeouts().idle()).hasSeconds(11);
  }

  @Test
  void whatCannotBeIsRefusedByName() {
    assertThatThrownBy(() -> new EquivariantClassifier().setCollectiveTimeout(0))
        .hasMessageContaining("collectiveTimeout");
    assertThatThrownBy(() -> new EquivariantClassifier().setMode("rounds"))
        .hasMessageContaining("mode");
  }
}
