package org.e2spark.data.source;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

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
class SourceFuzzTest {

  private static final Configuration CONF = new Configuration(false);

  /** Decompressed sizes are a thousand times an input's at most; this many records are enough. */
  private static final int MOST_RECORDS = 1000;

  @FuzzTest(maxDuration = "2m")
  void idx(byte[] data) {
    expectTyped(
        () -> {
          BytesInMemory file = BytesInMemory.of(data);
          IdxHeader header = IdxHeader.read(file, 3, CONF);
          int[] dimensions = header.dimensions();
          RecordLayout layout =
              new RecordLayout(
                  new ImageShape(1, dimensions[1], dimensions[2]),
                  RecordLayout.PixelOrder.ROW_MAJOR,
                  0,
                  0,
                  0,
                  10);
          drain(
              new FixedRecordReader(
                  new RecordBlock("train", file, header.bytes(), file, 0, 0, dimensions[0], 0),
                  layout,
                  Depth.PIXELS,
                  CONF),
              layout.shape());
        });
  }

  @FuzzTest(maxDuration = "2m")
  void idxLabels(byte[] data) {
    expectTyped(() -> IdxHeader.read(BytesInMemory.of(data), 1, CONF));
  }

  @FuzzTest(maxDuration = "2m")
  void records(byte[] data) {
    for (RecordLayout layout :
        List.of(
            new RecordLayout(
                new ImageShape(3, 2, 2), RecordLayout.PixelOrder.ROW_MAJOR, 1, 0, 0, 10),
            new RecordLayout(
                new ImageShape(3, 2, 2), RecordLayout.PixelOrder.ROW_MAJOR, 2, 1, 0, 100),
            new RecordLayout(
                new ImageShape(3, 3, 2), RecordLayout.PixelOrder.COLUMN_MAJOR, 0, 0, 1, 10))) {
      expectTyped(
          () -> {
            BytesInMemory file = BytesInMemory.of(data);
            long records = RecordBlocks.count(file, layout.recordBytes(), CONF);
            drain(
                new FixedRecordReader(
                    new RecordBlock("train", file, 0, file, 0, 0, records, 0),
                    layout,
                    Depth.PIXELS,
                    CONF),
                layout.shape());
          });
    }
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
  void images(byte[] data) {
    ImageShape shape = new ImageShape(3, 8, 8);
    expectTyped(() -> ImageDecoder.shapeOf(data, "memory"));
    expectTyped(
        () ->
            expectSize(new ImageDecoder(shape, ColorConversion.CONVERT).decode(data, "x"), shape));
  }

  @FuzzTest(maxDuration = "2m")
  void tables(byte[] data) {
    ImageShape shape = new ImageShape(3, 2, 2);
    ImageDecoder images = new ImageDecoder(shape, ColorConversion.NONE);
    int first = data.length == 0 ? 0 : data[0];
    Row struct =
        RowFactory.create("origin", first, 2, data.length > 1 ? (int) data[1] : 3, 16, data);
    for (TableImages content : List.of(TableImages.CHW_BYTES, TableImages.HWC_BYTES)) {
      expectReading(content, images, data, first);
    }
    expectReading(TableImages.SPARK_IMAGE, images, struct, first);
  }

  private static void expectReading(
      TableImages content, ImageDecoder images, Object image, int label) {
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
