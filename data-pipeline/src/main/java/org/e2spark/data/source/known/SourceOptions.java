package org.e2spark.data.source.known;

import java.util.List;
import java.util.Optional;
import org.e2spark.data.source.ImageShape;

/**
 * What may be said of a source beside its name and its folder.
 *
 * @param seed decides what is random in sets that are generated
 * @param tolerated how many bad records may be left out
 * @param shape of the images, where the files do not tell it
 * @param classNames names of the classes, label 0 first, where the files do not tell them
 */
public record SourceOptions(
    long seed, int tolerated, Optional<ImageShape> shape, Optional<List<String>> classNames) {

  /** No bad record is tolerated; shape and classes are as the files tell. */
  public static SourceOptions ofSeed(long seed) {
    return new SourceOptions(seed, 0, Optional.empty(), Optional.empty());
  }

  /** Leaves out up to this many bad records. */
  public SourceOptions tolerate(int badRecords) {
    return new SourceOptions(seed, badRecords, shape, classNames);
  }

  /** Sets the shape. */
  public SourceOptions ofShape(ImageShape imageShape) {
    return new SourceOptions(seed, tolerated, Optional.of(imageShape), classNames);
  }

  /** Names the classes. */
  public SourceOptions ofClasses(List<String> names) {
    return new SourceOptions(seed, tolerated, shape, Optional.of(List.copyOf(names)));
  }
}
