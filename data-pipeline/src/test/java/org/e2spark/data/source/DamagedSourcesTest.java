package org.e2spark.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of damage in every source: the error names file, offset, expected and found. */
@ExtendWith(SparkExtension.class)
class DamagedSourcesTest {
  private static final Configuration CONF = new Configuration();
  private static final long WHOLE_FILE = BadImageDataException.WHOLE_FILE;
  private static final int RECORD = 3073;
  private static final int STL_IMAGE = 3 * 96 * 96;

  @TempDir Path dir;

  private Path file(String name, byte[] bytes) {
    try {
      Path path = dir.resolve(name);
      Files.createDirectories(path.getParent());
      return Files.write(path, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path text(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] sample(String name) {
    try {
      return Files.readAllBytes(TestData.path(TestData.class, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) value;
    return changed;
  }

  private void expect(
      SparkSession spark,
      Function<Configuration, ImageSource> source,
      Path file,
      long offset,
      String expected,
      String found) {
    Throwable thrown = catchThrowable(() -> source.apply(CONF).check(spark));
    assertThat(thrown).isInstanceOf(BadImageDataException.class);
    BadImageDataException bad = (BadImageDataException) thrown;
    assertThat(bad.file()).as(bad.getMessage()).endsWith(file.toString());
    assertThat(bad.offset()).as(bad.getMessage()).isEqualTo(offset);
    assertThat(bad.expected()).as(bad.getMessage()).contains(expected);
    assertThat(bad.found()).as(bad.getMessage()).contains(found);
    assertThat(bad.getMessage()).contains(bad.file(), bad.expected(), bad.found());
  }

  /** Reads every image, so that no damage of pixels is passed over. */
  private static Function<Configuration, ImageSource> pixels(
      SparkSession spark, Function<Configuration, ImageSource> source) {
    return conf -> {
      ImageSource opened = source.apply(conf);
      Throwable thrown = catchThrowable(() -> opened.read(spark).foreach(row -> {}));
      throw BadImageDataException.findIn(thrown);
    };
  }

  private static Function<Configuration, ImageSource> idx(
      Path images, Path labels, String... classes) {
    return conf ->
        IdxSource.builder()
            .split("train", images.toString(), labels.toString())
            .classNames(List.of(classes))
            .open(conf);
  }

  @Test
  void idx(SparkSession spark) throws IOException {
    byte[] images = IdxSourceTest.images(3, 2, 2);
    byte[] labels = IdxSourceTest.labels(0, 1, 1);
    Path good = file("images", images);
    Path goodLabels = file("labels", labels);
    Path bad = file("bad", Arrays.copyOf(images, 27));
    expect(spark, idx(bad, goodLabels, "a", "b"), bad, 27, "28 bytes", "27 bytes");
    Path header = file("header", Arrays.copyOf(images, 6));
    expect(spark, idx(header, goodLabels, "a", "b"), header, 4, "4 bytes", "end of the file");
    Path packed = file("packed", IdxSourceTest.gzip(images));
    byte[] cut = Files.readAllBytes(packed);
    Path cutPacked = file("cut", Arrays.copyOf(cut, cut.length - 12));
    Throwable thrown = catchThrowable(() -> idx(cutPacked, goodLabels, "a", "b").apply(CONF));
    assertThat(thrown)
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining(cutPacked + " at byte ")
        .hasMessageContaining("EOFException");
    Path magic = file("magic", with(images, 2, 9));
    expect(spark, idx(magic, goodLabels, "a", "b"), magic, 0, "0x00000803", "0x00000903");
    Path size = file("size", with(images, 7, 4));
    expect(spark, idx(size, goodLabels, "a", "b"), size, 28, "32 bytes", "28 bytes");
    Path none = file("none", with(images, 11, 0));
    expect(spark, idx(none, goodLabels, "a", "b"), none, 8, "at least 1", "0");
    Path fewer = file("fewer", IdxSourceTest.labels(0, 1));
    expect(spark, idx(good, fewer, "a", "b"), fewer, 4, "3 labels", "2 labels");
    Path range = file("range", with(labels, 9, 2));
    expect(spark, idx(good, range, "a", "b"), range, 9, "a label of 0 to 1", "2");
    expect(spark, idx(good, goodLabels, "a", "b", "c"), good, WHOLE_FILE, "class 2 (c", "none");
    Path other = file("other", IdxSourceTest.images(3, 2, 3));
    expect(
        spark,
        conf ->
            IdxSource.builder()
                .split("train", good.toString(), goodLabels.toString())
                .split("test", other.toString(), goodLabels.toString())
                .open(conf),
        other,
        8,
        "1x2x2",
        "1x2x3");
    expect(
        spark,
        idx(dir.resolve("gone"), goodLabels, "a"),
        dir.resolve("gone"),
        WHOLE_FILE,
        "a readable file",
        "FileNotFound");
  }

  private static Function<Configuration, ImageSource> cifar(Path file, CifarSource.Labels labels) {
    return conf -> CifarSource.builder(labels).file("train", file.toString()).open(conf);
  }

  @Test
  void cifar(SparkSession spark) throws IOException {
    byte[] records = sample("cifar10-32.bin");
    Path cut = file("cut.bin", Arrays.copyOf(records, 2 * RECORD + 5));
    Path empty = file("empty.bin", new byte[0]);
    Path range = file("range.bin", with(records, 5 * RECORD, 10));
    Path few = file("few.bin", Arrays.copyOf(records, 2 * RECORD));
    var cifar10 = CifarSource.Labels.CIFAR10;
    expect(spark, cifar(cut, cifar10), cut, 2 * RECORD, "records of 3073 bytes", "5 bytes");
    expect(spark, cifar(empty, cifar10), empty, 0, "records of 3073 bytes", "an empty file");
    expect(spark, cifar(range, cifar10), range, 5 * RECORD, "a label of 0 to 9", "10");
    expect(spark, cifar(few, cifar10), few, WHOLE_FILE, "class 0 (airplane", "none");
    var cifar100 = CifarSource.Labels.CIFAR100_FINE;
    byte[] two = new byte[2 * 3074];
    two[3075] = 100;
    Path fine = file("fine.bin", two);
    expect(spark, cifar(few, cifar100), few, 3074, "records of 3074 bytes", "3072 bytes");
    expect(spark, cifar(fine, cifar100), fine, 3075, "a label of 0 to 99", "100");
    Path packed = file("packed.gz", IdxSourceTest.gzip(Arrays.copyOf(records, RECORD + 1)));
    expect(spark, cifar(packed, cifar10), packed, RECORD, "records of 3073 bytes", "1 bytes");
    Path damaged = file("damaged.gz", with(Files.readAllBytes(packed), 300, 0x55));
    assertThat(catchThrowable(() -> cifar(damaged, cifar10).apply(CONF)))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining(damaged + " at byte ");
  }

  private static Function<Configuration, ImageSource> stl(Path images, Path labels) {
    return conf ->
        Stl10Source.builder().split("train", images.toString(), labels.toString()).open(conf);
  }

  @Test
  void stl10(SparkSession spark) {
    byte[] images = sample("stl10-3_X.bin");
    byte[] labels = sample("stl10-3_y.bin");
    Path good = file("X.bin", images);
    Path goodLabels = file("y.bin", labels);
    Path cut = file("cut.bin", Arrays.copyOf(images, STL_IMAGE + 7));
    Path zero = file("zero.bin", with(labels, 1, 0));
    Path eleven = file("eleven.bin", with(labels, 2, 11));
    Path fewer = file("fewer.bin", Arrays.copyOf(labels, 2));
    Path more = file("more.bin", Arrays.copyOf(labels, 4));
    expect(spark, stl(cut, goodLabels), cut, STL_IMAGE, "records of 27648 bytes", "7 bytes");
    expect(spark, stl(good, zero), zero, 1, "a label of 1 to 10", "0");
    expect(spark, stl(good, eleven), eleven, 2, "a label of 1 to 10", "11");
    expect(spark, stl(good, fewer), fewer, 2, "3 labels", "2 labels");
    expect(spark, stl(good, more), more, 3, "3 labels", "more");
    expect(spark, stl(good, goodLabels), good, WHOLE_FILE, "at least one image of class", "none");
  }

  private static Function<Configuration, ImageSource> amat(Path file, String... classes) {
    return conf ->
        AmatSource.builder()
            .shape(new ImageShape(1, 2, 2))
            .classNames(List.of(classes))
            .file("train", file.toString())
            .open(conf);
  }

  @Test
  void amat(SparkSession spark) {
    String good = "0 0.5 1 0 0\n1 1 1 1 1\n";
    Path cut = text("cut.amat", good + "0 0.5");
    Path range = text("range.amat", good + "0 0 0 0 2\n");
    Path fewer = text("fewer.amat", "0 1 1\n" + good);
    Path more = text("more.amat", good + "0 0 0 0 0 0\n");
    Path binary = file("binary.amat", IdxSourceTest.images(3, 2, 2));
    Path classes = text("classes.amat", good);
    expect(spark, amat(cut, "a", "b"), cut, 27, "4 pixels and a label", "2 values");
    expect(spark, amat(range, "a", "b"), range, 30, "a label of 0 to 1", "2");
    expect(spark, amat(fewer, "a", "b"), fewer, 5, "4 pixels and a label", "3 values");
    expect(spark, amat(more, "a", "b"), more, 31, "4 pixels and a label", "more values");
    expect(spark, amat(classes, "a", "b", "c"), classes, WHOLE_FILE, "class 2 (c", "none");
    assertThat(catchThrowable(() -> amat(binary, "a", "b").apply(CONF).check(spark)))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining(binary + " at byte ");
  }

  private ImageSource folder(Configuration conf) {
    return FolderSource.builder().split("train", dir.resolve("images").toString()).open(conf);
  }

  @Test
  void folders(SparkSession spark) throws IOException {
    byte[] png = sample("files/colour.png");
    file("images/frog/a.png", png);
    byte[] jpeg = sample("files/colour.jpg");
    Path bad = file("images/truck/b", Arrays.copyOf(jpeg, 1200));
    expect(spark, pixels(spark, this::folder), bad, 1200, "an undamaged jpeg", "Truncated File");
    file("images/truck/b", Arrays.copyOf(png, 900));
    expect(spark, pixels(spark, this::folder), bad, 900, "an undamaged png", "within a chunk IDAT");
    file("images/truck/b", with(png, 1, 'Q'));
    expect(spark, pixels(spark, this::folder), bad, 0, "a PNG, JPEG", "0x89514e47");
    file("images/truck/b", new byte[0]);
    expect(spark, pixels(spark, this::folder), bad, 0, "a PNG, JPEG", "0 bytes");
    file("images/truck/b", sample("files/grey.png"));
    expect(spark, pixels(spark, this::folder), bad, WHOLE_FILE, "a colour image", "a grey image");
    Path otherSize = dir.resolve("other.png");
    javax.imageio.ImageIO.write(
        new java.awt.image.BufferedImage(31, 32, java.awt.image.BufferedImage.TYPE_INT_RGB),
        "png",
        otherSize.toFile());
    file("images/truck/b", Files.readAllBytes(otherSize));
    expect(spark, pixels(spark, this::folder), bad, WHOLE_FILE, "32x32 like the first", "32x31");
    file("images/truck/b", png);
    Path zebra = Files.createDirectory(dir.resolve("images/zebra"));
    expect(spark, this::folder, zebra, WHOLE_FILE, "images of the class", "no file");
    try (Stream<Path> files = Files.walk(dir.resolve("images"))) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    expect(spark, this::folder, dir.resolve("images"), WHOLE_FILE, "a folder", "not exist");
    Files.createDirectory(dir.resolve("images"));
    expect(
        spark, this::folder, dir.resolve("images"), WHOLE_FILE, "a folder for each", "no folder");
  }

  @Test
  void sparkSources(SparkSession spark) {
    byte[] png = sample("files/colour.png");
    file("images/frog/a.png", png);
    Path bad = file("images/truck/b.png", Arrays.copyOf(png, 900));
    String folder = dir.resolve("images").toString();
    expect(
        spark,
        pixels(spark, conf -> TableSource.binaryFiles(spark, folder).open()),
        bad,
        900,
        "an undamaged png",
        "within a chunk IDAT");
    file("images/truck/b.png", sample("files/grey.png"));
    expect(
        spark,
        pixels(spark, conf -> TableSource.sparkImages(spark, folder).open()),
        bad,
        WHOLE_FILE,
        "an image of 3 channels",
        "1");
  }

  private Function<Configuration, ImageSource> parquet(SparkSession spark, String... classes) {
    return conf ->
        TableSource.parquet(spark, dir.resolve("table").toString())
            .imageColumn("image", TableImages.CHW_BYTES)
            .labelColumn("label")
            .shape(new ImageShape(1, 1, 2))
            .classNames(List.of(classes))
            .idColumn("id")
            .open();
  }

  private void table(SparkSession spark, String... rows) {
    spark
        .sql(
            "SELECT unhex(c1) image, c2 label, cast(c3 as bigint) id FROM VALUES "
                + String.join(", ", rows)
                + " AS t(c1, c2, c3)")
        .coalesce(1)
        .write()
        .mode("overwrite")
        .parquet(dir.resolve("table").toString());
  }

  @Test
  void tables(SparkSession spark) throws IOException {
    Path place = dir.resolve("table");
    table(spark, "('0001', 0, 5)", "('0102', 3, 7)");
    expect(spark, parquet(spark, "a", "b"), Path.of(place + " row 7"), -1, "0 to 1", "3");
    expect(spark, parquet(spark, "a", "b", "c", "d"), place, -1, "class 1 (b", "none");
    Function<Configuration, ImageSource> ranked =
        conf ->
            TableSource.parquet(spark, place.toString())
                .imageColumn("image", TableImages.CHW_BYTES)
                .labelColumn("label")
                .shape(new ImageShape(1, 1, 2))
                .classNames(List.of("a", "b"))
                .open();
    expect(spark, ranked, place, -1, "0 to 1", "3");
    expect(spark, pixels(spark, ranked), Path.of(place + " row 1"), -1, "0 to 1", "3");
    table(spark, "('0001', 0, 5)", "('010203', 1, 7)");
    expect(
        spark,
        pixels(spark, parquet(spark, "a", "b")),
        Path.of(place + " row 7"),
        -1,
        "2 bytes for shape 1x1x2",
        "3 bytes");
    table(spark, "('0001', 0, 5)", "(null, 1, 7)");
    expect(
        spark,
        pixels(spark, parquet(spark, "a", "b")),
        Path.of(place + " row 7"),
        -1,
        "an image",
        "null");
    Path part;
    try (Stream<Path> files = Files.list(place)) {
      part = files.filter(f -> f.getFileName().toString().startsWith("part")).findFirst().get();
    }
    Files.delete(part.resolveSibling("." + part.getFileName() + ".crc"));
    byte[] bytes = Files.readAllBytes(part);
    Files.write(part.resolveSibling("part-99999.parquet"), Arrays.copyOf(bytes, bytes.length - 9));
    Throwable thrown = catchThrowable(() -> parquet(spark, "a", "b").apply(CONF).check(spark));
    assertThat(thrown)
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("part-99999.parquet")
        .hasMessageContaining("not a Parquet file");
  }
}
