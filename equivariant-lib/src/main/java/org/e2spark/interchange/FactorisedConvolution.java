package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A convolution without a filter, by the factors of a steerable kernel: a TorchScript program for
 * images of one size, any number of them.
 *
 * @param statements of a tensor {@code x} and of the arrays by their names, which leave the result
 *     in {@code y}
 * @param arrays by name
 * @param height of the images
 * @param width of the images
 */
public record FactorisedConvolution(
    List<String> statements, Map<String, NDArray> arrays, int height, int width)
    implements PlainLayer {

  /** What arrays are called in files, where that is another name. */
  private static final Map<String, String> ROLES = Map.of("w", "mixing", "k", "constants");

  /** What a statement assigns to. */
  private static final Pattern ASSIGNED = Pattern.compile("^\\s*(?:(\\w+) = |for (\\w+) in )");

  /** Names, but for those behind a dot, of keyword arguments and inside of strings. */
  private static final Pattern NAME = Pattern.compile("(?<![.\\w\"])([A-Za-z_]\\w*)(?!\\w|=)");

  public FactorisedConvolution {
    statements = List.copyOf(statements);
    arrays = new LinkedHashMap<>(arrays);
  }

  @Override
  public String write(Program program, String x) {
    program.require(
        x, 2, height, "This network's convolutions are factorised for images " + height + " high");
    program.require(
        x, 3, width, "This network's convolutions are factorised for images " + width + " wide");
    Map<String, String> names = new HashMap<>();
    // Another layer's variables of the same names may be of other types.
    String suffix = "_" + program.statements().size();
    for (String statement : statements) {
      Matcher assigned = ASSIGNED.matcher(statement);
      if (assigned.find()) {
        String name = assigned.group(1) == null ? assigned.group(2) : assigned.group(1);
        names.put(name, name + suffix);
      }
    }
    names.put("x", x);
    arrays.forEach(
        (name, array) -> names.put(name, program.array(ROLES.getOrDefault(name, name), array)));
    for (String statement : statements) {
      program.add(
          NAME.matcher(statement)
              .replaceAll(
                  match ->
                      Matcher.quoteReplacement(
                          names.getOrDefault(match.group(1), match.group(1)))));
    }
    return names.get("y");
  }
}
