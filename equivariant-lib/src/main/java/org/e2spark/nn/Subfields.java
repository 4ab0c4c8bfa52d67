package org.e2spark.nn;

import java.util.Comparator;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.e2spark.group.InducedOperation;
import org.e2spark.group.Representation;
import org.e2spark.text.Text;

/**
 * How a field is divided into subfields that the group carries into each other: an induced field
 * into the copies of the inducing representation.
 *
 * @param size channels of the field
 * @param subfieldSize channels of a subfield
 */
public record Subfields(int size, int subfieldSize) {

  /** By size, then by the size of the subfields. */
  public static final Comparator<Subfields> ORDER =
      Comparator.comparingInt(Subfields::size).thenComparingInt(Subfields::subfieldSize);

  /** Every field is its own and only subfield. */
  public static IntFunction<Subfields> whole(FieldType type) {
    return field -> {
      int size = type.representations().get(field).size();
      return new Subfields(size, size);
    };
  }

  /** The subfields of induced representations. */
  public static IntFunction<Subfields> induced(
      FieldType type, InducedOperation operation, String who) {
    return field -> induced(type.representations().get(field), operation, who);
  }

  /**
   * @throws FieldTypeException if the representation is not an induced one that supports it
   */
  public static Subfields induced(
      Representation representation, InducedOperation operation, String who) {
    int size = representation.size();
    int[] sizes =
        IntStream.rangeClosed(1, size)
            .filter(n -> size % n == 0 && representation.supports(operation.tag(n)))
            .toArray();
    if (sizes.length != 1) {
      throw new FieldTypeException(
          Text.format(
              "%s needs induced representations, that support one \"%s\", but was given %s, which"
                  + " supports %s; use gspace.induced(subgroup, irrep)",
              who, operation.tag("…"), representation, representation.supportedNonlinearities()));
    }
    return new Subfields(size, sizes[0]);
  }

  /** How many subfields a field has. */
  public int count() {
    return size / subfieldSize;
  }

  /** As the reference writes it in names: {@code "(4, 2)"}. */
  @Override
  public String toString() {
    return "(" + size + ", " + subfieldSize + ")";
  }
}
