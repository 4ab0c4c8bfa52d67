package org.e2spark.data.query;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.classic.UserDefinedFunctionUtils$;
import org.apache.spark.sql.expressions.SparkUserDefinedFunction;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataType;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** Adds functions to the SQL of sessions. */
public final class SqlFunctions {

  private SqlFunctions() {}

  /** Makes a function where a query calls it. */
  @FunctionalInterface
  public interface Maker {
    /**
     * A function of the first argument.
     *
     * @param types of the arguments
     * @param constants the arguments that are texts in the query; empty for others
     * @throws IllegalArgumentException if there are no such arguments
     */
    UserDefinedFunction make(List<DataType> types, List<Optional<String>> constants);
  }

  /** Adds a function under a name. */
  public static void add(SparkSessionExtensions extensions, String name, Maker maker) {
    extensions.injectFunction(
        new Tuple3<>(
            FunctionIdentifier.apply(name),
            new ExpressionInfo(maker.getClass().getName(), name),
            new Builder(maker)));
  }

  private static final class Builder extends AbstractFunction1<Seq<Expression>, Expression> {
    private final Maker maker;

    Builder(Maker maker) {
      this.maker = maker;
    }

    @Override
    public Expression apply(Seq<Expression> arguments) {
      List<Expression> given = CollectionConverters.asJava(arguments);
      UserDefinedFunction function =
          maker.make(
              given.stream().map(Expression::dataType).toList(),
              given.stream().map(Builder::constant).toList());
      return UserDefinedFunctionUtils$.MODULE$.toScalaUDF(
          (SparkUserDefinedFunction) function,
          CollectionConverters.asScala(given.subList(0, 1)).toSeq());
    }

    private static Optional<String> constant(Expression argument) {
      return argument instanceof Literal text
          ? Optional.of(Objects.toString(text.value()))
          : Optional.empty();
    }
  }
}
