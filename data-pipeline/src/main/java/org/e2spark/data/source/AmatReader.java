package org.e2spark.data.source;

import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;

/** Streams the samples of the lines of an amat file. */
final class AmatReader implements SampleReader {

  /** More than the longest way to write one number of this format, with its blank. */
  private static final int NUMBER_BYTES = 32;

  private final AmatPart part;
  private final ImageShape shape;
  private final int classes;
  private final Depth depth;
  private final LineReader lines;
  private long done;
  private int position;

  AmatReader(AmatPart part, ImageShape shape, int classes, Depth depth, Configuration conf) {
    this.part = part;
    this.shape = shape;
    this.classes = classes;
    this.depth = depth;
    this.lines = new LineReader(part.file(), part.start(), maxLine(shape.size()), conf);
  }

  /** The longest line of an image of {@code pixels} values. */
  static int maxLine(int pixels) {
    return Math.multiplyExact(NUMBER_BYTES, pixels + 1);
  }

  @Override
  public boolean hasNext() {
    return done < part.lines();
  }

  @Override
  public Reading next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    if (!lines.next()) {
      throw new BadImageDataException(
          part.file().name(),
          lines.position(),
          (part.lines() - done) + " more lines",
          "the end of the file");
    }
    long id = part.firstId() + done;
    done++;
    try {
      return new Reading.Good(parse(id));
    } catch (BadImageDataException e) {
      return new Reading.Bad(e);
    } finally {
      if (!hasNext()) {
        close();
      }
    }
  }

  private Sample parse(long id) {
    position = 0;
    byte[] image = new byte[depth == Depth.PIXELS ? shape.size() : 0];
    for (int i = 0; i < shape.size(); i++) {
      int start = nextToken(i);
      if (depth == Depth.PIXELS) {
        double value = number(start);
        if (!(value >= 0 && value <= 1)) {
          throw bad(start, "a pixel of 0 to 1", token(start));
        }
        image[i] = (byte) Math.round(value * 255);
      }
    }
    int start = nextToken(shape.size());
    double label = number(start);
    if (label != Math.rint(label) || !(label >= 0 && label < classes)) {
      throw bad(start, "a label of 0 to " + (classes - 1), token(start));
    }
    if (!isRestBlank()) {
      throw bad(position, shape.size() + " pixels and a label", "more values");
    }
    return new Sample(id, image, (int) label, part.split());
  }

  /** Moves past the next token and returns where it starts. */
  private int nextToken(int index) {
    byte[] line = lines.line();
    while (position < lines.length() && isBlank(line[position])) {
      position++;
    }
    int start = position;
    while (position < lines.length() && !isBlank(line[position])) {
      position++;
    }
    if (start == position) {
      throw bad(start, shape.size() + " pixels and a label", index + " values");
    }
    return start;
  }

  private boolean isRestBlank() {
    for (int i = position; i < lines.length(); i++) {
      if (!isBlank(lines.line()[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private double number(int start) {
    if (position - start == 1) {
      int digit = lines.line()[start] - '0';
      if (digit >= 0 && digit <= 9) {
        return digit;
      }
    }
    try {
      return Double.parseDouble(token(start));
    } catch (NumberFormatException e) {
      throw bad(start, "a number", token(start));
    }
  }

  private String token(int start) {
    int end = Math.min(position, start + NUMBER_BYTES);
    return new String(lines.line(), start, end - start, StandardCharsets.ISO_8859_1);
  }

  private BadImageDataException bad(int inLine, String expected, String found) {
    return new BadImageDataException(
        part.file().name(), lines.lineStart() + inLine, expected, found);
  }

  @Override
  public void close() {
    done = part.lines();
    lines.close();
  }
}
