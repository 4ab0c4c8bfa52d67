package org.e2spark.data.source;

import java.io.Serializable;
import org.e2spark.data.text.Text;

/**
 * How one fixed-size record becomes an image and a label.
 *
 * @param shape shape of the image
 * @param order order of the pixels within a plane
 * @param labelBytes bytes before the pixels of each record; 0 if labels are in a file of their own
 * @param labelIndex which of those bytes is the label
 * @param labelBase the label of the first class
 * @param classes number of classes
 */
record RecordLayout(
    ImageShape shape, PixelOrder order, int labelBytes, int labelIndex, int labelBase, int classes)
    implements Serializable {

  /** Order of the pixels within a plane. */
  enum PixelOrder {
    ROW_MAJOR,
    COLUMN_MAJOR
  }

  int recordBytes() {
    return labelBytes + shape.size();
  }

  /** The image of a record, in a new array. */
  byte[] image(byte[] record) {
    byte[] image = new byte[shape.size()];
    if (order == PixelOrder.ROW_MAJOR) {
      System.arraycopy(record, labelBytes, image, 0, image.length);
      return image;
    }
    int plane = shape.planeSize();
    for (int c = 0; c < shape.channels(); c++) {
      for (int x = 0; x < shape.width(); x++) {
        int from = labelBytes + c * plane + x * shape.height();
        for (int y = 0; y < shape.height(); y++) {
          image[c * plane + y * shape.width() + x] = record[from + y];
        }
      }
    }
    return image;
  }

  /** Whether a stored label byte names a class. */
  boolean isLabel(int stored) {
    return stored >= labelBase && stored < labelBase + classes;
  }

  String labelRange() {
    return Text.format(
        "a label of %s to %s (labels that begin elsewhere: --first-label; more classes:"
            + " --classes)",
        labelBase, labelBase + classes - 1);
  }
}
