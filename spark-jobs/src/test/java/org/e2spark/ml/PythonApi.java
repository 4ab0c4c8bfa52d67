package org.e2spark.ml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.FloatParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;
import org.e2spark.text.Text;

/** The source of the Python module that stands for the stages of this package. */
final class PythonApi {

  private static final String HEADER =
      """
      # Made from the Params of the Java classes by org.e2spark.ml.PythonApiTest: change those, not this.
      \"""Estimators, models and transformers of e2spark, as PySpark has its own.\"""

      from collections.abc import Sequence
      from typing import Any, Optional

      from pyspark.ml.param import Param, Params, TypeConverters
      from pyspark.ml.util import JavaMLReadable, JavaMLWritable
      from pyspark.ml.wrapper import JavaEstimator, JavaModel, JavaTransformer

      from org.e2spark.fitted import FittedClassifier
      """;

  private final Path sources;

  /**
   * @param sources of this package's main classes, for their descriptions
   */
  PythonApi(Path sources) {
    this.sources = sources;
  }

  /** The module's text. */
  String module(List<Class<?>> types) throws Exception {
    StringBuilder text = new StringBuilder(HEADER);
    List<String> names = types.stream().map(Class::getSimpleName).toList();
    text.append("\n__all__ = [\n");
    names.forEach(name -> text.append("    \"").append(name).append("\",\n"));
    text.append("]\n");
    for (Class<?> type : types) {
      text.append(stage((PipelineStage) type.getConstructor().newInstance()));
    }
    return text.toString();
  }

  private String stage(PipelineStage stage) throws IOException {
    String name = stage.getClass().getSimpleName();
    List<Param<?>> params = new ArrayList<>(Arrays.asList(stage.params()));
    StringBuilder text = new StringBuilder();
    text.append("\n\nclass ").append(name).append("(").append(bases(stage)).append("):\n");
    text.append("    \"\"\"").append(description(name)).append("\n    \"\"\"\n");
    for (Param<?> param : params) {
      Kind kind = Kind.of(param);
      text.append(
          Text.format(
              """

              %1$s: "Param[%2$s]" = Param(
                  Params._dummy(),
                  "%1$s",
                  %3$s,
                  TypeConverters.%4$s,
              )
          """,
              param.name(), kind.type, quoted(param.doc()), kind.converter));
    }
    text.append(constructor(stage, params));
    for (Param<?> param : params) {
      text.append(accessors(name, param));
    }
    if (stage instanceof Estimator) {
      text.append(
          """

              def _create_model(self, java_model: Any) -> "EquivariantClassificationModel":
                  return EquivariantClassificationModel(java_model)
          """);
    }
    return text.toString();
  }

  private static String bases(PipelineStage stage) {
    String name = stage.getClass().getSimpleName();
    String saved = "JavaMLReadable[\"" + name + "\"], JavaMLWritable";
    if (stage instanceof Estimator) {
      return "JavaEstimator[\"EquivariantClassificationModel\"], " + saved;
    }
    return (stage instanceof Model ? "FittedClassifier, JavaModel, " : "JavaTransformer, ") + saved;
  }

  private static String constructor(PipelineStage stage, List<Param<?>> params) {
    StringBuilder text = new StringBuilder();
    String defaults =
        params.stream()
            .filter(stage::hasDefault)
            .map(
                param ->
                    "            "
                        + param.name()
                        + "="
                        + literal(stage.getDefault(param).get())
                        + ",\n")
            .collect(Collectors.joining());
    if (stage instanceof Model) {
      return text.append(
              """

                  def __init__(self, java_model: Any = None) -> None:
                      super().__init__(java_model)
                      self._setDefault(
              """)
          .append(defaults)
          .append("        )\n")
          .toString();
    }
    text.append("\n    def __init__(\n        self,\n        *,\n");
    for (Param<?> param : params) {
      text.append(
          Text.format("        %s: Optional[%s] = None,\n", param.name(), Kind.of(param).taken));
    }
    text.append("    ) -> None:\n        super().__init__()\n");
    text.append("        self._java_obj = self._new_java_obj(\n            \"")
        .append(stage.getClass().getName())
        .append("\", self.uid\n        )\n");
    text.append("        self._setDefault(\n").append(defaults).append("        )\n");
    text.append("        given = {\n");
    for (Param<?> param : params) {
      text.append(Text.format("            \"%1$s\": %1$s,\n", param.name()));
    }
    return text.append("        }\n")
        .append(
            """
                    self._set(**{name: value for name, value in given.items() if value is not None})
            """)
        .toString();
  }

