package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.FormatMethod;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.text.Text;
import org.e2spark.torch.FunctionLease;
import org.e2spark.torch.TorchFunction;

/**
 * A TorchScript function of one tensor {@code x} under construction: statements, and the arrays
 * they refer to by name.
 */
public final class Program {

  /** The name of the function's argument. */
  static final String INPUT = "x";

  private final List<String> statements = new ArrayList<>();
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();
  private final String result;
  private final String arrayPrefix;

  private Program(PlainLayer layer, String arrayPrefix) {
    this.arrayPrefix = arrayPrefix;
    this.result = layer.write(this, INPUT);
  }

  /** The program of a layer; arrays are referred to by their names after a prefix. */
  static Program of(PlainLayer layer, String arrayPrefix) {
    return new Program(layer, arrayPrefix);
  }

  /**
   * Adds a statement.
   *
   * @param format of an expression
   * @return a name for its value
   */
  @FormatMethod
  String let(String format, Object... arguments) {
    String name = "v" + statements.size();
    statements.add(name + " = " + Text.format(format, arguments));
    return name;
  }

  /** Adds a statement as it is. */
  void add(String statement) {
    statements.add(statement);
  }

  /** Adds a check that an axis of a tensor has a size. */
  void require(String x, int axis, int size, String otherwise) {
    statements.add(Text.format("if torch.ne(torch.size(%s, %d), %d):", x, axis, size));
    statements.add("  ops.prim.RaiseException(\"" + otherwise + "\")");
  }

  /**
   * Refers to an array.
   *
   * @param role what the array is to its layer, such as {@code "weight"}
   * @return an expression
   */
  String array(String role, NDArray array) {
    if (array == null) {
      return "None";
    }
    String name = role;
    for (int i = 2; arrays.containsKey(name) && arrays.get(name) != array; i++) {
      name = role + "_" + i;
    }
    arrays.put(name, array);
    return arrayPrefix + name;
  }

  /** The function of {@code x} and the arrays. */
  TorchFunction function() {
    String names = String.join(", ", arrays.keySet());
    return TorchFunction.of(arrays.isEmpty() ? INPUT : INPUT + ", " + names, statements, result);
  }

  /** As {@link #function}, for those who keep it; programs may be large. */
  FunctionLease lease() {
    String names = String.join(", ", arrays.keySet());
    return FunctionLease.of(arrays.isEmpty() ? INPUT : INPUT + ", " + names, statements, result);
  }

  List<String> statements() {
    return Collections.unmodifiableList(statements);
  }

  /** The arrays by name, in the order of use. */
  Map<String, NDArray> arrays() {
    return Collections.unmodifiableMap(arrays);
  }

  /** The expression of the output. */
  String result() {
    return result;
  }
}
