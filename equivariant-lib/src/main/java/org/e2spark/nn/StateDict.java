package org.e2spark.nn;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The parameters of a network by the names a PyTorch state dict gives them: the names of the nested
 * modules and of the parameter, joined by dots, such as {@code
 * "layers.1.batch_norm_[8].running_mean"}.
 */
public final class StateDict {

  /** DJL's own batch normalisation names its parameters differently. */
  private static final Map<String, String> TORCH_NAMES =
      Map.of(
          "gamma", "weight",
          "beta", "bias",
          "runningMean", "running_mean",
          "runningVar", "running_var");

  /** One parameter: its name, the block that owns it, and the parameter. */
  public record Entry(String name, Block owner, Parameter parameter) {}

  private StateDict() {}

  /**
   * Every parameter of a block and of all blocks inside it, by name, in the order of construction.
   */
  public static Map<String, Parameter> of(Block block) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    for (Entry entry : entries(block)) {
      if (parameters.put(entry.name(), entry.parameter()) != null) {
        throw new IllegalStateException("Two parameters are named " + entry.name());
      }
    }
    return Collections.unmodifiableMap(parameters);
  }

  /** As {@link #of}, with the block that owns each parameter. */
  public static List<Entry> entries(Block block) {
    List<Entry> entries = new ArrayList<>();
    collect("", block, entries);
    return entries;
  }

  private static void collect(String prefix, Block block, List<Entry> entries) {
    for (Pair<String, Parameter> pair : block.getDirectParameters()) {
      String name = TORCH_NAMES.getOrDefault(pair.getKey(), pair.getKey());
      entries.add(new Entry(prefix + name, block, pair.getValue()));
    }
    int index = 0;
    for (Pair<String, Block> child : block.getChildren()) {
      String name =
          block instanceof SequentialBlock
              ? Integer.toString(index)
              : withoutPosition(child.getKey(), index + 1);
      collect(prefix + name + ".", child.getValue(), entries);
      index++;
    }
  }

  /**
   * DJL puts a child's position, counted from one, in two digits or more, before the name it was
   * given.
   */
  private static String withoutPosition(String key, int position) {
    String prefix = String.format(Locale.ROOT, "%02d", position);
    return key.startsWith(prefix) ? key.substring(prefix.length()) : key;
  }
}
