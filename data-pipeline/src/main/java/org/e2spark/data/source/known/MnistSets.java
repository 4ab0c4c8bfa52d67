package org.e2spark.data.source.known;

import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.augment.Rotation;
import org.e2spark.data.augment.SampleRandom;
import org.e2spark.data.source.AmatSource;
import org.e2spark.data.source.DerivedSource;
import org.e2spark.data.source.IdxSource;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.ImageSource;

/**
 * MNIST, and the sets of 12,000 training and 50,000 test digits that are made of it.
 *
 * <p>Where the folder holds the {@code .amat} files of Larochelle et al. (2007), those are read;
 * they have no published checksum. Otherwise the sets are generated: 62,000 random digits of
 * MNIST's 70,000, each rotated (bilinearly) by an angle uniform in [0, 2π).
 */
final class MnistSets {

  static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

  static final Checksum TRAIN_IMAGES_SUM =
      Checksum.sha256OfContent("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db");
  static final Checksum TRAIN_LABELS_SUM =
      Checksum.sha256OfContent("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5");
  static final Checksum TEST_IMAGES_SUM =
      Checksum.sha256OfContent("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7");
  static final Checksum TEST_LABELS_SUM =
      Checksum.sha256OfContent("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");

  private static final String ROT_TRAIN = "mnist_all_rotation_normalized_float_train_valid.amat";
  private static final String ROT_TEST = "mnist_all_rotation_normalized_float_test.amat";
  private static final String UPRIGHT_TRAIN = "mnist_train.amat";
  private static final String UPRIGHT_TEST = "mnist_test.amat";

  private static final ImageShape DIGIT = new ImageShape(1, 28, 28);

  /**
   * How many digits there are, and are taken.
   *
   * @param all of the source
   * @param train of the made set
   * @param test of the made set
   */
  record Sizes(int all, int train, int test) {}

  private static final Sizes PUBLISHED = new Sizes(70_000, 12_000, 50_000);

  /** Counter-clockwise; recorded with every generated image. */
  private static final StructField RADIANS =
      new StructField("radians", DataTypes.DoubleType, false, Metadata.empty());

  private static final StructField REFLECTED =
      new StructField("reflected", DataTypes.BooleanType, false, Metadata.empty());

  /** Which training images of the O(2) set are mirrored. */
  enum TrainReflections {
    /** Each with probability 1/2. */
    HALF,
    /**
     * The first two: the script of the published experiments takes random zeros and ones for
     * positions.
     */
    AS_PUBLISHED
  }

  private MnistSets() {}

  static ImageSource mnist(KnownFiles files, Configuration conf) {
    return IdxSource.builder()
        .split(
            "train",
            files.verified(TRAIN_IMAGES, TRAIN_IMAGES_SUM),
            files.verified(TRAIN_LABELS, TRAIN_LABELS_SUM))
        .split(
            "test",
            files.verified(TEST_IMAGES, TEST_IMAGES_SUM),
            files.verified(TEST_LABELS, TEST_LABELS_SUM))
        .open(conf);
  }

  static ImageSource rotated(KnownFiles files, Configuration conf, long seed) {
    if (files.has(ROT_TRAIN)) {
      return amat(files, ROT_TRAIN, ROT_TEST, conf);
    }
    return rotated(mnist(files, conf), PUBLISHED, seed);
  }

  static ImageSource rotated(ImageSource mnist, Sizes sizes, long seed) {
    return derive(
        mnist,
        sizes,
        List.of(RADIANS),
        seed,
        (image, id, split) -> {
          double angle = angle(seed, id);
          return List.of(
              RowFactory.create((long) id, rotate(image, angle), image.getInt(2), split, angle));
        });
  }

  static ImageSource upright(KnownFiles files, Configuration conf, long seed) {
    if (files.has(UPRIGHT_TRAIN)) {
      return amat(files, UPRIGHT_TRAIN, UPRIGHT_TEST, conf);
    }
    return derive(
        mnist(files, conf),
        PUBLISHED,
        List.of(),
        seed,
        (image, id, split) ->
            List.of(RowFactory.create((long) id, image.get(1), image.getInt(2), split)));
  }

  /** Rotated training digits, some mirrored, and each rotated test digit with its mirror image. */
  static ImageSource reflected(
      KnownFiles files, Configuration conf, long seed, TrainReflections reflections) {
    return reflected(mnist(files, conf), PUBLISHED, seed, reflections);
  }

  static ImageSource reflected(
      ImageSource mnist, Sizes sizes, long seed, TrainReflections reflections) {
    int train = sizes.train();
    int test = sizes.test();
    return derive(
        mnist,
        sizes,
        List.of(RADIANS, REFLECTED),
        seed,
        (image, id, split) -> {
          double angle = angle(seed, id);
          byte[] turned = rotate(image, angle);
          int label = image.getInt(2);
          List<Row> rows = new ArrayList<>();
          if (id < train) {
            boolean mirrored = reflections == TrainReflections.HALF ? coin(seed, id) : id < 2;
            byte[] pixels = mirrored ? mirror(turned) : turned;
            rows.add(RowFactory.create((long) id, pixels, label, split, angle, mirrored));
          } else {
            rows.add(RowFactory.create((long) id, turned, label, split, angle, false));
            rows.add(
                RowFactory.create((long) id + test, mirror(turned), label, split, angle, true));
          }
          return rows;
        });
  }

  private static ImageSource amat(KnownFiles files, String train, String test, Configuration conf) {
    return AmatSource.builder()
        .file("train", files.verified(train))
        .file("test", files.verified(test))
        .open(conf);
  }

  private interface Versions extends Serializable {
    List<Row> of(Row image, int id, String split);
  }

  private static ImageSource derive(
      ImageSource mnist, Sizes sizes, List<StructField> added, long seed, Versions versions) {
    Selection selection = Selection.random(sizes.all(), sizes.train(), sizes.test(), seed);
    return new DerivedSource(
        mnist,
        added,
        (spark, base) ->
            image -> {
              int old = (int) image.getLong(0);
              int id = selection.ids()[old];
              return id == Selection.LEFT_OUT
                  ? Collections.emptyIterator()
                  : versions.of(image, id, selection.split(old)).iterator();
            });
  }

  private static byte[] rotate(Row image, double angle) {
    return new Rotation(angle, Interpolation.BILINEAR).apply((byte[]) image.get(1), DIGIT);
  }

  /** Left and right change places. */
  private static byte[] mirror(byte[] image) {
    byte[] out = Arrays.copyOf(image, image.length);
    int width = DIGIT.width();
    for (int i = 0; i < out.length; i++) {
      out[i] = image[i - i % width + width - 1 - i % width];
    }
    return out;
  }

  private static double angle(long seed, int id) {
    return SampleRandom.of(seed, 1, id).nextDouble(0, 2 * Math.PI);
  }

  private static boolean coin(long seed, int id) {
    return SampleRandom.of(seed, 2, id).nextTrial(0.5);
  }

  static List<RemoteFile> files() {
    return List.of(
        file(TRAIN_IMAGES, TRAIN_IMAGES_SUM),
        file(TRAIN_LABELS, TRAIN_LABELS_SUM),
        file(TEST_IMAGES, TEST_IMAGES_SUM),
        file(TEST_LABELS, TEST_LABELS_SUM));
  }

  private static RemoteFile file(String name, Checksum checksum) {
    String packed = name + ".gz";
    return new RemoteFile(
        packed,
        List.of(
            URI.create("http://yann.lecun.com/exdb/mnist/" + packed),
            URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/" + packed)),
        checksum,
        List.of());
  }
}
