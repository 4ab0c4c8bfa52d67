package org.e2spark.nn.convolution;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.io.Serializable;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.convolution.factorised.Choice;
import org.e2spark.nn.convolution.factorised.FactorisedEvaluation;
import org.e2spark.nn.convolution.factorised.Use;

/**
 * How the convolutions of a network are evaluated, as text: what one process measured and others
 * take over, so that all compute by the same forms; part of a run's provenance. Crosses task
 * boundaries.
 *
 * @param byUse {@code weights use} to choice, such as {@code features.3.weights
 *     training/16x28x28/cpu} to {@code folded/onednn/8}
 */
public record EvaluationChoices(SortedMap<String, String> byUse) implements Serializable {

  /** Sorted by layer and use. */
  public EvaluationChoices {
    byUse = new TreeMap<>(byUse);
  }

  /** What has been chosen in a network so far. */
  public static EvaluationChoices of(Block network) {
    SortedMap<String, String> found = new TreeMap<>();
    evaluations(network)
        .forEach(
            (name, evaluation) ->
                evaluation
                    .choices()
                    .forEach((use, choice) -> found.put(name + " " + use, choice.toString())));
    return new EvaluationChoices(found);
  }

  /**
   * Makes a network of the same layers evaluate as chosen here; for other uses its layers choose
   * for themselves. Layers that are set to dense evaluation stay so.
   *
   * @throws IllegalArgumentException if a choice is not one of this version's
   */
  public void applyTo(Block network) {
    Map<String, FactorisedEvaluation> evaluations = evaluations(network);
    byUse.forEach(
        (key, choice) -> {
          int blank = key.lastIndexOf(' ');
          FactorisedEvaluation evaluation = evaluations.get(key.substring(0, blank));
          if (evaluation != null) {
            evaluation.choose(Use.parse(key.substring(blank + 1)), Choice.parse(choice));
          }
        });
  }

  /** The evaluations of layers by the names of their weights. */
  private static Map<String, FactorisedEvaluation> evaluations(Block network) {
    Map<Parameter, FactorisedEvaluation> byWeights = new IdentityHashMap<>();
    collect(network, byWeights);
    Map<String, FactorisedEvaluation> byName = new TreeMap<>();
    StateDict.of(network)
        .forEach(
            (name, parameter) -> {
              if (byWeights.containsKey(parameter)) {
                byName.put(name, byWeights.get(parameter));
              }
            });
    return byName;
  }

  private static void collect(Block block, Map<Parameter, FactorisedEvaluation> byWeights) {
    if (block instanceof SteerableConvolution convolution
        && convolution.evaluation() instanceof FactorisedEvaluation evaluation) {
      byWeights.put(convolution.getDirectParameters().get("weights"), evaluation);
    }
    block.getChildren().values().forEach(child -> collect(child, byWeights));
  }
}
