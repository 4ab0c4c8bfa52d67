package org.e2spark.data.source;

/** What a column of images holds. */
public enum TableImages {
  /** Binary: unsigned bytes, plane by plane (CHW). */
  CHW_BYTES,
  /** Binary: unsigned bytes, pixel by pixel (HWC). */
  HWC_BYTES,
  /** Array, nested or not, in CHW order: whole numbers of 0 to 255 of any numeric type. */
  CHW_ARRAY,
  /** Array, nested or not, in CHW order: numbers of 0 to 1, which become {@code round(255 v)}. */
  CHW_UNIT_ARRAY,
  /** Binary: an encoded PNG, JPEG, BMP or TIFF image, as of Spark's {@code binaryFile} source. */
  ENCODED,
  /** Spark's {@code image} structure: rows of 8-bit grey, BGR or BGRA pixels. */
  SPARK_IMAGE
}
