package org.e2spark.data.source;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Set;
import org.e2spark.data.source.StoredSamples.Palette;

/** The first page of a TIFF file (TIFF 6.0). */
final class TiffImage extends EncodedImage {

  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS_PER_SAMPLE = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int STRIP_OFFSETS = 273;
  private static final int SAMPLES_PER_PIXEL = 277;
  private static final int ROWS_PER_STRIP = 278;
  private static final int STRIP_BYTES = 279;
  private static final int PLANES = 284;
  private static final int COLOR_MAP = 320;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTES = 325;
  private static final int EXTRA_SAMPLES = 338;
  private static final int SAMPLE_FORMAT = 339;
  private static final int JPEG_TABLES = 347;
  private static final int PROFILE = 34675;

  /** Also fill order, predictor, options of fax and sampling of YCbCr. */
  private static final Set<Integer> OF_SAMPLES =
      Set.of(
          WIDTH,
          HEIGHT,
          BITS_PER_SAMPLE,
          COMPRESSION,
          PHOTOMETRIC,
          266,
          STRIP_OFFSETS,
          SAMPLES_PER_PIXEL,
          ROWS_PER_STRIP,
          STRIP_BYTES,
          PLANES,
          292,
          293,
          317,
          COLOR_MAP,
          TILE_WIDTH,
          TILE_HEIGHT,
          TILE_OFFSETS,
          TILE_BYTES,
          EXTRA_SAMPLES,
          SAMPLE_FORMAT,
          JPEG_TABLES,
          529,
          530,
          531,
          532);

  private static final int WHITE_IS_ZERO = 0;
  private static final int BLACK_IS_ZERO = 1;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int YCBCR = 6;
  private static final int JPEG = 7;
  private static final int TOGETHER = 1;
  private static final int PREMULTIPLIED = 1;
  private static final int ALPHA = 2;

  /** Four channels of 16 bits of the largest image take less. */
  private static final long MAX_DECODED_BYTES = 4L * ImageShape.MAX_BYTES;

  /** As many values of a tag as any image within bounds needs. */
  private static final int MOST_VALUES = ImageShape.MAX_BYTES / Long.BYTES;

  private final TiffDirectory directory;
  private final int photometric;
  private BoundedReader reader;

  TiffImage(byte[] encoded, String name) {
    super("tiff", encoded, name);
    directory = TiffDirectory.of(encoded, 0, encoded.length);
    photometric = (int) directory.value(PHOTOMETRIC, -1);
    if (!directory.isWhole()) {
      throw damaged(encoded.length, "the end of the file within or before the directory");
    }
    int beyond = directory.firstBeyond(OF_SAMPLES);
    if (beyond >= 0) {
      throw damaged(encoded.length, "the end of the file before the values of tag " + beyond);
    }
  }

  @Override
  int height() {
    return side(HEIGHT, "rows");
  }

  @Override
  int width() {
    return side(WIDTH, "columns");
  }

  private int side(int tag, String what) {
    long side = directory.value(tag, 0);
    if (side < 1 || side > Integer.MAX_VALUE) {
      throw damaged(directory.start(), side + " " + what);
    }
    return (int) side;
  }

  @Override
  Orientation orientation() {
    return directory.orientation();
  }

  @Override
  StoredSamples samples() throws IOException {
    checkMemory();
    checkCompression();
    checkColours();
    checkBits();
    int channels = photometric == RGB || photometric == YCBCR ? 3 : 1;
    noteExtras((int) directory.value(SAMPLES_PER_PIXEL, 1) - channels);
    checkData(STRIP_OFFSETS, STRIP_BYTES);
    checkData(TILE_OFFSETS, TILE_BYTES);
    noteRest();
    if (directory.value(COMPRESSION, 1) == JPEG) {
      return jpegSamples(channels);
    }
    reader = BoundedReader.ofTiff(samplesOnly(), name());
    Raster raster = reader.raster();
    if (photometric == PALETTE) {
      return StoredSamples.of(raster, palette());
    }
    StoredSamples samples = StoredSamples.of(raster, channels);
    invertIfWhiteIsZero(samples);
    return samples;
  }

  private void invertIfWhiteIsZero(StoredSamples samples) {
    if (photometric == WHITE_IS_ZERO) {
      for (int i = 0; i < samples.planes().length; i++) {
        samples.planes()[i] = (byte) ~samples.planes()[i];
      }
    }
  }

  private StoredSamples jpegSamples(int channels) throws IOException {
    if (directory.value(PLANES, TOGETHER) != TOGETHER
        || directory.value(SAMPLES_PER_PIXEL, 1) != channels
        || photometric == PALETTE) {
      throw refused(
          "a JPEG-compressed TIFF image of grey or of three colours together",
          "planes apart, a palette or further bands");
    }
    StoredSamples samples =
        new StoredSamples(channels, height(), width(), new byte[channels * height() * width()]);
    boolean tiled = directory.value(TILE_WIDTH, 0) > 0;
    long rows = directory.value(tiled ? TILE_HEIGHT : ROWS_PER_STRIP, height());
    new TiffJpeg(this, directory.content(JPEG_TABLES), samples)
        .decode(
            directory.values(tiled ? TILE_OFFSETS : STRIP_OFFSETS, MOST_VALUES),
            directory.values(tiled ? TILE_BYTES : STRIP_BYTES, MOST_VALUES),
            (int) Math.max(1, tiled ? rows : Math.min(rows, height())),
            tiled ? (int) directory.value(TILE_WIDTH, 1) : width());
    if (photometric == YCBCR) {
      YCbCr.toRgb(samples);
    }
    invertIfWhiteIsZero(samples);
    return samples;
  }

