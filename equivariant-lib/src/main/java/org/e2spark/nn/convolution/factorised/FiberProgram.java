package org.e2spark.nn.convolution.factorised;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.e2spark.group.Irrep;
import org.e2spark.text.Text;

/**
 * The statements that bring some images of a field type into irrep space and back, for programs.
 *
 * <p>Variables: {@code c}, the number of images; {@code NAME0}, {@code NAME1}, ..., one for each
 * representation: (rows, fields, images, pixels), flat after the first axis.
 *
 * @param fields the field type
 * @param name prefix of the variables
 * @param pixels of an image
 */
record FiberProgram(FieldIrreps fields, String name, int pixels) {

  /** Whether channels lie part by part already. */
  boolean isSorted() {
    long[] channels = fields.channels();
    for (int i = 0; i < channels.length; i++) {
      if (channels[i] != i) {
        return false;
      }
    }
    return true;
  }

  /** The place of each channel in the order of the parts. */
  long[] places() {
    long[] channels = fields.channels();
    long[] places = new long[channels.length];
    for (int i = 0; i < channels.length; i++) {
      places[(int) channels[i]] = i;
    }
    return places;
  }

  /**
   * Lays out the channels of a field as rows.
   *
   * @param images (c, channels, ...), in the order of the parts
   */
  void channelsAsRows(ProgramText text, String images) {
    int first = 0;
    for (int i = 0; i < fields.parts().size(); i++) {
      FieldIrreps.Part part = fields.parts().get(i);
      int size = part.representation().size();
      int count = part.fields().size();
      text.add(
          "%s%d = torch.reshape(torch.permute(torch.reshape(torch.narrow(%s, 1, %d, %d), [c, %d, %d,"
              + " %d]), [2, 1, 0, 3]), [%d, %d * c])",
          name, i, images, first, count * size, count, size, pixels, size, count * pixels);
      first += count * size;
    }
  }

  private void toImages(ProgramText text, String images) {
    int first = 0;
    for (int i = 0; i < fields.parts().size(); i++) {
      FieldIrreps.Part part = fields.parts().get(i);
      int size = part.representation().size();
      int count = part.fields().size();
      text.run(
          "torch.copy_(torch.reshape(torch.narrow(%s, 1, %d, %d), [c, %d, %d, %d]),"
              + " torch.permute(torch.reshape(%s%d, [%d, %d, c, %d]), [2, 1, 0, 3]))",
          images, first, count * size, count, size, pixels, name, i, size, count, pixels);
      first += count * size;
    }
  }

  /**
   * An irrep in all fields, for reading: (components, copies times images, pixels).
   *
   * @return an expression; a view if one representation has the irrep, else a copy
   */
  String copiesOf(Irrep irrep) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < fields.parts().size(); i++) {
      if (fields.parts().get(i).multiplicity(irrep) > 0) {
        found.add(copiesOf(irrep, i));
      }
    }
    return found.size() == 1 ? found.get(0) : "torch.cat([" + String.join(", ", found) + "], 1)";
  }

  /** An irrep in the fields of a part that has it: a view. */
  String copiesOf(Irrep irrep, int part) {
    FieldIrreps.Part fieldsOf = fields.parts().get(part);
    int multiplicity = fieldsOf.multiplicity(irrep);
    return Text.format(
        "torch.reshape(torch.narrow(torch.reshape(%s%d, [%d, -1]), 0, %d, %d), [%d, %d * c, %d])",
        name,
        part,
        fieldsOf.representation().size(),
        fieldsOf.firstRow(irrep, fields.irreps()),
        multiplicity * irrep.size(),
        irrep.size(),
        multiplicity * fieldsOf.fields().size(),
        pixels);
  }

  /** Images {@code b} to {@code b + c} of an array, in the order of the parts. */
  String images(String array, String sorted) {
    String chunk = "torch.narrow(" + array + ", 0, b, c)";
    return isSorted() ? chunk : "torch.index_select(" + chunk + ", 1, " + sorted + ")";
  }

  /** Writes the parts, whose rows are channels, to images {@code b} to {@code b + c}. */
  void putImages(ProgramText text, String array, String places) {
    String chunk = "torch.narrow(" + array + ", 0, b, c)";
    text.add("ys = %s", isSorted() ? chunk : "torch.empty_like(" + chunk + ")");
    toImages(text, "ys");
    if (!isSorted()) {
      text.run("torch.copy_(%s, torch.index_select(ys, 1, %s))", chunk, places);
    }
  }

  /** Multiplies the rows of every part by its matrix, unless it is null. */
  void mixRows(ProgramText text, List<String> matrices) {
    for (int i = 0; i < matrices.size(); i++) {
      if (matrices.get(i) != null) {
        text.add("%s%d = torch.mm(%s, %s%d)", name, i, matrices.get(i), name, i);
      }
    }
  }

  /** Multiplies every image of every part by a matrix over pixels, from the right. */
  void mixPixels(ProgramText text, Product product, String matrix, IntUnaryOperator rows) {
    for (int i = 0; i < fields.parts().size(); i++) {
      text.add(
          "%s%d = torch.reshape(%s, [%d, -1])",
          name,
          i,
          product.of(Text.format("torch.reshape(%s%d, [-1, %d])", name, i, pixels), matrix),
          rows.applyAsInt(i));
    }
  }

  /** Channels of a field of a part. */
  int channels(int part) {
    return fields.parts().get(part).representation().size();
  }

  /** Fields of a part. */
  int count(int part) {
    return fields.parts().get(part).fields().size();
  }
}
