package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Selection;
import org.e2spark.interchange.Sequence;
import org.e2spark.text.Text;
import org.e2spark.torch.Ops;
import org.e2spark.torch.TorchFunction;

/**
 * Some fields of a type, taken apart into groups of fields that a layer treats alike, and put
 * together again.
 *
 * @param <K> what the fields of a group have in common
 */
public final class FieldGroups<K> {

  /** What the results for the fields of a group are. */
  public enum Output {
    /** As many channels a field as it had. */
    CHANNELS,
    /** One channel a field. */
    FIELDS
  }

  /**
   * Fields of one kind.
   *
   * @param key what they have in common
   * @param first how many fields the groups before have
   * @param fields how many they are
   * @param fieldSize channels a field
   * @param start their first channel
   * @param channels their channels, or null if they are side by side
   */
  public record Group<K>(
      K key, int first, int fields, int fieldSize, int start, Constant channels) {

    /** Takes the channels of the group. */
    private Selection select(FormArrays arrays) {
      return channels == null
          ? Selection.range(start, start + fields * fieldSize)
          : arrays.select(channels);
    }

    /** The fields of the group: (batch, fields x fieldSize, ...). */
    NDArray take(NDArray x) {
      return channels == null
          ? x.get(":, " + start + ":" + (start + fields * fieldSize))
          : Ops.indexSelect(x, 1, channels.at(x));
    }
  }

  private final FieldType type;
  private final List<Group<K>> groups = new ArrayList<>();
  private final Constant channelOrder;
  private final Constant fieldOrder;

  /** All fields, those of one size together; smaller ones first. */
  public static FieldGroups<Integer> bySize(EquivariantModule owner, FieldType type) {
    return of(
        owner,
        type,
        field -> type.representations().get(field).size(),
        Comparator.<Integer>naturalOrder());
  }

  /**
   * All fields, grouped by a property of their own.
   *
   * @param owner the module that keeps the indices
   * @param key what the fields of a group, by position in the type, have in common
   * @param order of the groups
   */
  public static <K> FieldGroups<K> of(
      EquivariantModule owner, FieldType type, IntFunction<K> key, Comparator<K> order) {
    return of(owner, type, IntStream.range(0, type.fields()).toArray(), key, order);
  }

  /** Some fields, in the order of the type, grouped by a property of their own. */
  public static <K> FieldGroups<K> of(
      EquivariantModule owner,
      FieldType type,
      int[] fields,
      IntFunction<K> key,
      Comparator<K> order) {
    Map<K, List<Integer>> byKey = new TreeMap<>(order);
    for (int field : fields) {
      byKey.computeIfAbsent(key.apply(field), k -> new ArrayList<>()).add(field);
    }
    return new FieldGroups<>(owner, type, fields, byKey);
  }

  private FieldGroups(
      EquivariantModule owner, FieldType type, int[] fields, Map<K, List<Integer>> byKey) {
    this.type = type;
    int[] outputStart = new int[type.fields()];
    int[] outputPosition = new int[type.fields()];
    int end = 0;
    for (int i = 0; i < fields.length; i++) {
      outputPosition[fields[i]] = i;
      outputStart[fields[i]] = end;
      end += size(fields[i]);
    }
    long[] channelPlace = new long[end];
    long[] fieldPlace = new long[fields.length];
    int channel = 0;
    int first = 0;
    for (Map.Entry<K, List<Integer>> entry : byKey.entrySet()) {
      int[] members = FieldType.ints(entry.getValue());
      groups.add(group(owner, entry.getKey(), first, members));
      for (int member : members) {
        fieldPlace[first++] = outputPosition[member];
        for (int i = 0; i < size(member); i++) {
          channelPlace[channel++] = outputStart[member] + (long) i;
        }
      }
    }
    this.channelOrder = order(owner, channelPlace);
    this.fieldOrder = order(owner, fieldPlace);
  }

  private Group<K> group(EquivariantModule owner, K key, int first, int[] members) {
    long[] channels = type.channels(members);
    boolean together = channels[channels.length - 1] - channels[0] == channels.length - 1;
    return new Group<>(
        key,
        first,
        members.length,
        size(members[0]),
        (int) channels[0],
        together ? null : owner.constant(channels));
  }

