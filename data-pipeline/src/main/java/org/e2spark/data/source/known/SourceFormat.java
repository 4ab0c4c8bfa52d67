package org.e2spark.data.source.known;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.AmatSource;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.CifarSource;
import org.e2spark.data.source.ColorConversion;
import org.e2spark.data.source.EmptyClasses;
import org.e2spark.data.source.ExifOrientation;
import org.e2spark.data.source.FolderSource;
import org.e2spark.data.source.IdxSource;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.SizeConversion;
import org.e2spark.data.source.Stl10Source;
import org.e2spark.data.source.TableImages;
import org.e2spark.data.source.TableSource;
import org.e2spark.data.source.TableSourceBuilder;
import org.e2spark.data.text.Text;

/** Formats that a folder of files under customary names can be in. */
enum SourceFormat {
  /**
   * Pairs {@code SPLIT-images*} and {@code SPLIT-labels*}; the split {@code t10k} is the test set.
   */
  IDX(SourceOption.CLASSES, SourceOption.LABELS) {
    @Override
    ImageSource open(SparkSession spark, FolderNames names, SourceOptions options) {
      IdxSource.Builder builder =
          IdxSource.builder()
              .tolerate(options.tolerated())
              .firstLabel(options.firstLabel())
              .emptyClasses(options.emptyClasses());
      options.classNames().ifPresent(builder::classNames);
      Pattern images = Pattern.compile("(.+?)-images.*");
      for (String file : trainFirst(names.files())) {
        Matcher matcher = images.matcher(file);
        if (matcher.matches()) {
          String prefix = matcher.group(1);
          builder.split(
              prefix.equals("t10k") ? "test" : prefix,
              names.only(Pattern.quote(prefix) + "-images.*"),
              names.only(Pattern.quote(prefix) + "-labels.*"));
        }
      }
      requireFiles(names, ".+-images.*");
      return builder.open(conf(spark));
    }
  },

  /** Files {@code *.amat}; those with "test" in their name are the test set. */
  AMAT(SourceOption.SHAPE, SourceOption.CLASSES) {
    @Override
    ImageSource open(SparkSession spark, FolderNames names, SourceOptions options) {
      requireFiles(names, ".+\\.amat(\\.gz)?");
      AmatSource.Builder builder = AmatSource.builder().tolerate(options.tolerated());
      options.shape().ifPresent(builder::shape);
      options.classNames().ifPresent(builder::classNames);
      names.matching("(?!.*test).+\\.amat(\\.gz)?").forEach(file -> builder.file("train", file));
      names.matching(".*test.*\\.amat(\\.gz)?").forEach(file -> builder.file("test", file));
      return builder.open(conf(spark));
    }
  },

  /** Files {@code data_batch*} and {@code test_batch*}. */
  CIFAR10(SourceOption.CLASSES) {
    @Override
    ImageSource open(SparkSession spark, FolderNames names, SourceOptions options) {
      return cifar(CifarSource.Labels.CIFAR10, "data_batch", "test_batch", spark, names, options);
    }
  },

  /** Files {@code train*.bin} and {@code test*.bin}. */
  CIFAR100(SourceOption.CLASSES) {
    @Override
    ImageSource open(SparkSession spark, FolderNames names, SourceOptions options) {
      return cifar(CifarSource.Labels.CIFAR100_FINE, "train", "test", spark, names, options);
    }
  },

  /** Pairs {@code SPLIT_X*} and {@code SPLIT_y*} of the splits train and test. */
  STL10 {
    @Override
    ImageSource open(SparkSession spark, FolderNames names, SourceOptions options) {
      requireFiles(names, "(train|test)_X.*");
      Stl10Source.Builder builder = Stl10Source.builder().tolerate(options.tolerated());
      for (String split : List.of("train", "test")) {
        if (!names.matching(split + "_X.*").isEmpty()) {
          builder.split(split, names.only(split + "_X.*"), names.only(split + "_y.*"));
        }
      }
      return builder.open(conf(spark));
    }
  },

  /** Folders {@code SPLIT/CLASS} or folders {@code CLASS}: see {@link FolderLayout}. */
  FOLDER(SourceOption.SHAPE, SourceOption.SIZE, SourceOption.ORIENTATION) {
    @Override
    ImageSource open(SparkSession spark, FolderNames names, SourceOptions options) {
      FolderSource.Builder builder =
          FolderSource.builder()
              .tolerate(options.tolerated())
              .exifOrientation(options.orientation());
      options
          .shape()
          .ifPresent(
              shape ->
                  builder
                      .shape(shape)
                      .colorConversion(ColorConversion.CONVERT)
                      .sizeConversion(SizeConversion.RESIZE));
      options.size().ifPresent(size -> builder.size(size.height(), size.width()));
      FolderLayout.splits(new Path(names.folder()), conf(spark)).forEach(builder::split);
      return builder.open(conf(spark));
    }
  },

