package org.e2spark.nn.nonlinearity;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
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
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Selection;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
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

  /** Gates come before all gated fields, so that these are counted from there. */
  private record Key(GateRole role, Subfields subfields) {
    static final Comparator<Key> ORDER =
        Comparator.comparing(Key::role).thenComparing(Key::subfields, Subfields.ORDER);
  }

  private final int count;
  private final int subfields;
  private final FieldGroups<Key> gates;
  private final FieldGroups<Key> results;

  private GatedFields(int count, int subfields, FieldGroups<Key> gates, FieldGroups<Key> results) {
    this.count = count;
    this.subfields = subfields;
    this.gates = gates;
    this.results = results;
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
    IntFunction<Subfields> whole = Subfields.whole(type);
    IntFunction<Key> keys =
        field ->
            roles.get(field) == GateRole.GATE
                ? new Key(GateRole.GATE, whole.apply(field))
                : new Key(GateRole.GATED, key.apply(field));
    int[] shut = fields(roles, GateRole.GATE);
    int[] results =
        output == Gates.KEPT
            ? IntStream.range(0, type.fields()).toArray()
            : fields(roles, GateRole.GATED);
    return new GatedFields(
        shut.length,
        type.representations().get(shut[0]).size(),
        FieldGroups.of(owner, type, shut, keys, Key.ORDER),
        FieldGroups.of(owner, type, results, keys, Key.ORDER));
  }

  static int[] fields(List<GateRole> roles, GateRole role) {
    return IntStream.range(0, roles.size()).filter(i -> roles.get(i) == role).toArray();
  }

  /**
   * @param x (batch, channels, height, width) of gates and gated fields
   * @param bias of as many values as there are gates
   */
  NDArray apply(NDArray x, NDArray bias) {
    NDArray opened =
        gates.map(x, FieldGroups.Output.CHANNELS, (group, fields) -> open(fields, bias));
    NDArray y =
        results.map(
            x, FieldGroups.Output.CHANNELS, (group, fields) -> gated(group, fields, opened));
    opened.close();
    return y;
  }

  /**
   * As {@link #apply}.
   *
   * @param values of the bias, one a gate
   */
  PlainLayer plainForm(PlainArrays arrays, double[] values) {
    List<long[]> shut = FieldGroups.fields(gates.groups().get(0));
    long[] gateChannels = shut.stream().flatMapToLong(LongStream::of).toArray();
    double[] bias = new double[gateChannels.length];
    Arrays.setAll(bias, i -> -values[i / subfields]);
    PlainLayer opened =
        Sequence.of(
            Selection.of(arrays, gateChannels),
            new Affine(null, arrays.perChannel(bias)),
            Elementwise.of(Elementwise.Function.SIGMOID));
    SortedMap<Long, Long> factors = new TreeMap<>();
    boolean kept = results.groups().get(0).key().role() == GateRole.GATE;
    for (FieldGroups.Group<Key> group : results.groups()) {
      if (group.key().role() == GateRole.GATED) {
        int first = group.first() - (kept ? count : 0);
        putFactors(factors, group, first);
      }
    }
    long[] channels = factors.keySet().stream().mapToLong(Long::longValue).toArray();
    long[] owners = factors.values().stream().mapToLong(Long::longValue).toArray();
    PlainLayer gated =
        Branches.product(
            Selection.of(arrays, channels), Sequence.of(opened, Selection.of(arrays, owners)));
    if (!kept) {
      return gated;
    }
    Permutation order =
        Permutation.of(
            LongStream.concat(LongStream.of(gateChannels), LongStream.of(channels)).toArray());
    PlainLayer all = Branches.concatenation(opened, gated);
    return order.isIdentity() ? all : Sequence.of(all, Selection.of(arrays, order.inverse()));
  }

  /** Which factor each channel of a group of gated fields is multiplied by. */
  private static void putFactors(
      SortedMap<Long, Long> factors, FieldGroups.Group<Key> group, int first) {
    Subfields key = group.key().subfields();
    List<long[]> fields = FieldGroups.fields(group);
    for (int field = 0; field < fields.size(); field++) {
      long[] channels = fields.get(field);
      for (int i = 0; i < channels.length; i++) {
        factors.put(channels[i], (long) (first + field) * key.count() + i / key.subfieldSize());
      }
    }
  }

  private NDArray gated(FieldGroups.Group<Key> group, NDArray fields, NDArray opened) {
    if (group.key().role() == GateRole.GATE) {
      return TorchFunction.of("gates", "torch.alias(gates)").apply(fields.getManager(), opened);
    }
    boolean gatesFirst = results.groups().get(0).key().role() == GateRole.GATE;
    int first = group.first() - (gatesFirst ? count : 0);
    return multiply(group.key().subfields(), first, group.fields())
        .apply(fields.getManager(), fields, opened);
  }

  private NDArray open(NDArray gates, NDArray bias) {
    return TorchFunction.of(
            "gates, bias",
            List.of(
                Text.format("g = torch.unflatten(gates, 1, [-1, %d])", subfields),
                "g = torch.sub(g, torch.reshape(bias, [1, -1, 1, 1, 1]))"),
            "torch.flatten(torch.sigmoid(g), 1, 2)")
        .apply(gates.getManager(), gates, bias);
  }

  /** (fields, factors) to products. */
  private static TorchFunction multiply(Subfields key, int first, int fields) {
    return TorchFunction.of(
        "x, factors",
        List.of(
            Text.format(
                "f = torch.unflatten(x, 1, [%d, %d])", fields * key.count(), key.subfieldSize()),
            Text.format(
                "g = torch.narrow(factors, 1, %d, %d)", first * key.count(), fields * key.count())),
        "torch.flatten(torch.mul(f, torch.unsqueeze(g, 2)), 1, 2)");
  }
}
