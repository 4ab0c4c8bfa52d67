package org.e2spark.data.source;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.text.Text;

/**
 * Grey images in {@code .amat} text files, the format of the published MNIST-rot: a line an image,
 * pixels of 0 to 1 row by row, then the label; gzipped or not.
 *
 * <p>Pixels become bytes by {@code round(255 v)}. Ids count the lines through the files in the
 * order they were added. Opening a file reads it once to count its lines.
 *
 * @see <a href="https://doi.org/10.1145/1273496.1273556">Larochelle et al.: An empirical evaluation
 *     of deep architectures on problems with many factors of variation (2007)</a>
 */
public final class AmatSource extends ScannedSource<AmatPart> {

  private static final long PART_BYTES = 16L << 20;

  private AmatSource(
      ImageShape shape, List<String> classNames, int tolerated, List<AmatPart> parts) {
    super(
        parts.get(0).file().name(),
        shape,
        classNames,
        tolerated,
        parts,
        format(shape, classNames.size()));
  }

  private static PartFormat<AmatPart> format(ImageShape shape, int classes) {
    return (part, depth, conf) -> new AmatReader(part, shape, classes, depth, conf);
  }

  /** Starts a source of no files, of 28x28 images of the ten digits. */
  public static Builder builder() {
    return new Builder();
  }

  /** Cuts a file into parts of whole lines. */
  static List<AmatPart> parts(
      String split, ByteSource file, ImageShape shape, long firstId, Configuration conf) {
    List<AmatPart> parts = new ArrayList<>();
    long start = 0;
    long lines = 0;
    long id = firstId;
    try (LineReader reader = new LineReader(file, 0, AmatReader.maxLine(shape.size()), conf)) {
      while (reader.next()) {
        if (reader.isBlank()) {
          checkNothingFollows(file, reader);
          break;
        }
        lines++;
        if (file.isSeekable() && reader.position() - start >= PART_BYTES) {
          parts.add(new AmatPart(split, file, start, lines, id));
          id += lines;
          lines = 0;
          start = reader.position();
        }
      }
    }
    if (lines > 0) {
      parts.add(new AmatPart(split, file, start, lines, id));
    }
    if (parts.isEmpty()) {
      throw new BadImageDataException(file.name(), 0, "lines of numbers", "none");
    }
    return parts;
  }

  private static void checkNothingFollows(ByteSource file, LineReader reader) {
    long blank = reader.lineStart();
    while (reader.next()) {
      if (!reader.isBlank()) {
        throw new BadImageDataException(
            file.name(), blank, "blank lines at the end only", "one before other lines");
      }
    }
  }

  /** Collects the files. */
  public static final class Builder extends SourceBuilder<Builder> {

    private ImageShape shape = new ImageShape(1, 28, 28);
    private List<String> classNames = IntStream.range(0, 10).mapToObj(Integer::toString).toList();

    private Builder() {}

    /** Adds a file to a split. */
    public Builder file(String split, String path) {
      return add(split, path, path);
    }

    /**
     * Sets the shape (default 28x28); several channels stand plane after plane.
     *
     * @throws IllegalArgumentException above a million values a line
     */
    public Builder shape(ImageShape imageShape) {
      if (imageShape.size() > 1 << 20) {
        throw new IllegalArgumentException(
            Text.format(
                "Invalid shape of a text image: %s (at most %d values)", imageShape, 1 << 20));
      }
      shape = imageShape;
      return this;
    }

    /** Names the classes, label 0 first (default: the ten digits). */
    public Builder classNames(List<String> names) {
      if (names.isEmpty()) {
        throw new IllegalArgumentException("Invalid class names: none (at least one)");
      }
      classNames = List.copyOf(names);
      return this;
    }

    /**
     * Counts the lines of the files.
     *
     * @throws BadImageDataException if a file is missing or empty, or a line too long
     * @throws IllegalStateException if no file was added
     */
    public AmatSource open(Configuration conf) {
      requireAny("An amat source needs at least one file");
      List<AmatPart> parts = new ArrayList<>();
      long id = 0;
      for (SplitFiles added : files) {
        HadoopFile file = HadoopFile.at(added.images(), conf);
        for (AmatPart part : parts(added.split(), file, shape, id, conf)) {
          parts.add(part);
          id += part.lines();
        }
      }
      return new AmatSource(shape, classNames, tolerated, parts);
    }
  }
}
