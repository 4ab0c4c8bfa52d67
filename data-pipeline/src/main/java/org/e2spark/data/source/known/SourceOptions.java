package org.e2spark.data.source.known;

import java.util.List;
import java.util.Optional;
import org.e2spark.data.source.EmptyClasses;
import org.e2spark.data.source.ExifOrientation;
import org.e2spark.data.source.ImageShape;

/**
 * What may be said of a source beside its name and its folder.
 *
 * @param seed decides what is random in sets that are generated
 * @param tolerated how many bad records may be left out
 * @param shape of the images: where files do not tell it, or what image files are made into
 * @param size that image files are resampled to
 * @param classNames names of the classes, label 0 first
 * @param firstLabel what files call the first class
 * @param emptyClasses whether a class may have no image
 * @param orientation what becomes of image files that were stored turned
 * @param imageColumn the column of the images of a table
 * @param labelColumn the column of the labels of a table
 */
public record SourceOptions(
    long seed,
    int tolerated,
    Optional<ImageShape> shape,
    Optional<Size> size,
    Optional<List<String>> classNames,
    int firstLabel,
    EmptyClasses emptyClasses,
    ExifOrientation orientation,
    String imageColumn,
    String labelColumn) {

  static final String IMAGE = "image";
  static final String LABEL = "label";

  /** Height and width in pixels. */
  public record Size(int height, int width) {}

  /** Nothing but a seed: no bad record is tolerated; shape and classes are as the files tell. */
  public static SourceOptions ofSeed(long seed) {
    return builder().seed(seed).build();
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. */
  public static final class Builder {

    private long seed;
    private int tolerated;
    private ImageShape shape;
    private Size size;
    private List<String> classNames;
    private int firstLabel;
    private EmptyClasses emptyClasses = EmptyClasses.REFUSED;
    private ExifOrientation orientation = ExifOrientation.AS_STORED;
    private String imageColumn = IMAGE;
    private String labelColumn = LABEL;

    private Builder() {}

    /** Sets the seed of sets that are generated (default 0). */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Leaves out up to this many bad records (default 0). */
    public Builder tolerate(int value) {
      tolerated = value;
      return this;
    }

    /** Sets the shape of the images, where the files do not tell it. */
    public Builder shape(ImageShape value) {
      shape = value;
      return this;
    }

    /** Sets the size that image files of any size are resampled to. */
    public Builder size(Size value) {
      size = value;
      return this;
    }

    /** Names the classes, label 0 first, where the files do not tell them. */
    public Builder classNames(List<String> value) {
      classNames = List.copyOf(value);
      return this;
    }

    /** Sets what files call the first class, where labels are numbers (default 0). */
    public Builder firstLabel(int value) {
      firstLabel = value;
      return this;
    }

    /** Sets whether a class may have no image (default: refused). */
    public Builder emptyClasses(EmptyClasses value) {
      emptyClasses = value;
      return this;
    }

    /** Sets what becomes of image files that were stored turned (default: as stored). */
    public Builder orientation(ExifOrientation value) {
      orientation = value;
      return this;
    }

    /** Names the column of the images of a table (default "image"). */
    public Builder imageColumn(String value) {
      imageColumn = value;
      return this;
    }

    /** Names the column of the labels of a table (default "label"). */
    public Builder labelColumn(String value) {
      labelColumn = value;
      return this;
    }

    /** The options. */
    public SourceOptions build() {
      return new SourceOptions(
          seed,
          tolerated,
          Optional.ofNullable(shape),
          Optional.ofNullable(size),
          Optional.ofNullable(classNames),
          firstLabel,
          emptyClasses,
          orientation,
          imageColumn,
          labelColumn);
    }
  }
}
