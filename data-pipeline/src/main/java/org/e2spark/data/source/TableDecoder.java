package org.e2spark.data.source;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.e2spark.data.source.ImageDecoder.Decoded;
import org.e2spark.data.text.Text;
import scala.collection.Seq;

/**
 * Makes samples of table rows {@code (image, label, split, id or path)}.
 *
 * @param table what errors call the table
 * @param images what the image column holds
 * @param decoder for encoded images; knows the shape for all
 * @param labels label of each value of the label column; null if the values are the labels
 */
record TableDecoder(
    String table,
    TableImages images,
    ImageDecoder decoder,
    Map<String, Integer> labels,
    int classes)
    implements Serializable {

  /** The id of a row that is read for its label alone, and so not put in order. */
  static final long UNRANKED = -1;

  private ImageShape shape() {
    return decoder.shape();
  }

  /** Decodes a row that carries its id as fourth column. */
  Reading decodeWithId(Row row, Depth depth) {
    return row.isNullAt(3)
        ? new Reading.Bad(bad(table, "an id in every row", "null", null))
        : decode(row, row.getLong(3), depth);
  }

  Reading decode(Row row, long id, Depth depth) {
    String place = place(row, id);
    try {
      int label = label(row, place);
      if (row.isNullAt(2)) {
        throw bad(place, "the name of a split", "null", null);
      }
      Decoded image = depth == Depth.PIXELS ? image(row, place) : Decoded.NONE;
      return new Reading.Good(
          new Sample(id, image.pixels(), label, row.getString(2)), place, image.notes());
    } catch (BadImageDataException e) {
      return new Reading.Bad(e);
    }
  }

  /** The path of an image file if that is what rows are ordered by, else the row's number. */
  private String place(Row row, long id) {
    if (row.get(3) instanceof String path) {
      return path;
    }
    return id == UNRANKED ? table : table + " row " + id;
  }

  private int label(Row row, String place) {
    Object value = row.get(1);
    if (labels != null) {
      Integer label = labels.get(String.valueOf(value));
      if (label == null) {
        throw bad(place, "the name of a class", String.valueOf(value), null);
      }
      return label;
    }
    if (!(value instanceof Number number)
        || number.doubleValue() != Math.rint(number.doubleValue())
        || number.doubleValue() < 0
        || number.doubleValue() >= classes) {
      throw bad(place, "a label of 0 to " + (classes - 1), String.valueOf(value), null);
    }
    return number.intValue();
  }

  /** The image of a row's first column. */
  Decoded image(Row row, String place) {
    if (row.isNullAt(0)) {
      throw bad(place, "an image", "null", null);
    }
    return switch (images) {
      case CHW_BYTES -> Decoded.of(checkedSize((byte[]) row.get(0), place));
      case HWC_BYTES ->
          Decoded.of(
              planes(checkedSize((byte[]) row.get(0), place), shape(), shape().channels(), place));
      case ENCODED -> decoder.decode((byte[]) row.get(0), place);
      case CHW_ARRAY -> Decoded.of(array(row.getSeq(0), 1, place));
      case CHW_UNIT_ARRAY -> Decoded.of(array(row.getSeq(0), 255, place));
      case SPARK_IMAGE -> sparkImage(row.getStruct(0), place);
    };
  }

  private byte[] checkedSize(byte[] bytes, String place) {
    if (bytes.length != shape().size()) {
      throw bad(
          place, shape().size() + " bytes for shape " + shape(), bytes.length + " bytes", null);
    }
    return bytes;
  }

  /** Takes the first channels of pixels of {@code stored} channels each. */
  private static byte[] planes(byte[] pixels, ImageShape shape, int stored, String place) {
    int plane = shape.planeSize();
    if ((long) plane * stored != pixels.length) {
      throw bad(place, plane + " pixels of " + stored, pixels.length + " bytes", null);
    }
    byte[] out = new byte[shape.size()];
    for (int c = 0; c < shape.channels(); c++) {
      for (int p = 0; p < plane; p++) {
        out[c * plane + p] = pixels[p * stored + c];
      }
    }
    return out;
  }

  private byte[] array(Seq<?> values, int scale, String place) {
    if (values.length() != shape().size()) {
      throw bad(
          place,
          shape().size() + " values for shape " + shape(),
          values.length() + " values",
          null);
    }
    byte[] out = new byte[shape().size()];
    for (int i = 0; i < out.length; i++) {
      Object value = values.apply(i);
      double scaled = value instanceof Number number ? number.doubleValue() * scale : Double.NaN;
      if (!(scaled >= 0 && scaled <= 255) || (scale == 1 && scaled != Math.rint(scaled))) {
        throw bad(
            place,
            (scale == 1 ? "a whole number of 0 to 255" : "a number of 0 to 1") + " at " + i,
            String.valueOf(value),
            null);
      }
      out[i] = (byte) Math.round(scaled);
    }
    return out;
  }

  /** Spark stores origin, height, width, nChannels, mode and data, colours as BGR or BGRA. */
  private Decoded sparkImage(Row image, String place) {
    for (int field = 1; field < image.size(); field++) {
      if (image.isNullAt(field)) {
        throw bad(place, "every field of an image structure", "null in field " + field, null);
      }
    }
    int height = image.getInt(1);
    int width = image.getInt(2);
    int stored = image.getInt(3);
    boolean fits = height == shape().height() && width == shape().width();
    if (!fits
        && (decoder.sizes() == SizeConversion.NONE || !ImageShape.isValid(3, height, width))) {
      throw bad(
          place,
          Text.format("an image of %dx%d", shape().height(), shape().width()),
          height + "x" + width,
          null);
    }
    if (image.getInt(4) != 8 * (stored - 1)) {
      // OpenCV's number of a type: 8 (channels - 1) + 0 for bytes without sign.
      throw bad(place, "an image of bytes without sign", "OpenCV type " + image.getInt(4), null);
    }
    if ((stored == 1) != (shape().channels() == 1) || (stored != 1 && stored != 3 && stored != 4)) {
      throw bad(place, "an image of " + shape().channels() + " channels", "" + stored, null);
    }
    ImageShape own = new ImageShape(shape().channels(), height, width);
    byte[] out = planes((byte[]) image.get(5), own, stored, place);
    if (stored > 1) {
      int plane = own.planeSize();
      byte[] blue = Arrays.copyOf(out, plane);
      System.arraycopy(out, 2 * plane, out, 0, plane);
      System.arraycopy(blue, 0, out, 2 * plane, plane);
    }
    List<ImageNote> notes = new ArrayList<>();
    if (stored == 4) {
      notes.add(ImageNote.ALPHA);
    }
    if (!fits) {
      notes.add(ImageNote.RESIZED);
      out = TriangleResampler.resize(out, own, shape());
    }
    return new Decoded(out, notes);
  }

  private static BadImageDataException bad(
      String place, String expected, String found, Throwable cause) {
    return new BadImageDataException(place, expected, found, cause);
  }
}
