package org.e2spark.model;

import java.util.ArrayList;
import java.util.List;
import org.e2spark.spec.LayerSpec;

/** From features to what the linear map to the classes takes. */
final class Heads {

  private Heads() {}

  /** A hidden layer with batch normalisation and ELU. */
  static List<LayerSpec> hidden(int units) {
    return List.of(
        LayerSpec.of("Linear").with("units", units),
        LayerSpec.of("BatchNorm"),
        LayerSpec.of("ELU"));
  }

  /** Two hidden layers, with dropout before each of the three linear maps. */
  static List<LayerSpec> twiceHidden(int units, double rate) {
    LayerSpec dropout = LayerSpec.of("Dropout").with("rate", rate);
    List<LayerSpec> head = new ArrayList<>();
    for (int layer = 0; layer < 2; layer++) {
      head.add(dropout);
      head.addAll(hidden(units));
    }
    head.add(dropout);
    return head;
  }
}
