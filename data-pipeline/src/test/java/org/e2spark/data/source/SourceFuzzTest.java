package org.e2spark.data.source;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Tag;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Arbitrary bytes as files of every format: each reader gives samples of the right size or fails as
 * {@link BadImageDataException}, in bounded memory and time.
 *
 * <p>The build runs the kept inputs; to search for new ones, one target at a time:
 *
 * <pre>{@code
 * JAZZER_FUZZ=1 mvn -pl data-pipeline test -Dtest='SourceFuzzTest#idx'
 * }</pre>
 */
@Tag("fuzz")
class SourceFuzzTest {

  private static final Configuration CONF = new Configuration(false);

  /** Decompressed sizes are a thousand times an input's at most; this many records are enough. */
  private static final int MOST_RECORDS = 1000;

  @FuzzTest(maxDuration = "2m")
  void idx(byte[] data) {
    expectTyped(() -> readIdx(new BytesInMemory(data, false)));
  }

  @FuzzTest(maxDuration = "2m")
  void idxGzipped(byte[] data) {
    expectTyped(() -> readIdx(new BytesInMemory(data, true)));
  }

  private static void readIdx(BytesInMemory file) {
    IdxHeader header = IdxHeader.read(file, 3, CONF);
    int[] dimensions = header.dimensions();
    ImageShape shape = new ImageShape(1, dimensions[1], dimensions[2]);
    drain(
        new FixedRecordReader(
            new RecordBlock("train", file, header.bytes(), file, 0, 0, dimensions[0], 0),
            new RecordLayout(shape, RecordLayout.PixelOrder.ROW_MAJOR, 0, 0, 0, 10),
            Depth.PIXELS,
            CONF),
        shape);
  }

  @FuzzTest(maxDuration = "2m")
  void idxLabels(byte[] data) {
    expectTyped(() -> IdxHeader.read(BytesInMemory.of(data), 1, CONF));
  }

  /** CIFAR-10's records, of smaller images. */
  @FuzzTest(maxDuration = "2m")
  void cifar10(byte[] data) {
    BytesInMemory file = BytesInMemory.of(data);
    expectRecords(
        file,
        file,
        new RecordLayout(new ImageShape(3, 2, 2), RecordLayout.PixelOrder.ROW_MAJOR, 1, 0, 0, 10));
  }

  /** CIFAR-100's records, of smaller images. */
  @FuzzTest(maxDuration = "2m")
  void cifar100(byte[] data) {
    BytesInMemory file = BytesInMemory.of(data);
    expectRecords(
        file,
        file,
        new RecordLayout(new ImageShape(3, 2, 2), RecordLayout.PixelOrder.ROW_MAJOR, 2, 1, 0, 100));
  }

  /** STL-10's records, of smaller images; the first byte says how many bytes the labels have. */
  @FuzzTest(maxDuration = "2m")
  void stl10(byte[] data) {
    int labels = data.length == 0 ? 0 : Math.min(data.length - 1, data[0] & 0xff);
    int start = Math.min(1, data.length);
    expectRecords(
        BytesInMemory.of(Arrays.copyOfRange(data, start + labels, data.length)),
        BytesInMemory.of(Arrays.copyOfRange(data, start, start + labels)),
        new RecordLayout(
            new ImageShape(3, 3, 2), RecordLayout.PixelOrder.COLUMN_MAJOR, 0, 0, 1, 10));
  }

  private static void expectRecords(
      BytesInMemory images, BytesInMemory labels, RecordLayout layout) {
    expectTyped(
        () -> {
          long records = RecordBlocks.count(images, layout.recordBytes(), CONF);
          drain(
              new FixedRecordReader(
                  new RecordBlock("train", images, 0, labels, 0, 0, records, 0),
                  layout,
                  Depth.PIXELS,
                  CONF),
              layout.shape());
        });
  }

  @FuzzTest(maxDuration = "2m")
  void amat(byte[] data) {
    ImageShape shape = new ImageShape(1, 2, 2);
    expectTyped(
        () -> {
          for (AmatPart part : AmatSource.parts("train", BytesInMemory.of(data), shape, 0, CONF)) {
            drain(new AmatReader(part, shape, 10, Depth.PIXELS, CONF), shape);
          }
        });
  }

