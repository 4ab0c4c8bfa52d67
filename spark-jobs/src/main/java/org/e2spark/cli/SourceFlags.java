package org.e2spark.cli;

import java.util.List;
import org.e2spark.data.source.ExifOrientation;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.known.SourceOptions;
import picocli.CommandLine.Option;

/** What may be said of a source. */
final class SourceFlags {

  @Option(
      names = "--tolerate",
      paramLabel = "N",
      defaultValue = "0",
      description = "Leave out up to N bad records, each named in the log (formats only).")
  private int tolerated;

  @Option(
      names = "--shape",
      paramLabel = "CxHxW",
      description = "The images' shape, where files do not tell it: amat, folder, parquet, delta.")
  private ImageShape shape;

  @Option(
      names = "--classes",
      paramLabel = "NAME",
      split = ",",
      description =
          "Names of the classes, label 0 first, where files do not tell them: "
              + "idx, amat, cifar10, cifar100, parquet, delta.")
  private List<String> classes;

  @Option(
      names = "--exif-orientation",
      description =
          "Turn and mirror image files as they say (EXIF, TIFF); without it they are read as stored: "
              + "folder, parquet, delta.")
  private boolean exifOrientation;

  SourceOptions options(long seed) {
    SourceOptions options = SourceOptions.ofSeed(seed).tolerate(tolerated);
    if (exifOrientation) {
      options = options.exifOrientation(ExifOrientation.APPLY);
    }
    if (shape != null) {
      options = options.ofShape(shape);
    }
    return classes == null ? options : options.ofClasses(classes);
  }
}
