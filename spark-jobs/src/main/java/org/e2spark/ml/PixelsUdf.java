package org.e2spark.ml;

import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.util.LongAccumulator;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.infer.ImageColumn;
import org.e2spark.infer.InvalidImages;

/**
 * Makes pixels of a column's values; null of what is no image, if that is not an error.
 *
 * @param column of the images
 * @param invalid what becomes of those that cannot be read
 * @param leftOut counts them
 */
record PixelsUdf(ImageColumn column, InvalidImages invalid, LongAccumulator leftOut)
    implements UDF1<Object, byte[]> {

  @Override
  public byte[] call(Object value) {
    try {
      return column.pixels(value);
    } catch (BadImageDataException e) {
      if (invalid == InvalidImages.ERROR) {
        throw e;
      }
      leftOut.add(1);
      return null;
    }
  }
}
