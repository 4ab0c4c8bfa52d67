package org.e2spark.model;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.text.Text;

/**
 * A classifier's layers, cut in two behind one of them.
 *
 * @param before up to the layer, with it
 * @param after from there to the logits
 * @param last the layer; null for the reduction to vectors
 * @param output what the layer gives
 */
record NetworkCut(PlainLayer before, PlainLayer after, Block last, Output output) {

  /** What a layer gives. */
  enum Output {
    /** Images of fields. */
    FIELDS,
    /** Images that say nothing of fields. */
    IMAGES,
    /** Vectors. */
    VECTOR
  }

  /** One of several layers in a row, of which the name of one that is no block is empty. */
  private record Step(String name, Block block, Function<PlainArrays, PlainLayer> form) {

    static Step of(String name, Block block) {
      return new Step(name, block, arrays -> arrays.plainForm(block));
    }
  }

  /**
   * Cuts behind a layer.
   *
   * @param layer its name, or {@link FeatureNetwork#BEFORE_HEAD}
   * @throws IllegalArgumentException if there is none, naming those that there are
   */
  static NetworkCut at(Block network, String layer, PlainArrays arrays) {
    List<PlainLayer> before = new ArrayList<>();
    List<PlainLayer> after = new ArrayList<>();
    Block last = network;
    Output output = Output.IMAGES;
    String rest = layer;
    do {
      List<Step> steps = steps(last);
      String name = rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest;
      rest = rest.substring(Math.min(rest.length(), name.length() + 1));
      int found = index(steps, name);
      if (found < 0) {
        throw missing(layer, network);
      }
      if (last instanceof Classifier classifier
          && steps.get(found).block() != classifier.features()) {
        output = Output.VECTOR;
      }
      last = steps.get(found).block();
      for (Step step : steps.subList(0, found)) {
        before.add(step.form().apply(arrays));
      }
      List<PlainLayer> behind = new ArrayList<>();
      for (Step step : steps.subList(found + 1, steps.size())) {
        behind.add(step.form().apply(arrays));
      }
      after.addAll(0, behind);
      if (rest.isEmpty()) {
        before.add(steps.get(found).form().apply(arrays));
      }
    } while (!rest.isEmpty());
    if (output == Output.IMAGES && last instanceof EquivariantModule) {
      output = Output.FIELDS;
    }
    return new NetworkCut(new Sequence(before), new Sequence(after), last, output);
  }

  private static int index(List<Step> steps, String name) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static List<Step> steps(Block block) {
    if (block instanceof Classifier classifier) {
      return List.of(
          Step.of("features", classifier.features()),
          new Step(FeatureNetwork.BEFORE_HEAD, null, arrays -> classifier.plainReduction()),
          Step.of("head", classifier.head()));
    }
    List<Step> steps = new ArrayList<>();
    if (block instanceof EquivariantSequential || block instanceof SequentialBlock) {
      int position = 0;
      for (Pair<String, Block> child : block.getChildren()) {
        String name = StateDict.childName(block, position++, child.getKey());
        steps.add(Step.of(name, child.getValue()));
      }
    }
    return steps;
  }

  private static IllegalArgumentException missing(String layer, Block network) {
    List<String> names = new ArrayList<>();
    collect("", network, names);
    return new IllegalArgumentException(
        layer.isEmpty()
            ? "The network is no Classifier, so that nothing says where its features end: name a layer"
            : Text.format("No layer '%s' (there are: %s)", layer, String.join(", ", names)));
  }

  private static void collect(String prefix, Block block, List<String> names) {
    for (Step step : steps(block)) {
      if (step.block() != null) {
        names.add(prefix + step.name());
        collect(prefix + step.name() + ".", step.block(), names);
      }
    }
  }
}
