package org.e2spark.data.source;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DirectColorModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A reader of one image in memory, kept from taking memory that the image does not need. Which
 * reader it is never depends on what the class path registers.
 */
final class BoundedReader implements AutoCloseable {

  /** Four channels of 16 bits of the largest image take less. */
  private static final long MAX_DECODED_BYTES = 4L * ImageShape.MAX_BYTES;

  private final String name;
  private final ImageReader reader;
  private final ImageInputStream in;
  private final List<String> warnings = new ArrayList<>();

  private BoundedReader(ImageReader reader, InputStream bytes, String name) {
    this.name = name;
    this.reader = reader;
    in = new MemoryCacheImageInputStream(bytes);
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    reader.setInput(in, true, true);
  }

  /**
   * The Java runtime's own reader of a format.
   *
   * @param name what errors call the image
   */
  static BoundedReader ofRuntime(String format, InputStream bytes, String name) {
    return new BoundedReader(runtimeReader(format), bytes, name);
  }

  /** TwelveMonkeys' reader of TIFF; the runtime's knows fewer compressions, and hides damage. */
  static BoundedReader ofTiff(InputStream bytes, String name) throws IOException {
    return new BoundedReader(new TIFFImageReaderSpi().createReaderInstance(null), bytes, name);
  }

  private static ImageReader runtimeReader(String format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getModule() == ImageIO.class.getModule()) {
        return reader;
      }
      reader.dispose();
    }
    throw new IllegalStateException(
        "This Java runtime cannot read " + format + " images: it lacks the java.desktop module");
  }

  int height() throws IOException {
    return reader.getHeight(0);
  }

  int width() throws IOException {
    return reader.getWidth(0);
  }

  /** What the reader complained of so far. */
  List<String> warnings() {
    return warnings;
  }

  /** How far the reader has come in the bytes it was given. */
  long position() {
    try {
      return in.getStreamPosition();
    } catch (IOException e) {
      return 0;
    }
  }

  /** The samples as they are stored, before any conversion of colours. */
  Raster raster() throws IOException {
    return reader.readRaster(0, null);
  }

  BufferedImage image() throws IOException {
    checkMemory();
    BufferedImage image = reader.read(0);
    checkSamples(image.getSampleModel(), image.getColorModel());
    return image;
  }

  /** A file of some bytes may claim any number of channels, and tiles larger than the image. */
  private void checkMemory() throws IOException {
    ImageTypeSpecifier raw = reader.getRawImageType(0);
    if (raw != null) {
      // Before any decoding: the TIFF reader makes tables of as many entries as samples have
      // values.
      checkSamples(raw.getSampleModel(), raw.getColorModel());
    }
    long bytesOfPixel =
        raw == null
            ? Integer.BYTES
            : (long) raw.getNumBands()
                * DataBuffer.getDataTypeSize(raw.getSampleModel().getDataType())
                / Byte.SIZE;
    long pixels =
        Math.max(
            (long) reader.getWidth(0) * reader.getHeight(0),
            (long) reader.getTileWidth(0) * reader.getTileHeight(0));
    if (pixels > MAX_DECODED_BYTES / bytesOfPixel) {
      throw new BadImageDataException(
          name,
          "an image that decodes to at most " + MAX_DECODED_BYTES + " bytes",
          pixels + " pixels of " + bytesOfPixel + " bytes");
    }
  }

  /** Numbers with a sign or a fraction have no agreed range that could be brought to a byte. */
  private void checkSamples(SampleModel samples, ColorModel colors) {
    int type = samples.getDataType();
    if (type != DataBuffer.TYPE_BYTE
        && type != DataBuffer.TYPE_USHORT
        && !(colors instanceof DirectColorModel)) {
      throw new BadImageDataException(
          name,
          "samples of 8 or 16 bits without sign",
          samples.getSampleSize(0) + " bits of data type " + type);
    }
  }

  @Override
  public void close() {
    reader.dispose();
    try {
      in.close();
    } catch (IOException e) {
      throw new IllegalStateException("Bytes in memory cannot be closed", e);
    }
  }
}
