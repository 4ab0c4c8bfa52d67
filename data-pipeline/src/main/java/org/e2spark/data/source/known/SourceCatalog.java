package org.e2spark.data.source.known;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.EmptyClasses;
import org.e2spark.data.source.ExifOrientation;
import org.e2spark.data.source.FileAccount;
import org.e2spark.data.source.FolderSource;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a folder by one word: the name of a {@link KnownSet}, or a format ({@code idx}, {@code
 * amat}, {@code cifar10}, {@code cifar100}, {@code stl10}, {@code folder}, {@code parquet}, {@code
 * delta}) whose files have customary names.
 *
 * <p>Three words are both. Their files are verified if the folder has checksums of them, and read
 * unverified, with a warning, if not.
 */
public final class SourceCatalog {

  private static final Logger log = LoggerFactory.getLogger(SourceCatalog.class);

  private SourceCatalog() {}

  /** Every word, with {@code SIZE} standing for a number. */
  public static List<String> names() {
    return Stream.concat(KnownSet.names().stream(), formats().stream()).distinct().toList();
  }

  /** The formats. */
  public static List<String> formats() {
    return Arrays.stream(SourceFormat.values()).map(SourceFormat::formatName).toList();
  }

  /**
   * Opens a folder, and checks that every class has images.
   *
   * @param name of a set or a format
   * @param folder Hadoop path
   * @throws IllegalArgumentException if there is no such name, or options do not apply to it
   * @throws org.e2spark.data.source.BadImageDataException if the folder is not what the name says
   * @throws ChecksumException if a file is not the published one
   */
  public static ImageSource open(
      SparkSession spark, String name, String folder, SourceOptions options) {
    return openWithFiles(spark, name, folder, options).source();
  }

  /**
   * A source and what became of the files that lie in its folder.
   *
   * @param files empty where the files of a published set were verified, each by its checksum
   */
  public record Opened(ImageSource source, Optional<FileAccount> files) {}

  /** As {@link #open}, with an account of the folder's files. */
  public static Opened openWithFiles(
      SparkSession spark, String name, String folder, SourceOptions options) {
    Opened opened = openUnchecked(spark, name, folder, options);
    opened.source().check(spark);
    return opened;
  }

  /**
   * Checks what can be checked without a folder: that there is such a name, and that every option
   * applies to it.
   *
   * @throws IllegalArgumentException if not, saying what there is
   */
  public static void check(String name, SourceOptions options) {
    Optional<SourceFormat> format = SourceFormat.named(name);
    if (format.isPresent()) {
      format.get().check(options);
    } else if (isKnown(name)) {
      KnownSet.named(name);
      requirePlain(name, options);
    } else {
      throw new IllegalArgumentException(
          Text.format(
              "Unknown image set or format: '%s' (known: %s)", name, String.join(", ", names())));
    }
  }

  private static boolean isKnown(String name) {
    return KnownSet.names().contains(name) || name.startsWith("stl10-ablation:");
  }

  private static void requirePlain(String name, SourceOptions options) {
    if (options.tolerated() > 0
        || options.shape().isPresent()
        || options.size().isPresent()
        || options.classNames().isPresent()
        || options.firstLabel() != 0
        || options.emptyClasses() == EmptyClasses.ALLOWED
        || options.orientation() != ExifOrientation.AS_STORED) {
      throw new IllegalArgumentException(
          Text.format(
              "The set '%s' is verified by checksum: it has no bad records to tolerate, no images"
                  + " to turn, and a shape and classes of its own",
              name));
    }
  }

  private static Opened openUnchecked(
      SparkSession spark, String name, String folder, SourceOptions options) {
    check(name, options);
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    Optional<SourceFormat> format = SourceFormat.named(name);
    boolean known = isKnown(name);
    FolderNames names = FolderNames.of(folder, conf);
    if (format.isPresent() && !(known && names.files().contains(ChecksumList.NAME))) {
      if (known) {
        log.warn("Reading {} from {} unverified: it has no {}", name, folder, ChecksumList.NAME);
      }
      ImageSource source = format.get().open(spark, names, options);
      return new Opened(
          source,
          Optional.of(source instanceof FolderSource own ? own.account() : names.account()));
    }
    requirePlain(name, options);
    return new Opened(KnownSet.named(name).open(folder, conf, options.seed()), Optional.empty());
  }
}
