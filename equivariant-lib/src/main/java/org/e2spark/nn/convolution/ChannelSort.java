package org.e2spark.nn.convolution;

import java.util.Arrays;
import java.util.List;
import org.e2spark.nn.Constant;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Permutation;
import org.e2spark.torch.Expression;

/**
 * The channels of a field type, representation by representation, and the TorchScript expressions
 * that lead there and back.
 *
 * @param name prefix of its constants
 * @param names the representations, in the order in which they first occur
 * @param counts channels of all fields of each
 * @param channels the channel at each place
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record ChannelSort(String name, List<String> names, int[] counts, long[] channels) {

  static ChannelSort of(String name, FieldType type) {
    List<String> names = type.names().stream().distinct().toList();
    long[][] channels =
        names.stream()
            .map(n -> type.channels(FieldType.ints(type.fieldsByLabel(type.names()).get(n))))
            .toArray(long[][]::new);
    return new ChannelSort(
        name,
        names,
        Arrays.stream(channels).mapToInt(c -> c.length).toArray(),
        Arrays.stream(channels).flatMapToLong(Arrays::stream).toArray());
  }

  /** The number of channels. */
  int size() {
    return channels.length;
  }

  /** The number of channels of all fields of one representation. */
  int channels(String representation) {
    return counts[names.indexOf(representation)];
  }

  /** The first place of a representation's channels. */
  int first(String representation) {
    return Arrays.stream(counts, 0, names.indexOf(representation)).sum();
  }

  /** Whether the type has its channels in this order already. */
  boolean isSorted() {
    return Permutation.of(channels).isIdentity();
  }

  /** An array whose axis has the type's order, in this order. */
  Expression sorted(Expression array, int axis) {
    return select(array, axis, name + "sorted");
  }

  /** An array whose axis has this order, in the type's order. */
  Expression placed(Expression array, int axis) {
    return select(array, axis, name + "placed");
  }

  private Expression select(Expression array, int axis, String index) {
    return isSorted() ? array : array.indexSelect(axis, new Expression(index));
  }

  List<String> constantNames() {
    return isSorted() ? List.of() : List.of(name + "sorted", name + "placed");
  }

  List<Constant> constants(EquivariantModule owner) {
    return isSorted()
        ? List.of()
        : List.of(owner.constant(channels), owner.constant(Permutation.of(channels).inverse()));
  }
}
