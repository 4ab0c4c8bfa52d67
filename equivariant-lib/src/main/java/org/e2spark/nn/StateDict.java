package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.e2spark.text.Text;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.Ops;

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

  /** What a state dict of the reference also holds, and what follows from a layer's options. */
  private static final Pattern DERIVED =
      Pattern.compile(
          "(^|\\.)(filter|expanded_bias|bias_expansion|sampled_basis"
              + "|change_of_basis_.*|.*_change_of_basis(_inv)?|vars_(aggregator|propagator)_.*)$");

  /** One parameter: its name, the block that owns it, and the parameter. */
  public record Entry(String name, Block owner, Parameter parameter) {

    /**
     * What training does with it.
     *
     * @throws IllegalArgumentException if nobody has said
     */
    public ParameterRole role() {
      return ParameterRole.of(owner, parameter);
    }
  }

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

  /**
   * Gives a network the values of a state dict, such as that of a network trained with e2cnn, which
   * {@link org.e2spark.interchange.TorchFile} reads. Entries that follow from the layers' options
   * (filters, bases, indices) are passed over; all others must be the network's.
   *
   * @param block an initialised network
   * @param values by name; they are copied
   * @throws IllegalArgumentException if a parameter has no value, a value no parameter, or one has
   *     another shape than the other, naming them; nothing is changed then
   */
  public static void load(Block block, Map<String, NDArray> values) {
    Map<String, Parameter> parameters = of(block);
    List<String> wrong = new ArrayList<>();
    parameters.forEach(
        (name, parameter) -> {
          NDArray value = values.get(name);
          Shape shape = parameter.getArray().getShape();
          if (value == null) {
            wrong.add(name + " has no value");
          } else if (!value.getShape().equals(shape)) {
            wrong.add(name + " has shape " + shape + " but its value " + value.getShape());
          }
        });
    values.forEach(
        (name, value) -> {
          if (!parameters.containsKey(name) && !isDerived(name, value)) {
            wrong.add(name + " is no parameter of the network");
          }
        });
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "The values are those of another network: "
              + String.join("; ", wrong)
              + hint(parameters.keySet(), values.keySet()));
    }
    try (Autograd scope = Autograd.pause()) {
      parameters.forEach((name, parameter) -> copy(values.get(name), parameter.getArray()));
    }
  }

  /**
   * The values under their names without a prefix that all of them have, such as the {@code
   * "module."} of a network that was trained as a DistributedDataParallel.
   *
   * @throws IllegalArgumentException if a name lacks the prefix, naming it
   */
  public static Map<String, NDArray> withoutPrefix(Map<String, NDArray> values, String prefix) {
    Map<String, NDArray> stripped = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          if (!name.startsWith(prefix)) {
            throw new IllegalArgumentException(name + " does not begin with " + prefix);
          }
          stripped.put(name.substring(prefix.length()), value);
        });
    return stripped;
  }

  /** What to try when names differ by something before all of them. */
  private static String hint(Set<String> wanted, Set<String> given) {
    for (String name : given) {
      for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
        String prefix = name.substring(0, dot + 1);
        if (wanted.contains(name.substring(dot + 1))
            && given.stream().allMatch(other -> other.startsWith(prefix))) {
          return Text.format(
              "; all names begin with \"%s\": load StateDict.withoutPrefix(values, \"%s\")",
              prefix, prefix);
        }
      }
    }
    return "";
  }

  /**
   * Whether an entry of a state dict of the reference library follows from the layers' options, or
   * counts: what is neither trained nor measured.
   */
  public static boolean isDerived(String name, NDArray value) {
    return value.size() == 0 || !value.getDataType().isFloating() || DERIVED.matcher(name).find();
  }

  private static void copy(NDArray value, NDArray parameter) {
    try (NDArray cast = Ops.cast(value, parameter.getDataType());
        NDArray there = cast.toDevice(parameter.getDevice(), true)) {
      there.copyTo(parameter);
    }
  }

  private static void collect(String prefix, Block block, List<Entry> entries) {
    for (Pair<String, Parameter> pair : block.getDirectParameters()) {
      String name = TORCH_NAMES.getOrDefault(pair.getKey(), pair.getKey());
      entries.add(new Entry(prefix + name, block, pair.getValue()));
    }
    int position = 0;
    for (Pair<String, Block> child : block.getChildren()) {
      collect(
          prefix + childName(block, position++, child.getKey()) + ".", child.getValue(), entries);
    }
  }

  /**
   * What a state dict calls a child of a block. DJL puts a child's position, counted from one, in
   * two digits or more, before the name it was given.
   *
   * @param position counted from zero
   * @param key what DJL calls it
   */
  public static String childName(Block block, int position, String key) {
    if (block instanceof SequentialBlock) {
      return Integer.toString(position);
    }
    String prefix = Text.format("%02d", position + 1);
    return key.startsWith(prefix) ? key.substring(prefix.length()) : key;
  }
}
