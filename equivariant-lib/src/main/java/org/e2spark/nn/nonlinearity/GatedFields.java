package org.e2spark.nn.nonlinearity;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.Elementwise;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.Constant;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.Permutation;
import org.e2spark.nn.Subfields;
import org.e2spark.text.Text;
import org.e2spark.torch.TorchFunction;

/**
 * Multiplies fields by {@code sigmoid(gate - bias)}.
 *
 * <p>The k-th gate belongs to the k-th gated field when those are sorted by size, then by the size
 * of their subfields, equal ones as they are. A gate has one channel for each subfield.
 */
final class GatedFields {

  /** Whether the gates themselves are part of the result. */
  enum Gates {
    DROPPED,
    KEPT
  }

  private final int subfields;
  private final Constant gates;
  private final Constant gated;
  private final Constant factors;
  private final Constant order;

  private GatedFields(
      int subfields, Constant gates, Constant gated, Constant factors, Constant order) {
    this.subfields = subfields;
    this.gates = gates;
    this.gated = gated;
    this.factors = factors;
    this.order = order;
  }

  /**
   * @param owner the module that keeps the indices
   * @param roles one a field
   * @param key how each gated field is divided
   */
  static GatedFields of(
      EquivariantModule owner,
      FieldType type,
      List<GateRole> roles,
      IntFunction<Subfields> key,
      Gates output) {
    int[] shut = fields(roles, GateRole.GATE);
    long[] gates = type.channels(shut);
    SortedMap<Long, Long> factors = factors(type, fields(roles, GateRole.GATED), key);
    long[] gated = factors.keySet().stream().mapToLong(Long::longValue).toArray();
    Permutation order =
        Permutation.of(LongStream.concat(LongStream.of(gates), LongStream.of(gated)).toArray());
    return new GatedFields(
        type.representations().get(shut[0]).size(),
        owner.constant(gates),
        owner.constant(gated),
        owner.constant(factors.values().stream().mapToLong(Long::longValue).toArray()),
        output == Gates.KEPT ? owner.constant(order.inverse()) : null);
  }

  static int[] fields(List<GateRole> roles, GateRole role) {
    return IntStream.range(0, roles.size()).filter(i -> roles.get(i) == role).toArray();
  }

  /** By which of the gates' channels each channel of a gated field is multiplied. */
  private static SortedMap<Long, Long> factors(
      FieldType type, int[] fields, IntFunction<Subfields> key) {
    List<Integer> sorted = new ArrayList<>(IntStream.of(fields).boxed().toList());
    sorted.sort(Comparator.comparing(key::apply, Subfields.ORDER));
    SortedMap<Long, Long> factors = new TreeMap<>();
    long gate = 0;
    for (int field : sorted) {
      Subfields divided = key.apply(field);
      for (int channel = type.start(field); channel < type.end(field); channel++) {
        int subfield = (channel - type.start(field)) / divided.subfieldSize();
        factors.put((long) channel, gate + subfield);
      }
      gate += divided.count();
    }
    return factors;
  }

  /**
   * The layer on a tensor of gates and gated fields.
   *
   * @param bias of as many values as there are gates
   */
  PlainLayer form(FormArrays arrays, NDArray bias) {
    NDArray shift = arrays.derived(shift(), bias);
    PlainLayer opened =
        Sequence.of(
            arrays.select(gates),
            new Affine(null, shift),
            Elementwise.of(Elementwise.Function.SIGMOID));
    PlainLayer products =
        Branches.product(arrays.select(gated), Sequence.of(opened, arrays.select(factors)));
    return order == null
        ? products
        : Sequence.of(Branches.concatenation(opened, products), arrays.select(order));
  }

  /** From the bias to a summand of each of the gates' channels: (channels, 1, 1). */
  private TorchFunction shift() {
    return TorchFunction.of(
        "bias",
        Text.format(
            "torch.reshape(torch.repeat_interleave(torch.neg(torch.flatten(bias)), %d), [-1, 1, 1])",
            subfields));
  }
}
