package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.GSpace;
import org.e2spark.text.Text;

/**
 * What the channels of a tensor are: a stack of feature fields over one space, each transforming
 * under a representation of the space's group.
 *
 * <p>A value: immutable, serialisable, equal by content. Channels follow the fields in order; field
 * {@code i} owns channels {@code start(i)} to {@code end(i) - 1}.
 */
public final class FieldType implements Serializable {

  private static final long serialVersionUID = 1L;

  private final GSpace gspace;
  private final List<Representation> representations;
  private transient volatile int[] bounds;

  private FieldType(GSpace gspace, List<? extends Representation> representations) {
    this.gspace = gspace;
    this.representations = List.copyOf(representations);
    for (Representation representation : representations) {
      if (!representation.group().equals(gspace.fiberGroup())) {
        throw new FieldTypeException(
            Text.format(
                "A field over %s needs a representation of %s but was given %s of %s",
                gspace.name(),
                gspace.fiberGroup().name(),
                representation.name(),
                representation.group().name()));
      }
    }
  }

  /** A type of {@code copies} fields of one representation. */
  public static FieldType of(GSpace gspace, Representation representation, int copies) {
    if (copies < 1) {
      throw new IllegalArgumentException(
          "Invalid number of fields: " + copies + " (must be at least 1)");
    }
    return new FieldType(gspace, Collections.nCopies(copies, representation));
  }

  /** A type with one field per representation. */
  public static FieldType of(GSpace gspace, Representation... representations) {
    return of(gspace, Arrays.asList(representations));
  }

  /** A type with one field per representation. */
  public static FieldType of(GSpace gspace, List<? extends Representation> representations) {
    if (representations.isEmpty()) {
      throw new IllegalArgumentException("A field type needs at least one field");
    }
    return new FieldType(gspace, representations);
  }

  /** The space and its symmetries. */
  public GSpace gspace() {
    return gspace;
  }

  /** The fields' representations, in channel order. */
  public List<Representation> representations() {
    return representations;
  }

  /** The number of fields. */
  public int fields() {
    return representations.size();
  }

  /** The number of channels. */
  public int size() {
    return bounds()[fields()];
  }

  /** The first channel of a field. */
  public int start(int field) {
    return bounds()[field];
  }

  /** The channel after the last one of a field. */
  public int end(int field) {
    return bounds()[field + 1];
  }

  /** The names of the fields' representations, in channel order. */
  public List<String> names() {
    return representations.stream().map(Representation::name).toList();
  }

  /** The irreps of all fields, in channel order. */
  public List<Irrep> irreps() {
    return representations.stream().flatMap(r -> r.irreps().stream()).toList();
  }

  /** The representation of all channels together. */
  public Representation representation() {
    return Representation.directSum(representations);
  }

  /** The fields of this type, then those of another over the same space. */
  public FieldType plus(FieldType other) {
    if (!gspace.equals(other.gspace)) {
      throw new FieldTypeException("Cannot put together " + this + " and " + other);
    }
    List<Representation> both = new ArrayList<>(representations);
    both.addAll(other.representations);
    return new FieldType(gspace, both);
  }

  /** The type of some of the fields, in the order asked for. */
  public FieldType select(int... fields) {
    return of(gspace, IntStream.of(fields).mapToObj(representations::get).toList());
  }

  /** The order that sorts the fields by size, smallest first, equal ones as they are. */
  public int[] orderBySize() {
    return IntStream.range(0, fields())
        .boxed()
        .sorted(Comparator.comparingInt(i -> representations.get(i).size()))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The same fields sorted by size, smallest first, equal ones as they are. */
  public FieldType sorted() {
    return select(orderBySize());
  }

  /**
   * The types that fields with equal labels make up.
   *
   * @param labels one label per field
   * @return by label, in order of first appearance
   */
  public Map<String, FieldType> groupByLabels(List<String> labels) {
    Map<String, FieldType> types = new LinkedHashMap<>();
    fieldsByLabel(labels).forEach((label, fields) -> types.put(label, select(ints(fields))));
    return types;
  }

  public Map<String, List<Integer>> fieldsByLabel(List<String> labels) {
    if (labels.size() != fields()) {
      throw new IllegalArgumentException(
          "Needs one label per field, " + fields() + ", but was given " + labels.size());
    }
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    for (int field = 0; field < fields(); field++) {
      groups.computeIfAbsent(labels.get(field), label -> new ArrayList<>()).add(field);
    }
    return groups;
  }

  /** The fields seen by a subgroup only. */
  public FieldType restrict(SubgroupId id) {
    return new FieldType(
        gspace.restrict(id), representations.stream().map(r -> r.restrict(id)).toList());
  }

  /**
   * Says that the channels of an array are fields of this type.
   *
   * @param array (batch, {@link #size()}, ...)
   * @throws FieldTypeException if the array has another number of channels
   */
  public GeometricTensor wrap(NDArray array) {
    return new GeometricTensor(array, this);
  }

  /** The channels of some fields, in the order of the fields asked for. */
  public long[] channels(int... fields) {
    return IntStream.of(fields)
        .flatMap(field -> IntStream.range(start(field), end(field)))
        .asLongStream()
        .toArray();
  }

  public static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  private int[] bounds() {
    int[] known = bounds;
    if (known == null) {
      known = new int[fields() + 1];
      for (int i = 0; i < fields(); i++) {
        known[i + 1] = known[i] + representations.get(i).size();
      }
      bounds = known;
    }
    return known;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof FieldType that
            && gspace.equals(that.gspace)
            && representations.equals(that.representations));
  }

  @Override
  public int hashCode() {
    return 31 * gspace.hashCode() + representations.hashCode();
  }

  /** Such as {@code [8-Rotations: 3 x irrep_0, 2 x regular]}. */
  @Override
  public String toString() {
    var text = new StringBuilder("[").append(gspace.name()).append(": ");
    for (int i = 0; i < fields(); ) {
      int j = i;
      while (j < fields() && representations.get(j).equals(representations.get(i))) {
        j++;
      }
      text.append(i == 0 ? "" : ", ").append(j - i).append(" x ").append(names().get(i));
      i = j;
    }
    return text.append(']').toString();
  }
}
