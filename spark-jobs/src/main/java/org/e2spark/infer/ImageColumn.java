package org.e2spark.infer;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.ImageCells;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.SizeConversion;
import org.e2spark.data.source.TableImages;
import org.e2spark.text.Text;
import scala.collection.immutable.ArraySeq;

/**
 * A DataFrame's column of images, and how pixels are made of it.
 *
 * @param name of the column
 * @param index of the column
 * @param path index of a column {@code path} of texts, by which errors name an image; -1 for none
 * @param cells how to read a value
 */
public record ImageColumn(String name, int index, int path, ImageCells cells)
    implements Serializable {

  private static final List<String> IMAGE_FIELDS =
      List.of("origin", "height", "width", "nChannels", "mode", "data");

  /**
   * Finds the column.
   *
   * @param binary what the column holds if it is binary
   * @param shape that the images shall have
   * @param sizes what becomes of images of other sizes
   * @throws IllegalArgumentException if there is no such column, or it holds no images
   */
  public static ImageColumn of(
      StructType schema, String name, TableImages binary, ImageShape shape, SizeConversion sizes) {
    DataType type = field(schema, name).dataType();
    List<String> names = Arrays.asList(schema.fieldNames());
    int path = names.indexOf("path");
    boolean named = path >= 0 && schema.fields()[path].dataType() instanceof StringType;
    TableImages content = content(type, binary, name);
    return new ImageColumn(
        name, names.indexOf(name), named ? path : -1, new ImageCells(content, shape, sizes));
  }

  /**
   * A column of any content.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static StructField field(StructType schema, String name) {
    List<String> names = Arrays.asList(schema.fieldNames());
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          Text.format("No column '%s' (there are: %s)", name, String.join(", ", names)));
    }
    return schema.apply(name);
  }

  private static TableImages content(DataType type, TableImages binary, String column) {
    if (type instanceof BinaryType) {
      return binary;
    }
    if (type instanceof StructType struct
        && Arrays.asList(struct.fieldNames()).equals(IMAGE_FIELDS)) {
      return TableImages.SPARK_IMAGE;
    }
    if (type instanceof VectorUDT
        || (type instanceof ArrayType array && array.elementType() instanceof NumericType)) {
      return TableImages.CHW_ARRAY;
    }
    throw new IllegalArgumentException(
        Text.format(
            "Column '%s' is of type %s (must be binary, Spark's image, an array of numbers or a"
                + " vector)",
            column, type.catalogString()));
  }

  /**
   * The pixels of a row's image, (channels, height, width).
   *
   * @throws BadImageDataException if it is null or no such image
   */
  byte[] pixels(Row row) {
    boolean named = path >= 0 && !row.isNullAt(path);
    return pixels(row.get(index), named ? row.getString(path) : "column '" + name + "'");
  }

  /** The pixels of a value of the column. */
  public byte[] pixels(Object value) {
    return pixels(value, "column '" + name + "'");
  }

  private byte[] pixels(Object value, String place) {
    Object plain =
        value instanceof Vector vector ? ArraySeq.unsafeWrapArray(vector.toArray()) : value;
    return cells.pixels(plain, place);
  }
}
