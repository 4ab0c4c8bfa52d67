package org.e2spark.model;

import java.util.ArrayList;
import java.util.List;
import org.e2spark.group.SubgroupId;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.DisentangleModule;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.container.RestrictionModule;

/** Modules one after another, while they are being put together. */
final class LayerChain {

  private final List<EquivariantModule> modules = new ArrayList<>();
  private FieldType type;

  LayerChain(FieldType input) {
    this.type = input;
  }

  /** The fields that the next module will take. */
  FieldType type() {
    return type;
  }

  LayerChain add(EquivariantModule module) {
    modules.add(module);
    type = module.outType();
    return this;
  }

  /** Keeps the symmetries of a subgroup only, and splits the fields as the reference does. */
  LayerChain restrict(SubgroupId id) {
    add(new RestrictionModule(type, id));
    return add(new DisentangleModule(type));
  }

  EquivariantSequential build() {
    return EquivariantSequential.of(modules);
  }
}
