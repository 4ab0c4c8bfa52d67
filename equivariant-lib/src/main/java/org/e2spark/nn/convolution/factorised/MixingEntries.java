package org.e2spark.nn.convolution.factorised;

import java.util.List;
import org.e2spark.init.WeightBlock;

/**
 * Where a layer's weights stand in its mixing matrices: each at one entry, scaled. A few numbers
 * for each basis kernel say so for all pairs of fields, and are all that is kept; what has as many
 * numbers as the layer has weights is computed when it is asked for.
 *
 * @param kernels of the layer's basis
 * @param places of all fields
 * @param weights number of weights
 * @param size of all mixing matrices together
 */
record MixingEntries(List<Kernel> kernels, Places places, int weights, int size) {

  /**
   * The weights of one basis kernel between two irreps, one for each pair of fields.
   *
   * @param block the weights it belongs to
   * @param first the weight for the block's first pair of fields
   * @param entry where the weight stands that leads between the first fields of their parts
   * @param columns of the mixing matrix
   * @param scale what the weights are multiplied by
   */
  record Kernel(WeightBlock block, int first, int entry, int columns, double scale) {}

  /** One end of a convolution. */
  enum Side {
    INPUT,
    OUTPUT
  }

  /**
   * Places of the fields of both ends.
   *
   * @param groups equal groups of fields that are convolved apart from each other
   * @param shared the side of which weights name fields of the first group for those of every
   *     group; on the other side they name all fields
   */
  record Places(FieldIrreps in, FieldIrreps out, int groups, Side shared) {

    private int[] ofInputs() {
      return of(in);
    }

    private int[] ofOutputs() {
      return of(out);
    }

    /** The place of each field among those of its part. */
    private static int[] of(FieldIrreps fields) {
      int[] places = new int[fields.type().fields()];
      for (FieldIrreps.Part part : fields.parts()) {
        for (int i = 0; i < part.fields().size(); i++) {
          places[part.fields().get(i)] = i;
        }
      }
      return places;
    }

    private int input(int o, int i) {
      return shared == Side.INPUT
          ? o / (out.type().fields() / groups) * (in.type().fields() / groups) + i
          : i;
    }

    private int output(int o, int i) {
      return shared == Side.OUTPUT
          ? i / (in.type().fields() / groups) * (out.type().fields() / groups) + o
          : o;
    }
  }

  private interface Visitor {
    void visit(int weight, int entry, double scale);
  }

  private void forEach(Visitor visitor) {
    int[] inputs = places.ofInputs();
    int[] outputs = places.ofOutputs();
    for (Kernel kernel : kernels) {
      int weight = kernel.first();
      for (int o : kernel.block().outFields()) {
        for (int i : kernel.block().inFields()) {
          int row = outputs[places.output(o, i)];
          int column = inputs[places.input(o, i)];
          visitor.visit(weight, kernel.entry() + row * kernel.columns() + column, kernel.scale());
          weight += kernel.block().basis().dimension();
        }
      }
    }
  }

  /** For each entry the weight; entries that stay zero name weight 0. */
  long[] weightOfEntry() {
    long[] found = new long[size];
    forEach((weight, entry, scale) -> found[entry] = weight);
    return found;
  }

  /** What the weight of each entry is multiplied by; zero for entries that stay zero. */
  double[] scaleOfEntry() {
    double[] found = new double[size];
    forEach((weight, entry, scale) -> found[entry] = scale);
    return found;
  }

  /** For each weight its entry. */
  long[] entryOfWeight() {
    long[] found = new long[weights];
    forEach((weight, entry, scale) -> found[weight] = entry);
    return found;
  }
}