  private static Constant order(EquivariantModule owner, long[] places) {
    Permutation order = Permutation.of(places);
    return order.isIdentity() ? null : owner.constant(order.inverse());
  }

  private int size(int field) {
    return type.representations().get(field).size();
  }

  /** Whether the group is all there is, in its own order. */
  private boolean isWhole(Group<K> group) {
    return group.fields() * group.fieldSize() == type.size() && group.channels() == null;
  }

  private Constant order(Output output) {
    return output == Output.CHANNELS ? channelOrder : fieldOrder;
  }

  /** The groups, in order. */
  public List<Group<K>> groups() {
    return groups;
  }

  /** One number for each channel of a group, (channels, 1, 1), from one for each field. */
  public static NDArray perChannel(FormArrays arrays, Group<?> group, NDArray ofFields) {
    String repeated =
        Text.format("torch.repeat_interleave(torch.flatten(v), %d)", group.fieldSize());
    return arrays.derived(
        TorchFunction.of("v", "torch.reshape(" + repeated + ", [-1, 1, 1])"), ofFields);
  }

  /** Scales and shifts all channels as it says for each group, in arrays of (channels, 1, 1). */
  public Affine affine(FormArrays arrays, Function<Group<K>, Affine> ofGroup) {
    List<Affine> parts = groups.stream().map(ofGroup).toList();
    var zeros = TorchFunction.of("scale", "torch.zeros_like(scale)");
    boolean shifts = parts.stream().anyMatch(part -> part.shift() != null);
    return new Affine(
        joined(arrays, parts.stream().map(Affine::scale)),
        shifts
            ? joined(
                arrays,
                parts.stream()
                    .map(p -> p.shift() == null ? arrays.derived(zeros, p.scale()) : p.shift()))
            : null);
  }

  private NDArray joined(FormArrays arrays, Stream<NDArray> ofGroups) {
    NDArray[] parts = ofGroups.toArray(NDArray[]::new);
    String names =
        IntStream.range(0, parts.length).mapToObj(i -> "v" + i).collect(Collectors.joining(", "));
    NDArray joined =
        arrays.derived(TorchFunction.of(names, "torch.cat([" + names + "], 0)"), parts);
    return channelOrder == null
        ? joined
        : arrays.derived(
            TorchFunction.of("v, order", "torch.index_select(v, 0, order)"),
            joined,
            arrays.of(channelOrder));
  }

  /** What {@link #map} does, for functions in plain form. */
  public PlainLayer form(
      FormArrays arrays, Output output, Function<Group<K>, PlainLayer> function) {
    if (isWhole(groups.get(0))) {
      return function.apply(groups.get(0));
    }
    List<PlainLayer> parts = new ArrayList<>();
    for (Group<K> group : groups) {
      parts.add(Sequence.of(group.select(arrays), function.apply(group)));
    }
    PlainLayer joined = new Branches(parts, Branches.Combination.CONCATENATION);
    Constant order = order(output);
    return order == null ? joined : Sequence.of(joined, arrays.select(order));
  }

  /**
   * Applies a function to the channels of each group and puts the results into the order of the
   * fields.
   *
   * @param x (batch, type.size(), height, width)
   * @param function from (batch, group.fields() x group.fieldSize(), height, width) to a new array
   */
  public NDArray map(NDArray x, Output output, BiFunction<Group<K>, NDArray, NDArray> function) {
    NDList parts = new NDList(groups.size());
    for (Group<K> group : groups) {
      if (isWhole(group)) {
        return function.apply(group, x);
      }
      NDArray taken = group.take(x);
      parts.add(function.apply(group, taken));
      taken.close();
    }
    NDArray joined = parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 1);
    if (parts.size() > 1) {
      parts.close();
    }
    Constant order = order(output);
    if (order == null) {
      return joined;
    }
    NDArray ordered = Ops.indexSelect(joined, 1, order.at(x));
    joined.close();
    return ordered;
  }
}