  /**
   * Parquet files with columns {@code image} (CHW bytes or numbers of 0 to 255 of the given shape;
   * or encoded images, also as dataset hubs keep them, {@code struct<bytes, path>}), {@code label},
   * and, if they are there, {@code split} and {@code id}. Files named like {@code
   * train-00000-of-00001.parquet} stand for splits.
   */
  PARQUET(
      SourceOption.SHAPE,
      SourceOption.CLASSES,
      SourceOption.ORIENTATION,
      SourceOption.LABELS,
      SourceOption.COLUMNS) {
    @Override
    ImageSource open(SparkSession spark, FolderNames names, SourceOptions options) {
      Map<String, List<String>> splits = ParquetSplits.of(names, conf(spark));
      return table(
          splits.isEmpty()
              ? TableSource.parquet(spark, names.folder())
              : TableSource.parquet(spark, splits, names.folder()),
          options);
    }
  },

  /** A Delta table with the columns of Parquet files. */
  DELTA(
      SourceOption.SHAPE,
      SourceOption.CLASSES,
      SourceOption.ORIENTATION,
      SourceOption.LABELS,
      SourceOption.COLUMNS) {
    @Override
    ImageSource open(SparkSession spark, FolderNames names, SourceOptions options) {
      return table(TableSource.delta(spark, names.folder()), options);
    }
  };

  private final Set<SourceOption> options;

  SourceFormat(SourceOption... options) {
    this.options = Set.of(options);
  }

  boolean takes(SourceOption option) {
    return options.contains(option);
  }

  abstract ImageSource open(SparkSession spark, FolderNames names, SourceOptions options);

  /**
   * Checks that no option would go unheard.
   *
   * @throws IllegalArgumentException naming the option and the formats that it is for
   */
  void check(SourceOptions options) {
    check(SourceOption.SHAPE, options.shape(), "tell their shape");
    check(SourceOption.CLASSES, options.classNames(), "tell their classes");
    check(
        SourceOption.LABELS,
        Optional.of("the first label, and that classes may be empty")
            .filter(
                o -> options.firstLabel() != 0 || options.emptyClasses() == EmptyClasses.ALLOWED),
        "number their classes from a number of their own");
    check(
        SourceOption.COLUMNS,
        Optional.of("the names of columns")
            .filter(
                o ->
                    !options.imageColumn().equals(SourceOptions.IMAGE)
                        || !options.labelColumn().equals(SourceOptions.LABEL)),
        "have no columns");
    check(
        SourceOption.ORIENTATION,
        Optional.of("the EXIF orientation")
            .filter(name -> options.orientation() == ExifOrientation.APPLY),
        "are never stored turned");
  }

  private void check(SourceOption option, Optional<?> given, String reason) {
    if (given.isPresent() && !takes(option)) {
      throw new IllegalArgumentException(
          Text.format(
              "The files of format '%s' %s: leave out %s (it is for: %s)",
              formatName(), reason, given.get(), String.join(", ", option.formats())));
    }
  }

  static Optional<SourceFormat> named(String name) {
    return Arrays.stream(values()).filter(format -> format.formatName().equals(name)).findFirst();
  }

  String formatName() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static Configuration conf(SparkSession spark) {
    return spark.sparkContext().hadoopConfiguration();
  }

  /** Training files come first, so that their ids do. */
  private static List<String> trainFirst(List<String> names) {
    return names.stream().sorted(Comparator.comparing(name -> !name.startsWith("train"))).toList();
  }

  private static void requireFiles(FolderNames names, String pattern) {
    if (names.matching(pattern).isEmpty()) {
      throw new BadImageDataException(
          names.folder(),
          "files named like " + FolderNames.readable(pattern),
          names.files().isEmpty() ? "none" : String.join(", ", names.files()));
    }
  }

  private static ImageSource cifar(
      CifarSource.Labels labels,
      String train,
      String test,
      SparkSession spark,
      FolderNames names,
      SourceOptions options) {
    requireFiles(names, train + ".*\\.bin(\\.gz)?");
    CifarSource.Builder builder = CifarSource.builder(labels).tolerate(options.tolerated());
    options.classNames().ifPresent(builder::classNames);
    names.matching(train + ".*\\.bin(\\.gz)?").forEach(file -> builder.file("train", file));
    names.matching(test + ".*\\.bin(\\.gz)?").forEach(file -> builder.file("test", file));
    return builder.open(conf(spark));
  }

  private static ImageSource table(TableSourceBuilder builder, SourceOptions options) {
    builder
        .tolerate(options.tolerated())
        .exifOrientation(options.orientation())
        .firstLabel(options.firstLabel())
        .emptyClasses(options.emptyClasses())
        .labelColumn(options.labelColumn());
    options.classNames().ifPresent(builder::classNames);
    options.shape().ifPresent(builder::shape);
    String image = options.imageColumn();
    boolean encoded = builder.isHubImage(image) || options.shape().isEmpty();
    builder.imageColumn(
        image,
        builder.isArray(image)
            ? TableImages.CHW_ARRAY
            : encoded ? TableImages.ENCODED : TableImages.CHW_BYTES);
    if (encoded && options.shape().isPresent()) {
      builder.colorConversion(ColorConversion.CONVERT).sizeConversion(SizeConversion.RESIZE);
    }
    if (builder.hasColumn("split")) {
      builder.splitColumn("split");
    }
    if (builder.hasColumn("id")) {
      builder.idColumn("id");
    }
    return builder.open();
  }
}
