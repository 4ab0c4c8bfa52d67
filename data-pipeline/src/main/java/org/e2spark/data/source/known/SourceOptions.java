package org.e2spark.data.source.known;

import java.util.List;
import java.util.Optional;
import org.e2spark.data.source.ExifOrientation;
import org.e2spark.data.source.ImageShape;

/**
 * What may be said of a source beside its name and its folder.
 *
 * @param seed decides what is random in sets that are generated
 * @param tolerated how many bad records may be left out
 * @param shape of the images, where the files do not tell it
 * @param classNames names of the classes, label 0 first, where the files do not tell them
 * @param orientation what becomes of image files that were stored turned
 */
public record SourceOptions(
    long seed,
    int tolerated,
    Optional<ImageShape> shape,
    Optional<List<String>> classNames,
    ExifOrientation orientation) {

  /** No bad record is tolerated; shape and classes are as the files tell; images as stored. */
  public static SourceOptions ofSeed(long seed) {
    return new SourceOptions(
        seed, 0, Optional.empty(), Optional.empty(), ExifOrientation.AS_STORED);
  }

  /** Leaves out up to this many bad records. */
  public SourceOptions tolerate(int badRecords) {
    return new SourceOptions(seed, badRecords, shape, classNames, orientation);
  }

  /** Sets the shape. */
  public SourceOptions ofShape(ImageShape imageShape) {
    return new SourceOptions(seed, tolerated, Optional.of(imageShape), classNames, orientation);
  }

  /** Names the classes. */
  public SourceOptions ofClasses(List<String> names) {
    return new SourceOptions(seed, tolerated, shape, Optional.of(List.copyOf(names)), orientation);
  }

  /** Sets what becomes of image files that were stored turned. */
  public SourceOptions exifOrientation(ExifOrientation use) {
    return new SourceOptions(seed, tolerated, shape, classNames, use);
  }
}
