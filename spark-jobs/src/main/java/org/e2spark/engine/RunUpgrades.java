package org.e2spark.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** What {@code run.json} was in earlier versions, as what it was in the next. */
final class RunUpgrades {

  private RunUpgrades() {}

  /**
   * From version 1 to 2. Of version 1 there are two: at first the optimiser, the schedule and the
   * augmentation were names, of which each meant fixed numbers, beside one {@code weightDecay};
   * then they were the values of version 2, without a version in the file.
   */
  static void namesBecomeValues(ObjectNode run) {
    if (run.get("options") instanceof ObjectNode options && options.has("weightDecay")) {
      double decay = options.remove("weightDecay").doubleValue();
      String optimizer = name(options, "optimizer");
      String schedule = name(options, "schedule");
      optimizer(options.putObject("optimizer"), optimizer, decay);
      schedule(options.putObject("schedule"), schedule);
      options.put("augmentation", stages(options.path("augmentation")));
    }
  }

  private static void optimizer(ObjectNode value, String name, double decay) {
    switch (name) {
      case "adam" ->
          value.put("rule", "adam").put("beta1", 0.9).put("beta2", 0.999).put("epsilon", 1e-8);
      case "sgd" -> value.put("rule", "sgd").put("momentum", 0.9).put("style", "HEAVY_BALL");
      case "nesterov" -> value.put("rule", "sgd").put("momentum", 0.9).put("style", "NESTEROV");
      default -> throw new IllegalArgumentException("no optimiser is named '" + name + "'");
    }
    var rules = value.putObject("penalties").putArray("rules");
    if (decay != 0) {
      rules.addObject().put("pattern", "").put("l1", 0.0).put("l2", decay);
    }
  }

  private static void schedule(ObjectNode value, String name) {
    switch (name) {
      case "constant" -> value.put("shape", "constant");
      case "one_cycle" ->
          value
              .put("shape", "one-cycle")
              .put("rise", 0.3)
              .put("division", 25.0)
              .put("finalDivision", 1e4);
      default -> throw new IllegalArgumentException("no schedule is named '" + name + "'");
    }
  }

  /** Stages as now, or, before that, the name of one of four policies. */
  private static String stages(JsonNode augmentation) {
    if (augmentation.isObject()) {
      return augmentation.path("stages").asText();
    }
    String name = augmentation.asText().toLowerCase(Locale.ROOT);
    return switch (name) {
      case "rotation" -> "rotate:bilinear";
      case "shift" -> "crop:2";
      case "shift_rotation" -> "crop:2,rotate:bilinear";
      default -> name;
    };
  }

  private static String name(ObjectNode options, String key) {
    return options.path(key).asText().toLowerCase(Locale.ROOT);
  }
}
