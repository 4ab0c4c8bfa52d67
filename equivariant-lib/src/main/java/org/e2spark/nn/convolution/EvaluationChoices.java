package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.io.Serializable;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.convolution.factorised.Choice;
import org.e2spark.nn.convolution.factorised.FactorisedEvaluation;
import org.e2spark.nn.convolution.factorised.Use;
import org.e2spark.torch.Autograd;

/**
 * How the convolutions of a network are evaluated, as text: what one process measured and others
 * take over, so that all compute by the same forms; part of a run's provenance, and of a saved
 * model. Crosses task boundaries.
 *
 * @param byUse {@code weights use} to choice, such as {@code features.3.weights
 *     training/16x28x28/cpu} to {@code folded/onednn/8}
 */
public record EvaluationChoices(SortedMap<String, String> byUse) implements Serializable {

  /** Nothing chosen. */
  public static final EvaluationChoices NONE = new EvaluationChoices(new TreeMap<>());

  /**
   * Sorted by layer and use.
   *
   * @throws IllegalArgumentException if a text is not of the form above, naming it
   */
  public EvaluationChoices {
    byUse = Collections.unmodifiableSortedMap(new TreeMap<>(byUse));
    byUse.forEach(
        (key, choice) -> {
          Use.parse(key.substring(key.lastIndexOf(' ') + 1));
          Choice.parse(choice);
        });
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
   * What a network chooses for some images in training and for some in evaluation, by running it on
   * noise once each. Its running statistics change.
   *
   * @param network initialised
   * @param training shape of the images of a pass in training
   * @param evaluation shape of the images of a pass in evaluation
   */
  public static EvaluationChoices measure(
      Block network, NDManager manager, Shape training, Shape evaluation) {
    try (NDManager scratch = manager.newSubManager()) {
      var store = new ParameterStore(scratch, false);
      try (Autograd scope = Autograd.record()) {
        network.forward(store, new NDList(scratch.randomUniform(0, 1, training)), true);
      }
      try (Autograd scope = Autograd.pause()) {
        network.forward(store, new NDList(scratch.randomUniform(0, 1, evaluation)), false);
      }
    }
    return of(network);
  }

  /**
   * Makes a network of the same layers evaluate as chosen here; other numbers of images of the same
   * size take the choice for the next number. For other uses its layers choose for themselves.
   * Layers that are set to dense evaluation stay so.
   */
  public void applyTo(Block network) {
    Map<String, FactorisedEvaluation> evaluations = evaluations(network);
    byUse.forEach(
        (key, choice) -> {
          int blank = key.lastIndexOf(' ');
          FactorisedEvaluation evaluation = evaluations.get(key.substring(0, Math.max(0, blank)));
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