  private static String accessors(String owner, Param<?> param) {
    Kind kind = Kind.of(param);
    String name = param.name();
    return Text.format(
        """

            def get%1$s(self) -> %2$s:
                \"""Value of :py:attr:`%3$s`, or its default.\"""
                return self.getOrDefault(self.%3$s)

            def set%1$s(self, value: %4$s) -> "%5$s":
                \"""Sets :py:attr:`%3$s`: %6$s.\"""
                self._set(%3$s=value)
                return self
        """,
        name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1),
        kind.type,
        name,
        kind.taken,
        owner,
        param.doc().replace("\\", "\\\\").replace("\"", "'").replaceAll("\\.$", ""));
  }

  private String description(String name) throws IOException {
    String source = Files.readString(sources.resolve(name + ".java"));
    String before = source.substring(0, source.indexOf(" class " + name));
    String comment = before.substring(before.lastIndexOf("/**") + 3, before.lastIndexOf("*/"));
    String text =
        comment
            .lines()
            .map(line -> line.strip().replaceFirst("^\\* ?", ""))
            .collect(Collectors.joining("\n"))
            .strip()
            .replace("<p>", "")
            .replaceAll("\\{@code ([^}]*)}", "``$1``")
            .replaceAll("(?s)\\{@link\\s+#([^}]*)}", "``$1``")
            .replaceAll("(?s)\\{@link\\s+([^}]*)}", "``$1``")
            .replaceAll("``org\\.e2spark\\.[a-z.]*", "``");
    return text.lines()
        .map(line -> line.isEmpty() ? "" : "    " + line)
        .collect(Collectors.joining("\n"))
        .strip();
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static String literal(Object value) {
    if (value instanceof Boolean truth) {
      return truth ? "True" : "False";
    }
    if (value instanceof String text) {
      return quoted(text);
    }
    if (value instanceof String[] texts) {
      return list(Arrays.stream(texts).map(PythonApi::quoted));
    }
    if (value instanceof int[] numbers) {
      return list(IntStream.of(numbers).mapToObj(Integer::toString));
    }
    if (value instanceof double[] numbers) {
      return list(DoubleStream.of(numbers).mapToObj(Double::toString));
    }
    return value.toString();
  }

  private static String list(java.util.stream.Stream<String> items) {
    return items.collect(Collectors.joining(", ", "[", "]"));
  }

  /** What a Param is in Python. */
  private enum Kind {
    WHOLE("int", "int", "toInt"),
    NUMBER("float", "float", "toFloat"),
    TRUTH("bool", "bool", "toBoolean"),
    TEXT("str", "str", "toString"),
    WHOLES("list[int]", "Sequence[int]", "toListInt"),
    NUMBERS("list[float]", "Sequence[float]", "toListFloat"),
    TEXTS("list[str]", "Sequence[str]", "toListString");

    /** Of the value. */
    final String type;

    /** Of what a caller may give. */
    final String taken;

    final String converter;

    Kind(String type, String taken, String converter) {
      this.type = type;
      this.taken = taken;
      this.converter = converter;
    }

    static Kind of(Param<?> param) {
      if (param instanceof IntParam || param instanceof LongParam) {
        return WHOLE;
      }
      if (param instanceof DoubleParam || param instanceof FloatParam) {
        return NUMBER;
      }
      if (param instanceof BooleanParam) {
        return TRUTH;
      }
      if (param instanceof IntArrayParam) {
        return WHOLES;
      }
      if (param instanceof DoubleArrayParam) {
        return NUMBERS;
      }
      if (param instanceof StringArrayParam) {
        return TEXTS;
      }
      if (param.getClass() == Param.class) {
        return TEXT;
      }
      throw new IllegalArgumentException(
          "Param " + param + " is a " + param.getClass().getName() + ", which Python lacks");
    }
  }
}
