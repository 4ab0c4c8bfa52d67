package org.e2spark.ml;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.StructType;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.SizeConversion;
import org.e2spark.data.source.TableImages;
import org.e2spark.infer.ImageColumn;
import org.e2spark.infer.InvalidImages;

/** The Params of whatever reads images: what they are, and what becomes of those that are none. */
final class ImageParams {

  private static final int SIDES = 3;

  private final Params owner;
  final Param<String> imageFormat;
  final Param<String> imageSizes;
  final Param<String> handleInvalid;
  final Param<String> invalidReasonCol;

  ImageParams(Params owner) {
    this.owner = owner;
    String uid = owner.uid();
    imageFormat =
        choice(
            uid,
            "imageFormat",
            "what a binary column holds: encoded (PNG, JPEG, BMP, TIFF), chw or hwc (one byte a"
                + " value)",
            "encoded",
            "chw",
            "hwc");
    imageSizes =
        choice(
            uid,
            "imageSizes",
            "what becomes of images of another height or width than the network's: refuse or resize"
                + " (a triangle filter on each axis)",
            "refuse",
            "resize");
    handleInvalid =
        choice(
            uid,
            "handleInvalid",
            "what becomes of rows whose image cannot be read: error, skip, or keep (without results,"
                + " and with the reason in invalidReasonCol; a training leaves them out)",
            "error",
            "skip",
            "keep");
    invalidReasonCol =
        TextParam.of(
            uid,
            "invalidReasonCol",
            "column of reasons why images cannot be read, where handleInvalid is keep");
    owner.setDefault(imageFormat, "encoded");
    owner.setDefault(imageSizes, "refuse");
    owner.setDefault(handleInvalid, "error");
    owner.setDefault(invalidReasonCol, "invalidReason");
  }

  static Param<String> choice(String uid, String name, String doc, String... values) {
    return TextParam.of(uid, name, doc, ParamValidators.inArray(List.of(values)));
  }

  static IntArrayParam shapeParam(Params owner) {
    return new IntArrayParam(
        owner,
        "imageShape",
        "channels, height and width that the network takes; see imageSizes for images of others");
  }

  /**
   * The shape that a Param holds.
   *
   * @throws IllegalArgumentException if it is not set, or holds something else
   */
  static ImageShape shape(Params owner, IntArrayParam param) {
    if (!owner.isDefined(param)) {
      throw new IllegalArgumentException("imageShape is not set: name channels, height and width");
    }
    int[] sides = owner.getOrDefault(param);
    if (sides.length != SIDES) {
      throw new IllegalArgumentException(
          "Invalid imageShape: "
              + Arrays.toString(sides)
              + " (must be three numbers: channels, height, width)");
    }
    return new ImageShape(sides[0], sides[1], sides[2]);
  }

  /**
   * How to read a column.
   *
   * @throws IllegalArgumentException if it is missing or holds no images
   */
  ImageColumn column(StructType schema, String name, ImageShape shape) {
    TableImages binary = binary(owner.getOrDefault(imageFormat));
    boolean resize = owner.getOrDefault(imageSizes).equals("resize");
    return ImageColumn.of(
        schema, name, binary, shape, resize ? SizeConversion.RESIZE : SizeConversion.NONE);
  }

  /**
   * What a binary column holds.
   *
   * @throws IllegalArgumentException if the name is none of imageFormat's
   */
  static TableImages binary(String format) {
    return switch (format) {
      case "encoded" -> TableImages.ENCODED;
      case "chw" -> TableImages.CHW_BYTES;
      case "hwc" -> TableImages.HWC_BYTES;
      default ->
          throw new IllegalArgumentException(
              "Binary images are 'encoded', 'chw' or 'hwc', not '" + format + "'");
    };
  }

  InvalidImages invalid() {
    return switch (owner.getOrDefault(handleInvalid)) {
      case "skip" -> InvalidImages.SKIP;
      case "keep" -> InvalidImages.KEEP;
      default -> InvalidImages.ERROR;
    };
  }

  /** The column of reasons; empty where there is none. */
  String reason() {
    return invalid() == InvalidImages.KEEP ? owner.getOrDefault(invalidReasonCol) : "";
  }
}