  private void checkCompression() {
    int compression = (int) directory.value(COMPRESSION, 1);
    switch (compression) {
      case 1, 2, 3, 4, 5, JPEG, 8, 32773, 32946 -> {}
      default ->
          throw refused(
              "no compression, or fax, LZW, JPEG, deflate or PackBits",
              switch (compression) {
                case 6 -> "JPEG compression of the old style (6)";
                case 34712 -> "JPEG 2000 compression";
                case 34925 -> "LZMA compression";
                case 50000 -> "Zstandard compression";
                case 50001 -> "WebP compression";
                default -> "compression " + compression;
              });
    }
  }

  /** The file as if its directory said nothing but what samples are made of, and white were 1. */
  private InputStream samplesOnly() {
    byte[] only =
        directory.only(
            OF_SAMPLES, PHOTOMETRIC, photometric == WHITE_IS_ZERO ? BLACK_IS_ZERO : photometric);
    int end = directory.start() + directory.length();
    return new SequenceInputStream(
        new SequenceInputStream(
            new ByteArrayInputStream(encoded(), 0, directory.start()),
            new ByteArrayInputStream(only)),
        new ByteArrayInputStream(encoded(), end, encoded().length - end));
  }

  /** A file of some bytes may claim any number of channels, and tiles larger than the image. */
  private void checkMemory() {
    long bytesOfPixel =
        Math.max(
            1, directory.value(SAMPLES_PER_PIXEL, 1) * directory.value(BITS_PER_SAMPLE, 1) / 8);
    long tile = directory.value(TILE_WIDTH, 1) * directory.value(TILE_HEIGHT, 1);
    long pixels = Math.max((long) width() * height(), tile < 0 ? Long.MAX_VALUE : tile);
    if (pixels > MAX_DECODED_BYTES / bytesOfPixel) {
      throw refused(
          "an image that decodes to at most " + MAX_DECODED_BYTES + " bytes",
          pixels + " pixels of " + bytesOfPixel + " bytes");
    }
  }

  private void noteRest() {
    if (directory.next() != 0) {
      note(ImageNote.FURTHER_IMAGES);
    }
    byte[] profile = directory.content(PROFILE);
    if (profile.length > 0) {
      note(ImageNote.profile(IccProfile.name(profile)));
    }
  }

  private void checkColours() {
    switch (photometric) {
      case WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, YCBCR -> {}
      default ->
          throw refused(
              "a grey, RGB, palette or YCbCr TIFF image",
              switch (photometric) {
                case -1 -> "no word of what its samples mean";
                case 4 -> "a mask";
                case 5 -> "CMYK or other inks (convert it to RGB)";
                case 8, 9, 10 -> "L*a*b* colours (convert it to RGB)";
                case 32803 -> "a sensor's colour filter array";
                default -> "photometric interpretation " + photometric;
              });
    }
  }

  private void checkBits() {
    for (long format : directory.values(SAMPLE_FORMAT, 8)) {
      if (format == 2 || format == 3 || format > 4) {
        throw refused(
            "samples of 8 or 16 bits without sign",
            format == 2 ? "samples with a sign" : "samples of format " + format);
      }
    }
    for (long bits : directory.values(BITS_PER_SAMPLE, 8)) {
      if (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16) {
        throw refused("samples of 1, 2, 4, 8 or 16 bits", bits + " bits");
      }
      if (bits == 16) {
        note(ImageNote.UPPER_BYTES);
      }
    }
  }

  private void noteExtras(int extras) {
    if (extras <= 0) {
      return;
    }
    long kind = directory.value(EXTRA_SAMPLES, 0);
    if (kind == PREMULTIPLIED) {
      throw refused(
          "colours as they are", "colours multiplied by their alpha channel (associated alpha)");
    }
    note(kind == ALPHA ? ImageNote.ALPHA : ImageNote.EXTRA_BANDS);
    if (extras > 1) {
      note(ImageNote.EXTRA_BANDS);
    }
  }

  /** Not every decoder of a strip says that it ended too soon. */
  private void checkData(int offsetsTag, int bytesTag) {
    long[] offsets = directory.values(offsetsTag, MOST_VALUES);
    long[] bytes = directory.values(bytesTag, MOST_VALUES);
    for (int i = 0; i < Math.min(offsets.length, bytes.length); i++) {
      if (offsets[i] + bytes[i] > encoded().length) {
        throw damaged(encoded().length, "the end of the file within a strip or tile");
      }
    }
  }

  private Palette palette() {
    long[] map = directory.values(COLOR_MAP, 3 << 8);
    int colours = map.length / 3;
    byte[][] channels = new byte[3][colours];
    for (int i = 0; i < 3 * colours; i++) {
      channels[i / colours][i % colours] = (byte) (map[i] >> 8);
    }
    return new Palette(channels);
  }

  @Override
  long position() {
    return reader == null ? directory.start() : reader.position();
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    }
  }
}
