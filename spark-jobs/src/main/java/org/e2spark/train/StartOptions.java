package org.e2spark.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonPOJOBuilder;
import java.io.Serializable;
import java.util.List;

/**
 * Which values a training begins with, and which of them it leaves as they are. Patterns are
 * regular expressions that are looked for in the parameters' names; one that is found in none is
 * refused.
 *
 * @param model directory of a saved model, or of a run whose model is meant; empty for none
 * @param reinitialize patterns of parameters that do not take the model's values, such as those of
 *     a head for other classes
 * @param frozen patterns of parameters and running statistics that nothing changes
 */
@JsonDeserialize(builder = StartOptions.Json.class)
public record StartOptions(String model, List<String> reinitialize, List<String> frozen)
    implements Serializable {

  /** Values drawn from the seed, all of them trained. */
  public static final StartOptions SEED = new StartOptions("", List.of(), List.of());

  /**
   * Checks and copies the patterns.
   *
   * @throws IllegalArgumentException naming the pattern that is none
   */
  public StartOptions {
    reinitialize = List.copyOf(reinitialize);
    frozen = List.copyOf(frozen);
    reinitialize.forEach(ParameterPattern::of);
    frozen.forEach(ParameterPattern::of);
    if (model == null || (model.isEmpty() && !reinitialize.isEmpty())) {
      throw new IllegalArgumentException(
          "Nothing is there to reinitialise " + reinitialize + " in: name a model to start from");
    }
  }

  /** The same from a saved model. */
  public StartOptions withModel(String directory) {
    return new StartOptions(directory, reinitialize, frozen);
  }

  /** The same but for parameters that begin with values drawn from the seed. */
  public StartOptions withReinitialize(List<String> patterns) {
    return new StartOptions(model, patterns, frozen);
  }

  /** The same with other parameters left as they are. */
  public StartOptions withFrozen(List<String> patterns) {
    return new StartOptions(model, reinitialize, patterns);
  }

  /** Whether there is a model to start from. */
  public boolean hasModel() {
    return !model.isEmpty();
  }

  /** What JSON leaves out has its default. */
  @JsonPOJOBuilder
  static final class Json {
    @JsonProperty private String model = SEED.model;
    @JsonProperty private List<String> reinitialize = SEED.reinitialize;
    @JsonProperty private List<String> frozen = SEED.frozen;

    StartOptions build() {
      return new StartOptions(model, reinitialize, frozen);
    }
  }
}
