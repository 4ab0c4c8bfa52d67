package org.e2spark.nn.container;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;
import org.e2spark.interchange.PlainNetwork;
import org.e2spark.nn.EquivariantModule;

/**
 * Modules that belong together but are applied one by one by whoever holds the list; their
 * parameters are named {@code "0.…"}, {@code "1.…"}. For modules one after another see {@link
 * EquivariantSequential}.
 */
public final class ModuleList extends AbstractBlock {

  private final List<EquivariantModule> modules;

  /** The modules, in order. */
  public ModuleList(List<? extends EquivariantModule> modules) {
    this.modules = List.copyOf(modules);
    for (int i = 0; i < this.modules.size(); i++) {
      addChildBlock(Integer.toString(i), this.modules.get(i));
    }
  }

  /** The modules, in order. */
  public List<EquivariantModule> modules() {
    return modules;
  }

  /** The module at a position, counted from 0. */
  public EquivariantModule get(int position) {
    return modules.get(position);
  }

  /**
   * A copy of each module for evaluation, in plain layers; each must be closed.
   *
   * @see EquivariantModule#export
   */
  public List<PlainNetwork> export() {
    return modules.stream().map(EquivariantModule::export).toList();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    throw noForward();
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    throw noForward();
  }

  private static UnsupportedOperationException noForward() {
    return new UnsupportedOperationException(
        "A ModuleList is not applied as a whole: apply its modules, or use EquivariantSequential");
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    for (EquivariantModule module : modules) {
      long[] shape = inputShapes[0].getShape().clone();
      shape[1] = module.inType().size();
      EquivariantModule.initializeInside(module, manager, type, new Shape(shape));
    }
  }

  /** Frees everything that the modules hold. */
  @Override
  public void clear() {
    modules.forEach(EquivariantModule::close);
  }
}
