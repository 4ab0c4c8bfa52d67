package org.e2spark.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Enum values as they are written on a command line: lower case, words joined by hyphens. */
record Names<E extends Enum<E>>(Class<E> type) implements ITypeConverter<E> {

  @Override
  public E convert(String value) {
    for (E constant : type.getEnumConstants()) {
      if (name(constant).equals(value)) {
        return constant;
      }
    }
    String all =
        Arrays.stream(type.getEnumConstants()).map(Names::name).collect(Collectors.joining(", "));
    throw new TypeConversionException("'" + value + "' is none of: " + all);
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
