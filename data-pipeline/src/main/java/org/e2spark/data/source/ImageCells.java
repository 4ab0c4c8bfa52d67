package org.e2spark.data.source;

import java.io.Serializable;
import org.apache.spark.sql.RowFactory;

/**
 * Makes pixels of the values of a column of images, outside of any {@link TableSource}.
 *
 * @param content what the column holds
 * @param shape that every image must have; other numbers of channels are refused
 * @param sizes what becomes of images of another height or width, where the content tells it
 */
public record ImageCells(TableImages content, ImageShape shape, SizeConversion sizes)
    implements Serializable {

  /**
   * The pixels of one value, (channels, height, width).
   *
   * @param value as a Spark row holds it; may be null
   * @param place what errors call it
   * @throws BadImageDataException if it is no such image
   */
  public byte[] pixels(Object value, String place) {
    ImageDecoder decoder =
        new ImageDecoder(shape, ColorConversion.NONE, sizes, ExifOrientation.AS_STORED);
    return new TableDecoder(place, content, decoder, null, 0)
        .image(RowFactory.create(value), place)
        .pixels();
  }
}
