package org.e2spark.spec;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.e2spark.kernel.EmptyBasisException;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;

/** Builds layers; what is wrong is told with the path of the value. */
public final class Assembly {

  private static final Pattern INVALID = Pattern.compile("Invalid ([a-z ]+):.*", Pattern.DOTALL);

  private Assembly() {}

  /**
   * Layers one after another.
   *
   * @param path of the list, for messages
   */
  public static EquivariantSequential sequence(List<LayerSpec> layers, FieldType in, String path) {
    return sequence(layers, in, path, 0);
  }

  static EquivariantSequential sequence(
      List<LayerSpec> layers, FieldType in, String path, int first) {
    List<String> names = names(layers, path, first);
    Map<String, EquivariantModule> modules = new LinkedHashMap<>();
    FieldType type = in;
    for (int i = 0; i < layers.size(); i++) {
      EquivariantModule module = create(layers.get(i), type, path + "[" + i + "]");
      modules.put(names.get(i), module);
      type = module.outType();
    }
    return EquivariantSequential.named(modules);
  }

  /** The only layer itself, or several in a sequence. */
  static EquivariantModule module(List<LayerSpec> layers, FieldType in, String path) {
    return layers.size() == 1
        ? create(layers.get(0), in, path + "[0]")
        : sequence(layers, in, path, 0);
  }

  private static EquivariantModule create(LayerSpec layer, FieldType in, String path) {
    LayerKind kind = LayerKinds.find(layer.kind(), LayerKind.Family.EQUIVARIANT, path);
    return told(kind, path, () -> kind.create(in, new Arguments(layer, path)));
  }

  private static LayerKind.Ordinary createOrdinary(LayerSpec layer, int channels, String path) {
    LayerKind kind = LayerKinds.find(layer.kind(), LayerKind.Family.ORDINARY, path);
    return told(kind, path, () -> kind.createOrdinary(channels, new Arguments(layer, path)));
  }

  private static <T> T told(LayerKind kind, String path, Supplier<T> layer) {
    try {
      return layer.get();
    } catch (SpecException e) {
      throw e;
    } catch (EmptyBasisException e) {
      String message = e.getMessage().replaceFirst("^Kernel size ", "");
      boolean cut = message.length() < e.getMessage().length();
      throw new SpecException(cut ? path + ".kernelSize" : path, message, e);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new SpecException(path + optionIn(e.getMessage(), kind), e.getMessage(), e);
    }
  }

  /** The option that a message is about, if it says so: "Invalid kernel size: 0 ...". */
  private static String optionIn(String message, LayerKind kind) {
    Matcher matcher = INVALID.matcher(String.valueOf(message));
    if (!matcher.matches()) {
      return "";
    }
    String[] words = matcher.group(1).split(" ", -1);
    var name = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      name.append(words[i].substring(0, 1).toUpperCase(Locale.ROOT)).append(words[i].substring(1));
    }
    return kind.options().stream().anyMatch(option -> option.name().contentEquals(name))
        ? "." + name
        : "";
  }

  /**
   * Ordinary layers one after another.
   *
   * @param path of the list, for messages
   */
  public static LayerKind.Ordinary ordinaryLayers(
      List<LayerSpec> layers, int channels, String path) {
    if (layers.stream().anyMatch(layer -> layer.name() != null)) {
      OrdinarySequence sequence = ordinarySequence(layers, channels, path, 0);
      return new LayerKind.Ordinary(sequence, sequence.channels());
    }
    var sequence = new SequentialBlock();
    int width = channels;
    for (int i = 0; i < layers.size(); i++) {
      LayerKind.Ordinary layer = createOrdinary(layers.get(i), width, path + "[" + i + "]");
      sequence.add(layer.block());
      width = layer.channels();
    }
    return new LayerKind.Ordinary(sequence, width);
  }

  static OrdinarySequence ordinarySequence(
      List<LayerSpec> layers, int channels, String path, int first) {
    List<String> names = names(layers, path, first);
    Map<String, Block> blocks = new LinkedHashMap<>();
    int width = channels;
    for (int i = 0; i < layers.size(); i++) {
      LayerKind.Ordinary layer = createOrdinary(layers.get(i), width, path + "[" + i + "]");
      blocks.put(names.get(i), layer.block());
      width = layer.channels();
    }
    return new OrdinarySequence(blocks, width);
  }

  /** The only layer itself, or several in a sequence. */
  public static LayerKind.Ordinary ordinary(List<LayerSpec> layers, int channels, String path) {
    return layers.size() == 1
        ? createOrdinary(layers.get(0), channels, path + "[0]")
        : ordinaryLayers(layers, channels, path);
  }

  private static List<String> names(List<LayerSpec> layers, String path, int first) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      String name = layers.get(i).name();
      String used = name == null ? Integer.toString(first + i) : name;
      int before = names.indexOf(used);
      if (before >= 0) {
        throw new SpecException(
            path + "[" + i + "].name", "'" + used + "' is " + path + "[" + before + "] already");
      }
      names.add(used);
    }
    return names;
  }
}
