package org.e2spark.nn.container;

import java.util.Arrays;
import org.e2spark.nn.FieldType;
import org.e2spark.text.Text;

/** Puts the fields into another order. */
public final class ReshuffleModule extends ChannelOrder {

  /**
   * @param permutation output field i is input field {@code permutation[i]}
   * @throws IllegalArgumentException if it does not name every field once
   */
  public ReshuffleModule(FieldType type, int... permutation) {
    super(type, type.select(checked(type, permutation)), type.channels(permutation));
  }

  private static int[] checked(FieldType type, int[] permutation) {
    int[] sorted = permutation.clone();
    Arrays.sort(sorted);
    boolean valid = sorted.length == type.fields();
    for (int i = 0; valid && i < sorted.length; i++) {
      valid = sorted[i] == i;
    }
    if (!valid) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid permutation of the fields: %s (must hold each of 0 to %s once)",
              Arrays.toString(permutation), type.fields() - 1));
    }
    return permutation;
  }
}
