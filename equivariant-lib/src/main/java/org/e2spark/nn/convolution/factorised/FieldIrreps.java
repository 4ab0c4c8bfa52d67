package org.e2spark.nn.convolution.factorised;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.nn.FieldType;
import org.ejml.simple.SimpleMatrix;

/**
 * The fields of one type taken apart into irreps. Copies of an irrep, whichever fields they come
 * from, stand side by side: representation by representation, there by their place in it, and then
 * field by field.
 *
 * @param type the fields
 * @param parts the fields of each representation
 * @param irreps the irreps that occur, each once
 */
record FieldIrreps(FieldType type, List<Part> parts, List<Irrep> irreps) {

  /**
   * All fields of one representation. In irrep space its channels are <em>rows</em>: irrep by
   * irrep, component by component, copy by copy.
   *
   * @param representation of each field
   * @param fields their positions in the type
   * @param rows for each row, its channel in the representation's own irrep space
   */
  record Part(Representation representation, List<Integer> fields, List<Integer> rows) {

    /** How often the representation has an irrep. */
    int multiplicity(Irrep irrep) {
      return (int) representation.irreps().stream().filter(irrep::equals).count();
    }

    /** The first row of an irrep. */
    int firstRow(Irrep irrep, List<Irrep> order) {
      return order.subList(0, order.indexOf(irrep)).stream()
          .mapToInt(other -> multiplicity(other) * other.size())
          .sum();
    }

    /** How many copies of its irrep stand before the one at a position of the representation. */
    int copyAt(int position) {
      Irrep irrep = representation.irreps().get(position);
      return (int)
          representation.irreps().subList(0, position).stream().filter(irrep::equals).count();
    }

    /** From the channels of a field to its rows: (rows, channels). */
    SimpleMatrix toRows() {
      return permuted(representation.changeOfBasisInverse());
    }

    /** From rows to the channels of a field: (channels, rows). */
    SimpleMatrix fromRows() {
      return permuted(representation.changeOfBasis().transpose()).transpose();
    }

    private SimpleMatrix permuted(SimpleMatrix matrix) {
      return matrix
          .getRow(rows.get(0))
          .concatRows(rows.stream().skip(1).map(matrix::getRow).toArray(SimpleMatrix[]::new));
    }
  }

  static FieldIrreps of(FieldType type) {
    List<Irrep> irreps = List.copyOf(new LinkedHashSet<>(type.irreps()));
    List<Part> parts = new ArrayList<>();
    type.fieldsByLabel(type.names())
        .values()
        .forEach(
            fields -> {
              Representation representation = type.representations().get(fields.get(0));
              parts.add(new Part(representation, fields, rows(representation, irreps)));
            });
    return new FieldIrreps(type, parts, irreps);
  }

  private static List<Integer> rows(Representation representation, List<Irrep> irreps) {
    List<Integer> rows = new ArrayList<>();
    for (Irrep irrep : irreps) {
      for (int component = 0; component < irrep.size(); component++) {
        int channel = component;
        for (Irrep here : representation.irreps()) {
          if (here.equals(irrep)) {
            rows.add(channel);
          }
          channel += here.size();
        }
      }
    }
    return rows;
  }

  /** How many copies of an irrep all fields have. */
  int copies(Irrep irrep) {
    return copiesBefore(irrep, parts.size());
  }

  /** The first copy of an irrep that a part holds. */
  int firstCopy(Irrep irrep, Part part) {
    return copiesBefore(irrep, parts.indexOf(part));
  }

  private int copiesBefore(Irrep irrep, int part) {
    return parts.subList(0, part).stream()
        .mapToInt(p -> p.multiplicity(irrep) * p.fields().size())
        .sum();
  }

  /** The part that some fields of this type belong to. */
  Part partOf(int field) {
    return parts.stream().filter(part -> part.fields().contains(field)).findFirst().orElseThrow();
  }

  /** The channels of the type, part by part. */
  long[] channels() {
    return parts.stream()
        .flatMapToLong(
            part -> java.util.Arrays.stream(type.channels(FieldType.ints(part.fields()))))
        .toArray();
  }
}
