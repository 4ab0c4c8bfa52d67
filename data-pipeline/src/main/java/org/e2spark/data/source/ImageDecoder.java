package org.e2spark.data.source;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.SampleModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.e2spark.data.text.Text;

/**
 * Decodes PNG, JPEG, BMP and TIFF images to CHW bytes, by the JDK's own Image I/O.
 *
 * <p>Grey samples are taken as stored; an alpha channel is dropped; 16-bit samples keep their upper
 * byte. Sizes are read and checked before any pixel is.
 *
 * @param shape what every image must have; a grey image is spread over three channels only if
 *     {@code conversion} allows it
 */
record ImageDecoder(ImageShape shape, ColorConversion conversion) implements Serializable {

  /** What libjpeg, inside the JDK, only warns of: it fills what is lost with grey. */
  private static final Pattern DAMAGE =
      Pattern.compile("(?i)premature end|corrupt jpeg data|inconsistent progression|truncated");

  /** Four channels of 16 bits of the largest image take less. */
  private static final long MAX_DECODED_BYTES = 4L * ImageShape.MAX_BYTES;

  private static final int BMP_HEADER_SIZE = 14;
  private static final int BMP_INFO_HEADER = 40;
  private static final int BMP_COMPRESSION = 30;
  private static final int BMP_JPEG = 4;
  private static final int BMP_PNG = 5;

  /** An opened image: its size and its number of colours. */
  private record Opened(ImageReader reader, String format) {}

  /** Decodes an image, or says why it cannot be. */
  byte[] decode(byte[] encoded, String name) {
    return guarded(
        encoded,
        name,
        opened -> {
          ImageReader reader = opened.reader();
          checkSize(reader.getHeight(0), reader.getWidth(0), name);
          return pixels(read(opened, name), name);
        });
  }

  /** The shape that an image has in itself. */
  static ImageShape shapeOf(byte[] encoded, String name) {
    return guarded(
        encoded,
        name,
        opened -> {
          ImageReader reader = opened.reader();
          int height = reader.getHeight(0);
          int width = reader.getWidth(0);
          if (!ImageShape.isValid(3, height, width)) {
            throw bad(name, "an image of at most 64 MiB", height + "x" + width, null);
          }
          return new ImageShape(isGrey(read(opened, name)) ? 1 : 3, height, width);
        });
  }

  /** Four colours are CMYK, which the JDK would hand on as if they were red, green, blue, alpha. */
  private static BufferedImage read(Opened opened, String name) throws IOException {
    checkMemory(opened.reader(), name);
    BufferedImage image = opened.reader().read(0);
    checkSamples(image.getSampleModel(), image.getColorModel(), name);
    int bands = image.getRaster().getNumBands();
    if (opened.format().equals("jpeg") && bands > 3) {
      throw bad(
          name, "a grey or RGB JPEG image", bands + " colours (CMYK: convert it to RGB)", null);
    }
    return image;
  }

  /** A file of some bytes may claim any number of channels, and tiles larger than the image. */
  private static void checkMemory(ImageReader reader, String name) throws IOException {
    ImageTypeSpecifier raw = reader.getRawImageType(0);
    if (raw != null) {
      // Before any decoding: the TIFF reader makes tables of as many entries as samples have
      // values.
      checkSamples(raw.getSampleModel(), raw.getColorModel(), name);
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
      throw bad(
          name,
          "an image that decodes to at most " + MAX_DECODED_BYTES + " bytes",
          pixels + " pixels of " + bytesOfPixel + " bytes",
          null);
    }
  }

  /** Numbers with a sign or a fraction have no agreed range that could be brought to a byte. */
  private static void checkSamples(SampleModel samples, ColorModel colors, String name) {
    int type = samples.getDataType();
    if (type != DataBuffer.TYPE_BYTE
        && type != DataBuffer.TYPE_USHORT
        && !(colors instanceof DirectColorModel)) {
      throw bad(
          name,
          "samples of 8 or 16 bits without sign",
          samples.getSampleSize(0) + " bits of data type " + type,
          null);
    }
  }

  private interface Use<T> {
    T apply(Opened opened) throws IOException;
  }

