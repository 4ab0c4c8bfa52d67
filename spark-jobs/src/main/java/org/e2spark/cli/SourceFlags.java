package org.e2spark.cli;

import java.util.List;
import org.e2spark.data.source.EmptyClasses;
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
      description =
          "The images' shape, where files do not tell it: ${bundle:formats.shape}. Image files of "
              + "other sizes are resampled to it, grey and colour made one of the other.")
  private ImageShape shape;

  @Option(
      names = "--classes",
      paramLabel = "NAME",
      split = ",",
      description =
          "Names of the classes, label 0 first, where files do not tell them: "
              + "${bundle:formats.classes}.")
  private List<String> classes;

  @Option(
      names = "--exif-orientation",
      description =
          "Turn and mirror image files as they say (EXIF, TIFF); without it they are read as"
              + " stored: ${bundle:formats.orientation}.")
  private boolean exifOrientation;

  @Option(
      names = "--first-label",
      paramLabel = "N",
      defaultValue = "0",
      description = "What files call the first class: ${bundle:formats.labels}.")
  private int firstLabel;

  @Option(
      names = "--allow-empty-classes",
      description = "Let a class have no image: ${bundle:formats.labels}.")
  private boolean emptyClasses;

  @Option(
      names = "--image-column",
      paramLabel = "NAME",
      defaultValue = "image",
      description = "The column of the images: ${bundle:formats.columns}.")
  private String imageColumn;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      defaultValue = "label",
      description = "The column of the labels: ${bundle:formats.columns}.")
  private String labelColumn;

  /**
   * The options.
   *
   * @param size that image files are to be resampled to, or null
   */
  SourceOptions options(long seed, SourceOptions.Size size) {
    SourceOptions.Builder options =
        SourceOptions.builder()
            .seed(seed)
            .tolerate(tolerated)
            .firstLabel(firstLabel)
            .imageColumn(imageColumn)
            .labelColumn(labelColumn);
    if (exifOrientation) {
      options.orientation(ExifOrientation.APPLY);
    }
    if (emptyClasses) {
      options.emptyClasses(EmptyClasses.ALLOWED);
    }
    if (shape != null) {
      options.shape(shape);
    }
    if (size != null) {
      options.size(size);
    }
    if (classes != null) {
      options.classNames(classes);
    }
    return options.build();
  }
}
