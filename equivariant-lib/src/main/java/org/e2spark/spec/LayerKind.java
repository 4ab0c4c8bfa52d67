package org.e2spark.spec;

import ai.djl.nn.Block;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.text.Similar;

/** A kind of layers: which options they have, and how one is built. */
public final class LayerKind {

  /** What layers pass on to each other. */
  public enum Family {
    /** Fields: equivariant layers. */
    EQUIVARIANT("layer"),
    /** Channels: ordinary layers, of heads and conventional networks. */
    ORDINARY("ordinaryLayer");

    private final String definition;

    Family(String definition) {
      this.definition = definition;
    }

    /** Its name in the JSON schema. */
    public String definition() {
      return definition;
    }
  }

  /** Builds an equivariant layer for the fields that it will be given. */
  @FunctionalInterface
  public interface Factory {
    /** A new layer, not yet initialised. */
    EquivariantModule create(FieldType in, Arguments options);
  }

  /** Builds an ordinary layer for the channels that it will be given. */
  @FunctionalInterface
  public interface OrdinaryFactory {
    /** A new layer, not yet initialised. */
    Ordinary create(int channels, Arguments options);
  }

  /**
   * An ordinary layer.
   *
   * @param block not yet initialised
   * @param channels that it gives
   */
  public record Ordinary(Block block, int channels) {}

  private final String name;
  private final Family family;
  private final String description;
  private final Map<String, Option<?>> options = new LinkedHashMap<>();
  private final Factory factory;
  private final OrdinaryFactory ordinaryFactory;

  private LayerKind(
      String name,
      Family family,
      String description,
      Factory factory,
      OrdinaryFactory ordinaryFactory,
      Option<?>... options) {
    this.name = name;
    this.family = family;
    this.description = description;
    this.factory = factory;
    this.ordinaryFactory = ordinaryFactory;
    for (Option<?> option : options) {
      this.options.put(option.name(), option);
    }
  }

  /**
   * A kind of equivariant layers.
   *
   * @param name of the kind, by convention that of the module's class
   * @param description in a sentence
   */
  public static LayerKind equivariant(
      String name, String description, Factory factory, Option<?>... options) {
    return new LayerKind(name, Family.EQUIVARIANT, description, factory, null, options);
  }

  /** A kind of ordinary layers. */
  public static LayerKind ordinary(
      String name, String description, OrdinaryFactory factory, Option<?>... options) {
    return new LayerKind(name, Family.ORDINARY, description, null, factory, options);
  }

  /** What specifications call it. */
  public String name() {
    return name;
  }

  /** What its layers pass on to each other. */
  public Family family() {
    return family;
  }

  /** What it is, in a sentence. */
  public String description() {
    return description;
  }

  /** The options, in the order in which they were declared. */
  public List<Option<?>> options() {
    return List.copyOf(options.values());
  }

  /** Reads every option, so that what is wrong is found before anything is built. */
  void check(LayerSpec layer, String path) {
    layer
        .options()
        .forEach(
            (key, value) -> {
              Option<?> option = options.get(key);
              if (option == null) {
                throw new SpecException(
                    path + "." + key,
                    name + " has no such option: did you mean " + nearest(key) + "?");
              }
              option.type().read(value, path + "." + key);
            });
    for (Option<?> option : options.values()) {
      if (option.isRequired() && !layer.options().containsKey(option.name())) {
        throw new SpecException(path + "." + option.name(), "is missing: " + option.description());
      }
    }
  }

  private String nearest(String key) {
    TreeSet<String> known = new TreeSet<>(options.keySet());
    known.add("name");
    return String.join(" or ", Similar.names(key, known, 2));
  }

  EquivariantModule create(FieldType in, Arguments arguments) {
    return factory.create(in, arguments);
  }

  Ordinary createOrdinary(int channels, Arguments arguments) {
    return ordinaryFactory.create(channels, arguments);
  }
}
