package org.e2spark.train;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.e2spark.model.Classifier;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.container.EquivariantSequential;

/**
 * The segments in which a network is differentiated, from the last to the first: parts of the chain
 * of its modules with about equally many trained numbers. They follow from the network alone.
 *
 * @param begins the module with which each segment but the first begins
 * @param tensors for each segment the place of its first tensor in the layout, and at the end the
 *     number of trained tensors
 */
record GradientSegments(List<Block> begins, List<Integer> tensors) {

  /** Shorter stretches cost a network's latency more often than they save. */
  static final long LEAST = 64 * 1024;

  private static final int MOST = 6;

  /** Copies the lists. */
  GradientSegments {
    begins = List.copyOf(begins);
    tensors = List.copyOf(tensors);
  }

  /**
   * The segments of a network; one if it is small, is no chain, or uses a parameter twice.
   *
   * @param least trained numbers of a segment, but for the first
   */
  static GradientSegments of(Block network, GradientLayout layout, long least) {
    List<StateDict.Entry> trained = layout.trained();
    List<Long> offsets = offsets(trained);
    long all = offsets.get(trained.size());
    long size = Math.max(least, (all + MOST - 1) / MOST);
    List<Block> begins = new ArrayList<>();
    List<Integer> tensors = new ArrayList<>(List.of(trained.size()));
    if (!usesTwice(trained)) {
      List<Block> links = new ArrayList<>();
      chain(network, links);
      Map<Block, Integer> firsts = firsts(network, trained);
      for (int i = links.size() - 1; i >= 0; i--) {
        int first = firsts.get(links.get(i));
        if (first > 0 && offsets.get(tensors.get(0)) - offsets.get(first) >= size) {
          begins.add(0, links.get(i));
          tensors.add(0, first);
        }
      }
    }
    tensors.add(0, 0);
    return new GradientSegments(begins, tensors);
  }

  int count() {
    return begins.size() + 1;
  }

  private static List<Long> offsets(List<StateDict.Entry> trained) {
    List<Long> offsets = new ArrayList<>(List.of(0L));
    for (StateDict.Entry entry : trained) {
      offsets.add(offsets.get(offsets.size() - 1) + entry.parameter().getShape().size());
    }
    return offsets;
  }

  private static boolean usesTwice(List<StateDict.Entry> trained) {
    return identities(trained).size() < trained.size();
  }

  private static Set<Parameter> identities(List<StateDict.Entry> trained) {
    Set<Parameter> all = Collections.newSetFromMap(new IdentityHashMap<>());
    trained.forEach(entry -> all.add(entry.parameter()));
    return all;
  }

  /** The modules that take nothing but what the one before them in the chain gives. */
  private static void chain(Block block, List<Block> links) {
    if (block instanceof EquivariantSequential sequence) {
      for (Block module : sequence.modules()) {
        if (module != sequence.modules().get(0)) {
          links.add(module);
        }
        chain(module, links);
      }
    } else if (block instanceof SequentialBlock || block instanceof Classifier) {
      block.getChildren().values().forEach(child -> chain(child, links));
    }
  }

  /** How many trained tensors come before each block, in the order of a state dict. */
  private static Map<Block, Integer> firsts(Block network, List<StateDict.Entry> trained) {
    Map<Block, Integer> firsts = new IdentityHashMap<>();
    count(network, identities(trained), 0, firsts);
    return firsts;
  }

  private static int count(
      Block block, Set<Parameter> trained, int before, Map<Block, Integer> firsts) {
    firsts.putIfAbsent(block, before);
    int count = before;
    for (Parameter parameter : block.getDirectParameters().values()) {
      count += trained.contains(parameter) ? 1 : 0;
    }
    for (Block child : block.getChildren().values()) {
      count = count(child, trained, count, firsts);
    }
    return count;
  }
}
