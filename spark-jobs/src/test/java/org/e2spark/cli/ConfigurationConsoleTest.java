package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.e2spark.checkpoint.Json;
import org.e2spark.events.TrainEvent;
import org.e2spark.train.TrainOptions;
import org.junit.jupiter.api.Test;

class ConfigurationConsoleTest {

  @Test
  void everyOptionIsPrintedInLinesThatFitAndEventsGoOn() {
    StringWriter text = new StringWriter();
    List<TrainEvent> heard = new ArrayList<>();
    ConfigurationConsole console = new ConfigurationConsole(new PrintWriter(text), heard::add);
    TrainOptions options = TrainOptions.builder("quickstart/c8", "shards").build();
    TrainEvent configured = new TrainEvent.Configured(Json.fields(options), Map.of("workers", "2"));
    console.happened(configured);
    console.happened(new TrainEvent.Started(10, 0));
    assertThat(heard).containsExactly(configured, new TrainEvent.Started(10, 0));
    String printed = text.toString();
    assertThat(printed)
        .startsWith(
            "options     preset=quickstart/c8  network=null  data=shards  split=train  epochs=10")
        .contains("learningRate=0.001", "schedule={\"shape\":\"one-cycle\",", "augmentation=none")
        .contains("run         workers=2");
    for (var component : TrainOptions.class.getRecordComponents()) {
      assertThat(printed).contains(component.getName() + "=");
    }
    assertThat(printed.lines()).hasSizeLessThan(15);
  }
}
