package org.e2spark.ml;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import org.e2spark.data.source.ImageCells;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.TableImages;
import org.e2spark.text.Text;

/** The Params that estimator and model share: what the images are, and a column they give. */
final class ImageParams {

  private static final String[] IMAGE_FIELDS = {
    "origin", "height", "width", "nChannels", "mode", "data"
  };
  private static final int SIDES = 3;

  private final Params owner;
  final IntArrayParam imageShape;
  final Param<String> imageFormat;
  final Param<String> probabilityCol;

  ImageParams(Params owner) {
    this.owner = owner;
    imageShape =
        new IntArrayParam(
            owner,
            "imageShape",
            "channels, height and width that every image must have; images of other shapes are"
                + " refused");
    imageFormat =
        new Param<>(
            owner.uid(),
            "imageFormat",
            "what a binary column holds: encoded (PNG, JPEG, BMP, TIFF), chw or hwc (one byte a"
                + " value)",
            ParamValidators.inArray(List.of("encoded", "chw", "hwc")),
            String.class);
    probabilityCol =
        new Param<>(
            owner.uid(), "probabilityCol", "column of probabilities; none if empty", String.class);
    owner.setDefault(imageFormat, "encoded");
    owner.setDefault(probabilityCol, "probability");
  }

  /**
   * How to read the column.
   *
   * @throws IllegalArgumentException if it is missing or holds no images, or the shape is not set
   */
  ImageCells cells(StructType schema, String column) {
    List<String> names = Arrays.asList(schema.fieldNames());
    if (!names.contains(column)) {
      throw new IllegalArgumentException(
          Text.format("No column '%s' (there are: %s)", column, String.join(", ", names)));
    }
    TableImages content = content(schema.apply(column).dataType(), column);
    if (!owner.isDefined(imageShape)) {
      throw new IllegalArgumentException("imageShape is not set: name channels, height and width");
    }
    int[] sides = owner.getOrDefault(imageShape);
    if (sides.length != SIDES) {
      throw new IllegalArgumentException(
          "Invalid imageShape: "
              + Arrays.toString(sides)
              + " (must be three numbers: channels, height, width)");
    }
    return new ImageCells(content, new ImageShape(sides[0], sides[1], sides[2]));
  }

  private TableImages content(DataType type, String column) {
    if (type instanceof BinaryType) {
      return switch (owner.getOrDefault(imageFormat)) {
        case "chw" -> TableImages.CHW_BYTES;
        case "hwc" -> TableImages.HWC_BYTES;
        default -> TableImages.ENCODED;
      };
    }
    if (type instanceof StructType struct && Arrays.equals(struct.fieldNames(), IMAGE_FIELDS)) {
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
}
