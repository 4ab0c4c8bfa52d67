package org.e2spark.data.source.known;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.CifarSource;
import org.e2spark.data.source.DerivedSource;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.Stl10Source;

/**
 * CIFAR-10, CIFAR-100 and STL-10: the checksums of their archives are published, those of the files
 * in them are written down when an archive is unpacked.
 */
final class ColourSets {

  private static final List<String> CIFAR10 =
      IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin").toList();
  private static final String CIFAR10_TEST = "test_batch.bin";
  private static final String CIFAR100_NAMES = "fine_label_names.txt";
  private static final int STL10_IMAGES = 13_000;
  private static final int STL10_VALIDATION = 1_000;

  static final RemoteFile CIFAR10_ARCHIVE =
      new RemoteFile(
          "cifar-10-binary.tar.gz",
          List.of(URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz")),
          Checksum.md5("c32a1d4ab5d03f1284b67883e8d87530"),
          Stream.concat(CIFAR10.stream(), Stream.of(CIFAR10_TEST)).toList());

  static final RemoteFile CIFAR100_ARCHIVE =
      new RemoteFile(
          "cifar-100-binary.tar.gz",
          List.of(URI.create("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz")),
          Checksum.md5("03b5dce01913d631647c71ecec9e9cb8"),
          List.of("train.bin", "test.bin", CIFAR100_NAMES));

  static final RemoteFile STL10_ARCHIVE =
      new RemoteFile(
          "stl10_binary.tar.gz",
          List.of(URI.create("http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz")),
          Checksum.md5("91f7769df0f17e558f3565bffb0c7dfb"),
          List.of("train_X.bin", "train_y.bin", "test_X.bin", "test_y.bin"));

  private ColourSets() {}

  static ImageSource cifar10(KnownFiles files, Configuration conf) {
    CifarSource.Builder builder = CifarSource.builder(CifarSource.Labels.CIFAR10);
    CIFAR10.forEach(name -> builder.file("train", files.verified(name)));
    return builder.file("test", files.verified(CIFAR10_TEST)).open(conf);
  }

  static ImageSource cifar100(KnownFiles files, Configuration conf) {
    return CifarSource.builder(CifarSource.Labels.CIFAR100_FINE)
        .file("train", files.verified("train.bin"))
        .file("test", files.verified("test.bin"))
        .classNames(lines(files.verified(CIFAR100_NAMES), 100, conf))
        .open(conf);
  }

  private static List<String> lines(String file, int count, Configuration conf) {
    Path path = new Path(file);
    try (InputStream in = path.getFileSystem(conf).open(path)) {
      List<String> lines =
          new String(in.readNBytes(1 << 16), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      if (lines.size() != count) {
        throw new BadImageDataException(file, count + " names", lines.size() + " names");
      }
      return lines;
    } catch (IOException e) {
      throw new BadImageDataException(file, 0, "readable bytes", e.toString(), e);
    }
  }

  static ImageSource stl10(KnownFiles files, Configuration conf) {
    return Stl10Source.builder()
        .split("train", files.verified("train_X.bin"), files.verified("train_y.bin"))
        .split("test", files.verified("test_X.bin"), files.verified("test_y.bin"))
        .open(conf);
  }

  /** Training images in equal number of each class, 1,000 for validation, the rest for testing. */
  static ImageSource stl10Ablation(KnownFiles files, Configuration conf, int size, long seed) {
    return ablation(stl10(files, conf), STL10_IMAGES, size, STL10_VALIDATION, seed);
  }

  static ImageSource ablation(ImageSource all, int images, int size, int validation, long seed) {
    return new DerivedSource(
        all,
        List.of(),
        (spark, base) -> {
          int[] labels = labels(spark, base, images);
          Selection selection =
              Selection.balanced(labels, base.classNames().size(), size, validation, seed);
          return image -> {
            int old = (int) image.getLong(0);
            int id = selection.ids()[old];
            return Collections.singleton(
                    RowFactory.create(
                        (long) id, image.get(1), image.getInt(2), selection.split(old)))
                .iterator();
          };
        });
  }

  private static int[] labels(SparkSession spark, ImageSource base, int images) {
    int[] labels = new int[images];
    List<Row> rows = base.read(spark).select("id", "label").collectAsList();
    if (rows.size() != images) {
      throw new BadImageDataException("STL-10", images + " images", rows.size() + " images");
    }
    rows.forEach(row -> labels[(int) row.getLong(0)] = row.getInt(1));
    return labels;
  }
}
