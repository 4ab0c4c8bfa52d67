package org.e2spark.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.SizeConversion;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.data.source.TableImages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A colour image in every form that a column may have. */
@ExtendWith(SparkExtension.class)
class ImageColumnTest {

  private static final int HEIGHT = 2;
  private static final int WIDTH = 3;
  private static final ImageShape SHAPE = new ImageShape(3, HEIGHT, WIDTH);

  /** Plane by plane: red, green, blue. */
  private static final byte[] PIXELS = {
    (byte) 255, 1, 2, 3, 4, 5, 10, (byte) 200, 12, 13, 14, 15, 20, 21, (byte) 128, 23, 24, 0
  };

  private static final StructType TABLE =
      new StructType()
          .add("image", ImageSchema.columnSchema())
          .add("encoded", DataTypes.BinaryType)
          .add("planes", DataTypes.BinaryType)
          .add("interleaved", DataTypes.BinaryType)
          .add("shorts", DataTypes.createArrayType(DataTypes.ShortType))
          .add("doubles", DataTypes.createArrayType(DataTypes.DoubleType))
          .add("vector", new VectorUDT())
          .add("sparse", new VectorUDT());

  private static int at(int channel, int pixel) {
    return PIXELS[channel * HEIGHT * WIDTH + pixel] & 0xff;
  }

  private static byte[] interleaved(int first, int second, int third) {
    byte[] pixels = new byte[PIXELS.length];
    for (int i = 0; i < pixels.length / 3; i++) {
      pixels[3 * i] = (byte) at(first, i);
      pixels[3 * i + 1] = (byte) at(second, i);
      pixels[3 * i + 2] = (byte) at(third, i);
    }
    return pixels;
  }

  private static byte[] png() throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
      image.setRGB(i % WIDTH, i / WIDTH, at(0, i) << 16 | at(1, i) << 8 | at(2, i));
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(image, "png", file);
    return file.toByteArray();
  }

  private static double[] values() {
    double[] values = new double[PIXELS.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = PIXELS[i] & 0xff;
    }
    return values;
  }

  private static Row row(SparkSession spark) throws IOException {
    double[] values = values();
    Short[] shorts = new Short[values.length];
    Double[] doubles = new Double[values.length];
    for (int i = 0; i < values.length; i++) {
      shorts[i] = (short) values[i];
      doubles[i] = values[i];
    }
    Vector vector = Vectors.dense(values);
    Row image = RowFactory.create("file", HEIGHT, WIDTH, 3, 16, interleaved(2, 1, 0));
    return spark
        .createDataFrame(
            List.of(
                RowFactory.create(
                    image,
                    png(),
                    PIXELS,
                    interleaved(0, 1, 2),
                    shorts,
                    doubles,
                    vector,
                    vector.toSparse())),
            TABLE)
        .head();
  }

  private static byte[] pixels(
      Row row, String name, TableImages binary, ImageShape shape, SizeConversion sizes) {
    return ImageColumn.of(TABLE, name, binary, shape, sizes).pixels(row);
  }

  private static byte[] pixels(Row row, String name, TableImages binary) {
    return pixels(row, name, binary, SHAPE, SizeConversion.NONE);
  }

  @Test
  void everyFormHoldsTheSamePixels(SparkSession spark) throws IOException {
    Row row = row(spark);
    assertThat(pixels(row, "encoded", TableImages.ENCODED)).isEqualTo(PIXELS);
    assertThat(pixels(row, "planes", TableImages.CHW_BYTES)).isEqualTo(PIXELS);
    assertThat(pixels(row, "interleaved", TableImages.HWC_BYTES)).isEqualTo(PIXELS);
    for (String name : List.of("image", "shorts", "doubles", "vector", "sparse")) {
      assertThat(pixels(row, name, TableImages.ENCODED)).as(name).isEqualTo(PIXELS);
    }
  }

  @Test
  void otherSizesAreRefusedOrResampledAndNeverCut(SparkSession spark) throws IOException {
    Row row = row(spark);
    ImageShape smaller = new ImageShape(3, HEIGHT, WIDTH - 1);
    for (String name : TABLE.fieldNames()) {
      TableImages binary =
          switch (name) {
            case "planes" -> TableImages.CHW_BYTES;
            case "interleaved" -> TableImages.HWC_BYTES;
            default -> TableImages.ENCODED;
          };
      assertThatThrownBy(() -> pixels(row, name, binary, smaller, SizeConversion.NONE))
          .as(name)
          .isInstanceOf(BadImageDataException.class);
      if (name.equals("image") || name.equals("encoded")) {
        assertThat(pixels(row, name, binary, smaller, SizeConversion.RESIZE))
            .as(name)
            .hasSize(smaller.size());
      } else {
        // Of what tells no height and width, there is nothing to resample.
        assertThatThrownBy(() -> pixels(row, name, binary, smaller, SizeConversion.RESIZE))
            .as(name)
            .isInstanceOf(BadImageDataException.class)
            .hasMessageContaining(smaller.toString());
      }
    }
  }

  @Test
  void whatIsNoImageIsRefused() {
    ImageColumn image =
        ImageColumn.of(TABLE, "image", TableImages.ENCODED, SHAPE, SizeConversion.RESIZE);
    // What Spark's image source gives for a file that it cannot read.
    Row none = RowFactory.create("file", -1, -1, -1, -1, new byte[0]);
    assertThatThrownBy(() -> image.pixels((Object) none))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("column 'image'")
        .hasMessageContaining("-1x-1");
    ImageColumn vector =
        ImageColumn.of(TABLE, "vector", TableImages.ENCODED, SHAPE, SizeConversion.NONE);
    for (double value : new double[] {-1, 0.5, 256, Double.NaN}) {
      double[] values = values();
      values[4] = value;
      assertThatThrownBy(() -> vector.pixels((Object) Vectors.dense(values)))
          .isInstanceOf(BadImageDataException.class)
          .hasMessageContaining("a whole number of 0 to 255 at 4");
    }
  }
}
