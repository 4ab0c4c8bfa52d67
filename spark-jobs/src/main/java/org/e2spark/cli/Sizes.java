package org.e2spark.cli;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.e2spark.data.prepare.PrepareOptions;
import org.e2spark.data.source.ImageShape;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes as they are written on a command line: numbers joined by {@code x}. */
final class Sizes {

  private Sizes() {}

  /** A height and a width, as in {@code 29x29}. */
  static PrepareOptions.Size size(String text) {
    List<Integer> sides = sides(text, 2, "HEIGHTxWIDTH, as in 29x29");
    return new PrepareOptions.Size(sides.get(0), sides.get(1));
  }

  /** Channels, a height and a width, as in {@code 3x32x32}. */
  static ImageShape shape(String text) {
    List<Integer> sides = sides(text, 3, "CHANNELSxHEIGHTxWIDTH, as in 3x32x32");
    return new ImageShape(sides.get(0), sides.get(1), sides.get(2));
  }

  private static List<Integer> sides(String text, int count, String form) {
    if (!text.matches("\\d{1,9}(x\\d{1,9}){" + (count - 1) + "}")) {
      throw new TypeConversionException("'" + text + "' is not " + form);
    }
    return Arrays.stream(text.split("x", -1)).map(Integer::valueOf).toList();
  }

  /** Says why a value is out of range, as well as that it is. */
  static <T> ITypeConverter<T> checked(Function<String, T> parse) {
    return text -> {
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    };
  }
}
