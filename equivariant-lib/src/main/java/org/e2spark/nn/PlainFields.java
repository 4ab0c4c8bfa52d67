package org.e2spark.nn;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.Elementwise;
import org.e2spark.interchange.FieldReduction;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Reduction;
import org.e2spark.interchange.Selection;
import org.e2spark.interchange.Sequence;

/** Plain layers for fields of different sizes, given as the channels of each. */
public final class PlainFields {

  private PlainFields() {}

  /** The channels of every field of a type, in order. */
  public static List<long[]> of(FieldType type) {
    List<long[]> fields = new ArrayList<>();
    for (int field = 0; field < type.fields(); field++) {
      fields.add(type.channels(field));
    }
    return fields;
  }

  /** Cuts every field into parts of one size. */
  public static List<long[]> split(List<long[]> fields, int size) {
    List<long[]> parts = new ArrayList<>();
    for (long[] field : fields) {
      for (int start = 0; start < field.length; start += size) {
        parts.add(Arrays.copyOfRange(field, start, start + size));
      }
    }
    return parts;
  }

  /** One channel for every field, in their order. */
  public static PlainLayer reduce(PlainArrays arrays, Reduction reduction, List<long[]> fields) {
    Map<Integer, List<Integer>> bySize = new TreeMap<>();
    for (int field = 0; field < fields.size(); field++) {
      bySize.computeIfAbsent(fields.get(field).length, s -> new ArrayList<>()).add(field);
    }
    List<PlainLayer> parts = new ArrayList<>();
    List<Integer> placed = new ArrayList<>();
    bySize.forEach(
        (size, members) -> {
          PlainLayer selected = Selection.of(arrays, concatenated(fields, members));
          PlainLayer reduced = new FieldReduction(reduction, members.size(), size);
          parts.add(
              size == 1 && reduction != Reduction.NORM ? selected : Sequence.of(selected, reduced));
          placed.addAll(members);
        });
    PlainLayer joined =
        parts.size() == 1 ? parts.get(0) : new Branches(parts, Branches.Combination.CONCATENATION);
    return reordered(arrays, joined, placed.stream().mapToLong(Integer::longValue).toArray());
  }

  /**
   * Brings channels into order.
   *
   * @param places where each channel of the layer's output belongs
   */
  public static PlainLayer reordered(PlainArrays arrays, PlainLayer layer, long[] places) {
    Permutation order = Permutation.of(places);
    return order.isIdentity() ? layer : Sequence.of(layer, Selection.of(arrays, order.inverse()));
  }

  /** The length of every field, in their order. */
  public static PlainLayer norms(PlainArrays arrays, List<long[]> fields) {
    return reduce(arrays, Reduction.NORM, fields);
  }

  /**
   * Gives every channel the value of its field.
   *
   * @param fields which together have every channel once
   */
  public static PlainLayer spread(PlainArrays arrays, List<long[]> fields) {
    long[] owner = new long[fields.stream().mapToInt(f -> f.length).sum()];
    for (int field = 0; field < fields.size(); field++) {
      for (long channel : fields.get(field)) {
        owner[(int) channel] = field;
      }
    }
    return Selection.of(arrays, owner);
  }

  /**
   * Factors between zero and one.
   *
   * @param gates the channels of the gates
   * @param bias of each of these channels
   */
  public static PlainLayer opened(PlainArrays arrays, long[] gates, double[] bias) {
    double[] shift = Arrays.stream(bias).map(b -> -b).toArray();
    return Sequence.of(
        Selection.of(arrays, gates),
        new Affine(null, arrays.of(shift, new Shape(shift.length, 1, 1))),
        Elementwise.of(Elementwise.Function.SIGMOID));
  }

  private static long[] concatenated(List<long[]> fields, List<Integer> members) {
    return members.stream().flatMapToLong(member -> LongStream.of(fields.get(member))).toArray();
  }
}
