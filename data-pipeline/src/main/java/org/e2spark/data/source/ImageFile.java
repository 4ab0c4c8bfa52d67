package org.e2spark.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One image of a file, as a prepared data set would have it.
 *
 * @param pixels unsigned bytes, (channels, height, width)
 * @param notes what was left out or changed
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record ImageFile(byte[] pixels, List<ImageNote> notes) {

  /**
   * Reads PNG, JPEG, BMP or TIFF, turned as the file says, and brings it to a shape: resampled,
   * grey spread over channels, colours reduced to their luma. Each change is among the notes.
   *
   * @throws BadImageDataException if the file is damaged or of another format
   * @throws IOException if it cannot be read
   */
  public static ImageFile read(Path file, ImageShape shape) throws IOException {
    var decoder =
        new ImageDecoder(
            shape, ColorConversion.CONVERT, SizeConversion.RESIZE, ExifOrientation.APPLY);
    ImageDecoder.Decoded decoded = decoder.decode(Files.readAllBytes(file), file.toString());
    return new ImageFile(decoded.pixels(), decoded.notes());
  }
}