  private static <T> T guarded(byte[] encoded, String name, Use<T> use) {
    String format = format(encoded, name);
    ImageReader reader = reader(format);
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
      List<String> damage = new ArrayList<>();
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            if (DAMAGE.matcher(warning).find()) {
              damage.add(warning);
            }
          });
      reader.setInput(in, true, true);
      try {
        T result = use.apply(new Opened(reader, format));
        if (!damage.isEmpty()) {
          throw bad(name, position(in, encoded), undamaged(format), damage.get(0), null);
        }
        return result;
      } catch (BadImageDataException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        // Damaged images make the JDK's readers fail in every way; each means the same.
        throw bad(name, position(in, encoded), undamaged(format), e.toString(), e);
      }
    } catch (IOException e) {
      throw bad(name, 0, undamaged(format), e.toString(), e);
    } finally {
      reader.dispose();
    }
  }

  private static String undamaged(String format) {
    return "an undamaged " + format + " image";
  }

  /** How far the reader had come. */
  private static long position(ImageInputStream in, byte[] encoded) throws IOException {
    return Math.min(in.getStreamPosition(), encoded.length);
  }

  private static ImageReader reader(String format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    if (!readers.hasNext()) {
      throw new IllegalStateException(
          "This Java runtime cannot read " + format + " images: it lacks the java.desktop module");
    }
    return readers.next();
  }

  /** Tells the format by the first bytes. */
  private static String format(byte[] bytes, String name) {
    int first = bytes.length < 4 ? 0 : ByteBuffer.wrap(bytes).getInt();
    if (first == 0x89504e47) {
      return "png";
    }
    if (first >>> 8 == 0xffd8ff) {
      return "jpeg";
    }
    if (first >>> 16 == 0x424d) {
      checkNothingEmbedded(bytes, name);
      return "bmp";
    }
    if (first == 0x49492a00 || first == 0x4d4d002a) {
      return "tiff";
    }
    throw bad(
        name,
        0,
        "a PNG, JPEG, BMP or TIFF image",
        bytes.length < 4 ? bytes.length + " bytes" : Text.format("first bytes 0x%08x", first),
        null);
  }

  /** The JDK would make room for as many bytes as the header says, whatever the file has. */
  private static void checkNothingEmbedded(byte[] bmp, String name) {
    ByteBuffer header = ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN);
    if (bmp.length >= BMP_COMPRESSION + Integer.BYTES) {
      int compression = header.getInt(BMP_COMPRESSION);
      if (header.getInt(BMP_HEADER_SIZE) >= BMP_INFO_HEADER
          && (compression == BMP_JPEG || compression == BMP_PNG)) {
        throw bad(
            name,
            "a BMP image of pixels",
            "an embedded " + (compression == BMP_JPEG ? "JPEG" : "PNG") + " image (take that)",
            null);
      }
    }
  }

  private void checkSize(int height, int width, String name) {
    if (height != shape.height() || width != shape.width()) {
      throw bad(
          name,
          Text.format("an image of %dx%d like the first", shape.height(), shape.width()),
          height + "x" + width,
          null);
    }
  }

  private static boolean isGrey(BufferedImage image) {
    ColorModel colors = image.getColorModel();
    return colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY
        || (colors instanceof IndexColorModel index && isGrey(index));
  }

  private static boolean isGrey(IndexColorModel index) {
    for (int i = 0; i < index.getMapSize(); i++) {
      if (index.getRed(i) != index.getGreen(i) || index.getRed(i) != index.getBlue(i)) {
        return false;
      }
    }
    return true;
  }

  private byte[] pixels(BufferedImage image, String name) {
    boolean grey = isGrey(image);
    if (conversion == ColorConversion.NONE && grey != (shape.channels() == 1)) {
      throw bad(
          name,
          (shape.channels() == 1 ? "a grey" : "a colour") + " image like the first",
          (grey ? "a grey" : "a colour") + " image",
          null);
    }
    byte[] out = new byte[shape.size()];
    int width = shape.width();
    int[] row = new int[width];
    for (int y = 0; y < shape.height(); y++) {
      if (grey) {
        greyRow(image, y, row);
      } else {
        image.getRGB(0, y, width, 1, row, 0, width);
      }
      for (int x = 0; x < width; x++) {
        put(out, y * width + x, row[x]);
      }
    }
    return out;
  }

  /** The stored grey values as RGB; getRGB would bend them through a linear grey colour space. */
  private static void greyRow(BufferedImage image, int y, int[] row) {
    image.getRaster().getSamples(0, y, row.length, 1, 0, row);
    ColorModel colors = image.getColorModel();
    int bits = colors.getComponentSize(0);
    for (int x = 0; x < row.length; x++) {
      int value;
      if (colors instanceof IndexColorModel index) {
        value = index.getRed(row[x]);
      } else {
        value = bits > 8 ? row[x] >>> (bits - 8) : row[x] * 255 / ((1 << bits) - 1);
      }
      row[x] = value * 0x010101;
    }
  }

  private void put(byte[] out, int at, int rgb) {
    int red = rgb >> 16 & 0xff;
    int green = rgb >> 8 & 0xff;
    int blue = rgb & 0xff;
    if (shape.channels() == 1) {
      // ITU-R 601 luma in 16-bit fixed point, as PIL's conversion to "L".
      out[at] = (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
      return;
    }
    out[at] = (byte) red;
    out[at + shape.planeSize()] = (byte) green;
    out[at + 2 * shape.planeSize()] = (byte) blue;
  }

  private static BadImageDataException bad(
      String name, String expected, String found, Throwable cause) {
    return bad(name, BadImageDataException.WHOLE_FILE, expected, found, cause);
  }

  private static BadImageDataException bad(
      String name, long offset, String expected, String found, Throwable cause) {
    return new BadImageDataException(name, offset, expected, found, cause);
  }
}
