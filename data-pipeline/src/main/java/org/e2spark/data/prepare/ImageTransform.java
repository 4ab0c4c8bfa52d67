package org.e2spark.data.prepare;

import java.util.Optional;
import org.apache.spark.sql.api.java.UDF3;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.augment.Rotation;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.TriangleResampler;

/** What happens to one image's pixels: mirrored left to right, rotated, resized, padded. */
final class ImageTransform implements UDF3<byte[], Float, Integer, byte[]> {
  private static final long serialVersionUID = 1L;

  private final ImageShape in;
  private final ImageShape resized;
  private final ImageShape out;
  private final Interpolation rotation;

  ImageTransform(ImageShape in, PrepareOptions options) {
    this.in = in;
    this.resized = resizedShape(in, options);
    this.out = outShape(in, options);
    this.rotation = options.rotation().orElse(null);
  }

  /**
   * The shape of the images that come out.
   *
   * @throws IllegalArgumentException if the padded size is smaller than the image
   */
  static ImageShape outShape(ImageShape in, PrepareOptions options) {
    ImageShape resized = resizedShape(in, options);
    Optional<PrepareOptions.Size> size = options.padding();
    if (size.isEmpty()) {
      return resized;
    }
    if (size.get().height() < resized.height() || size.get().width() < resized.width()) {
      throw new IllegalArgumentException(
          "Cannot pad images of shape " + resized + " to " + size.get() + " (must not be smaller)");
    }
    return new ImageShape(in.channels(), size.get().height(), size.get().width());
  }

  private static ImageShape resizedShape(ImageShape in, PrepareOptions options) {
    return options
        .resize()
        .map(size -> new ImageShape(in.channels(), size.height(), size.width()))
        .orElse(in);
  }

  @Override
  public byte[] call(byte[] image, Float degrees, Integer reflected) {
    byte[] result = reflected == 0 ? image : mirrored(image);
    if (rotation != null) {
      result = Rotation.ofDegrees(degrees, rotation).apply(result, in);
    }
    if (!in.equals(resized)) {
      result = TriangleResampler.resize(result, in, resized);
    }
    return resized.equals(out) ? result : padded(result);
  }

  private byte[] mirrored(byte[] image) {
    byte[] result = new byte[image.length];
    for (int row = 0; row < image.length; row += in.width()) {
      for (int x = 0; x < in.width(); x++) {
        result[row + x] = image[row + in.width() - 1 - x];
      }
    }
    return result;
  }

  private byte[] padded(byte[] image) {
    byte[] result = new byte[out.size()];
    int top = (out.height() - resized.height()) / 2;
    int left = (out.width() - resized.width()) / 2;
    for (int c = 0; c < resized.channels(); c++) {
      for (int y = 0; y < resized.height(); y++) {
        System.arraycopy(
            image,
            (c * resized.height() + y) * resized.width(),
            result,
            (c * out.height() + top + y) * out.width() + left,
            resized.width());
      }
    }
    return result;
  }
}
