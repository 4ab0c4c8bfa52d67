package org.e2spark.model;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import org.e2spark.interchange.Elementwise;
import org.e2spark.nn.dropout.Dropout;
import org.e2spark.nn.normalization.BatchNorm;

/** From features to logits. */
final class Heads {

  private Heads() {}

  /** One linear map. */
  static Block linear(int classes) {
    return Linear.builder().setUnits(classes).build();
  }

  /** A hidden layer with batch normalisation and ELU, then a linear map. */
  static Block hidden(int units, int classes) {
    var head = new SequentialBlock();
    addHidden(head, units);
    return head.add(linear(classes));
  }

  /** Two hidden layers, with dropout before each of the three linear maps. */
  static Block twiceHidden(int units, int classes, double dropout) {
    var head = new SequentialBlock();
    for (int layer = 0; layer < 2; layer++) {
      head.add(new Dropout(dropout));
      addHidden(head, units);
    }
    return head.add(new Dropout(dropout)).add(linear(classes));
  }

  private static void addHidden(SequentialBlock head, int units) {
    head.add(linear(units));
    head.add(BatchNorm.of(units));
    head.add(new Elementwise(Elementwise.Function.ELU, 1).block());
  }
}
