package org.e2spark.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.GSpace;
import org.e2spark.nn.FieldType;
import org.e2spark.spec.Fields;
import org.e2spark.spec.LayerSpec;

/** Layers one after another, while they are being put together. */
final class SpecChain {

  private final List<LayerSpec> layers = new ArrayList<>();
  private GSpace space;

  SpecChain(GSpace space) {
    this.space = space;
  }

  /** The symmetries that the next layer has. */
  GSpace space() {
    return space;
  }

  SpecChain add(LayerSpec layer) {
    layers.add(layer);
    return this;
  }

  /** A layer without options. */
  SpecChain add(String kind) {
    return add(LayerSpec.of(kind));
  }

  /** Keeps the symmetries of a subgroup only, and splits the fields as the reference does. */
  SpecChain restrict(SubgroupId id) {
    restriction(id).forEach(this::add);
    space = space.restrict(id);
    return this;
  }

  static List<LayerSpec> restriction(SubgroupId id) {
    return List.of(
        LayerSpec.of("RestrictionModule").with("subgroup", id.toString()),
        LayerSpec.of("DisentangleModule"));
  }

  /** A convolution to fields of some type; the other options are to be added. */
  static LayerSpec convolution(FieldType out, int kernel) {
    return LayerSpec.of("R2Conv").with("fields", Fields.of(out)).with("kernelSize", kernel);
  }

  List<LayerSpec> layers() {
    return Collections.unmodifiableList(layers);
  }
}
