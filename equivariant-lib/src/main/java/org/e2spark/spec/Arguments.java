package org.e2spark.spec;

import java.util.List;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;

/** The options of one layer, while it is built. */
public final class Arguments {

  private final LayerSpec layer;
  private final String path;

  Arguments(LayerSpec layer, String path) {
    this.layer = layer;
    this.path = path;
  }

  /**
   * The value of an option: as given, or its default.
   *
   * @throws SpecException if it is not given and has none, or has another type
   */
  public <T> T get(Option<T> option) {
    Object value = layer.options().get(option.name());
    if (value != null) {
      return option.type().read(value, path(option));
    }
    if (option.isRequired()) {
      throw new SpecException(path(option), "is missing: " + option.description());
    }
    return option.standard();
  }

  /** Whether an option was given. */
  public boolean has(Option<?> option) {
    return layer.options().containsKey(option.name());
  }

  /** The path of an option, for messages. */
  public String path(Option<?> option) {
    return path + "." + option.name();
  }

  /** The layers of an option one after another, under their names or positions. */
  public EquivariantSequential sequence(Option<List<LayerSpec>> option, FieldType in) {
    return sequence(option, in, 0);
  }

  /**
   * As {@link #sequence(Option, FieldType)}.
   *
   * @param first the position of the first layer
   */
  public EquivariantSequential sequence(Option<List<LayerSpec>> option, FieldType in, int first) {
    return Assembly.sequence(get(option), in, path(option), first);
  }

  /** The layer of an option itself, or more than one as {@link #sequence}. */
  public EquivariantModule module(Option<List<LayerSpec>> option, FieldType in) {
    return Assembly.module(get(option), in, path(option));
  }

  /** The ordinary layers of an option one after another, under their names or positions. */
  public OrdinarySequence ordinarySequence(
      Option<List<LayerSpec>> option, int channels, int first) {
    return Assembly.ordinarySequence(get(option), channels, path(option), first);
  }

  /** The ordinary layers of an option one after another. */
  public LayerKind.Ordinary ordinaryLayers(Option<List<LayerSpec>> option, int channels) {
    return Assembly.ordinaryLayers(get(option), channels, path(option));
  }

  /** The ordinary layer of an option itself, or more than one in a sequence. */
  public LayerKind.Ordinary ordinary(Option<List<LayerSpec>> option, int channels) {
    return Assembly.ordinary(get(option), channels, path(option));
  }
}
