package org.e2spark.nn.container;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.HasParts;
import org.e2spark.nn.Mode;
import org.e2spark.text.Text;
import org.e2spark.torch.Autograd;

/**
 * Modules one after another. Children are named by their position, {@code "0"}, {@code "1"}, ...,
 * or as given.
 *
 * <p>The arrays between the modules are closed as soon as the next module is done with them; what
 * differentiation needs of them stays with the engine until then.
 */
public final class EquivariantSequential extends EquivariantModule implements HasParts {

  private final List<String> names;
  private final List<EquivariantModule> modules;

  private EquivariantSequential(Map<String, EquivariantModule> named) {
    super(first(named).inType(), last(named).outType());
    this.names = List.copyOf(named.keySet());
    this.modules = List.copyOf(named.values());
    EquivariantModule before = null;
    for (Map.Entry<String, EquivariantModule> entry : named.entrySet()) {
      EquivariantModule module = entry.getValue();
      if (before != null && !before.outType().equals(module.inType())) {
        throw new FieldTypeException(
            Text.format(
                "%s \"%s\" needs %s but follows %s, which gives %s",
                module.name(), entry.getKey(), module.inType(), before.name(), before.outType()));
      }
      addChildBlock(entry.getKey(), module);
      before = module;
    }
  }

  /**
   * Modules in order, named by their positions.
   *
   * @throws FieldTypeException if a module takes other fields than the one before it gives
   */
  public static EquivariantSequential of(EquivariantModule... modules) {
    return of(List.of(modules));
  }

  /** As {@link #of(EquivariantModule...)}. */
  public static EquivariantSequential of(List<? extends EquivariantModule> modules) {
    Map<String, EquivariantModule> named = new LinkedHashMap<>();
    for (int i = 0; i < modules.size(); i++) {
      named.put(Integer.toString(i), modules.get(i));
    }
    return new EquivariantSequential(named);
  }

  /** Modules in the order of a map, named by its keys. */
  public static EquivariantSequential named(Map<String, ? extends EquivariantModule> modules) {
    return new EquivariantSequential(new LinkedHashMap<>(modules));
  }

  /** The modules, in order. */
  public List<EquivariantModule> modules() {
    return modules;
  }

  /** The modules by name, in order. */
  public Map<String, EquivariantModule> named() {
    Map<String, EquivariantModule> named = new LinkedHashMap<>();
    for (int i = 0; i < modules.size(); i++) {
      named.put(names.get(i), modules.get(i));
    }
    return named;
  }

  @Override
  public List<Part> parts(Shape input) {
    List<Part> parts = new ArrayList<>();
    Shape shape = input;
    for (int i = 0; i < modules.size(); i++) {
      parts.add(new Part(names.get(i), modules.get(i), shape));
      shape = modules.get(i).outputShape(shape);
    }
    return parts;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    Shape shape = inputShapes[0];
    for (EquivariantModule module : modules) {
      initializeInside(module, manager, type, shape);
      shape = module.outputShape(shape);
    }
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    NDArray current = x;
    for (EquivariantModule module : modules) {
      if (current != x) {
        current = follow(current, Autograd.entering(module, current));
      }
      NDArray next = apply(module, store, current, mode);
      current = current == x ? next : follow(current, next);
    }
    return current;
  }

  private static NDArray follow(NDArray before, NDArray next) {
    if (next != before) {
      before.close();
    }
    return next;
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return new Sequence(modules.stream().map(module -> module.plainForm(arrays)).toList());
  }

  @Override
  public Shape outputShape(Shape input) {
    Shape shape = input;
    for (EquivariantModule module : modules) {
      shape = module.outputShape(shape);
    }
    return shape;
  }

  private static EquivariantModule first(Map<String, EquivariantModule> named) {
    return named.values().stream()
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "A sequence needs at least one module; use IdentityModule for none"));
  }

  private static EquivariantModule last(Map<String, EquivariantModule> named) {
    EquivariantModule last = first(named);
    for (EquivariantModule module : named.values()) {
      last = module;
    }
    return last;
  }
}