  @FuzzTest(maxDuration = "2m")
  void png(byte[] data) {
    expectImage(data, 0x89, 'P', 'N', 'G');
    expectImage(sealed(data), 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n');
  }

  /** The same chunks, their checksums taken as forged: what is behind them must stand, too. */
  private static byte[] sealed(byte[] data) {
    ByteBuffer sealed = ByteBuffer.wrap(data.clone());
    int at = 8;
    while (at <= data.length - 12) {
      int length = sealed.getInt(at);
      if (length < 0 || length > data.length - at - 12) {
        break;
      }
      CRC32 crc = new CRC32();
      crc.update(data, at + 4, length + 4);
      sealed.putInt(at + 8 + length, (int) crc.getValue());
      at += 12 + length;
    }
    return sealed.array();
  }

  @FuzzTest(maxDuration = "2m")
  void jpeg(byte[] data) {
    expectImage(data, 0xff, 0xd8, 0xff);
  }

  @FuzzTest(maxDuration = "2m")
  void bmp(byte[] data) {
    expectImage(data, 'B', 'M');
  }

  /** The last byte says which end comes first. */
  @FuzzTest(maxDuration = "2m")
  void tiff(byte[] data) {
    if (data.length > 0 && data[data.length - 1] < 0) {
      expectImage(data, 'M', 'M', 0, '*');
    } else {
      expectImage(data, 'I', 'I', '*', 0);
    }
  }

  /** Takes the bytes as an image of a format, whatever stands where its first bytes should. */
  private static void expectImage(byte[] data, int... first) {
    byte[] encoded = data.clone();
    for (int i = 0; i < Math.min(first.length, encoded.length); i++) {
      encoded[i] = (byte) first[i];
    }
    ImageShape shape = new ImageShape(3, 8, 8);
    expectTyped(() -> ImageDecoder.shapeOf(encoded, "memory", ExifOrientation.AS_STORED));
    expectTyped(
        () ->
            expectSize(
                new ImageDecoder(shape, ColorConversion.CONVERT, ExifOrientation.AS_STORED)
                    .decode(encoded, "x")
                    .pixels(),
                shape));
  }

  /** The first bytes make a label, sizes and the elements of arrays. */
  @FuzzTest(maxDuration = "2m")
  void tables(byte[] data) {
    ImageShape shape = new ImageShape(3, 2, 2);
    ImageDecoder images = new ImageDecoder(shape, ColorConversion.NONE, ExifOrientation.AS_STORED);
    Object label = element(data, 0);
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < data.length; i++) {
      elements.add(element(data, i));
    }
    Seq<Object> array = CollectionConverters.asScala(elements).toSeq();
    for (TableImages content :
        List.of(TableImages.CHW_BYTES, TableImages.HWC_BYTES, TableImages.ENCODED)) {
      expectReading(content, images, data, label);
    }
    expectReading(TableImages.CHW_ARRAY, images, array, label);
    expectReading(TableImages.CHW_UNIT_ARRAY, images, array, label);
  }

  private static Object element(byte[] data, int at) {
    int value = at < data.length ? data[at] : 0;
    return switch (value & 7) {
      case 0 -> null;
      case 1 -> (double) value / 100;
      case 2 -> Float.intBitsToFloat(value << 24);
      case 3 -> Long.MAX_VALUE / (value | 1);
      case 4 -> String.valueOf(value);
      case 5 -> BigDecimal.valueOf(value, 2);
      default -> value >> 3;
    };
  }

  /** Rows as Spark's image source gives them; the first four bytes are the structure's numbers. */
  @FuzzTest(maxDuration = "2m")
  void sparkImages(byte[] data) {
    ImageDecoder images =
        new ImageDecoder(new ImageShape(3, 2, 2), ColorConversion.NONE, ExifOrientation.AS_STORED);
    int[] header = new int[4];
    for (int i = 0; i < Math.min(header.length, data.length); i++) {
      header[i] = data[i];
    }
    byte[] pixels = Arrays.copyOfRange(data, Math.min(4, data.length), data.length);
    expectReading(
        TableImages.SPARK_IMAGE,
        images,
        RowFactory.create(
            "origin",
            header[1],
            header[2],
            header[3] == 5 ? null : header[3],
            16,
            header[0] == 11 ? null : pixels),
        header[0]);
  }

  private static void expectReading(
      TableImages content, ImageDecoder images, Object image, Object label) {
    Reading reading =
        new TableDecoder("table", content, images, null, 10)
            .decode(RowFactory.create(image, label, "train", null), 0, Depth.PIXELS);
    if (reading instanceof Reading.Good good) {
      expectSize(good.sample().image(), images.shape());
    }
  }

  private static void drain(SampleReader reader, ImageShape shape) {
    try (reader) {
      for (int i = 0; i < MOST_RECORDS && reader.hasNext(); i++) {
        if (reader.next() instanceof Reading.Good good) {
          expectSize(good.sample().image(), shape);
        }
      }
    }
  }

  private static void expectSize(byte[] image, ImageShape shape) {
    if (image.length != shape.size()) {
      throw new AssertionError(
          "An image of " + image.length + " bytes for " + shape + ": " + Arrays.toString(image));
    }
  }

  private static void expectTyped(Runnable reading) {
    try {
      reading.run();
    } catch (BadImageDataException expected) {
      if (expected.expected() == null || expected.found() == null || expected.file() == null) {
        throw new AssertionError("An error that does not say what it is about", expected);
      }
    }
  }
}
