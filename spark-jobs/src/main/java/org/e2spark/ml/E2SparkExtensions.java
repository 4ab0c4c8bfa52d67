package org.e2spark.ml;

import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Adds {@code e2spark_predict} to SQL, where {@code spark.sql.extensions} names this class:
 *
 * <pre>{@code
 * SET spark.e2spark.predict.model = runs/c16;
 * SELECT path, e2spark_predict(content).className FROM binaryFile.`images/`
 * }</pre>
 *
 * <p>The function takes an image, as the columns of {@link EquivariantClassifier} hold them, and
 * gives a structure of {@code prediction}, {@code className} and {@code probabilities}; null for
 * null. A second argument says what binary images are: {@code 'encoded'}, {@code 'chw'} or {@code
 * 'hwc'}. It sees one image at a time; {@link EquivariantClassificationModel} sees many at once and
 * is faster.
 */
public final class E2SparkExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {

  /** The function's name. */
  static final String FUNCTION = "e2spark_predict";

  private static final class Builder extends AbstractFunction1<Seq<Expression>, Expression> {
    @Override
    public Expression apply(Seq<Expression> arguments) {
      return PredictUdf.of(arguments);
    }
  }

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    extensions.injectFunction(
        new Tuple3<>(
            FunctionIdentifier.apply(FUNCTION),
            new ExpressionInfo(PredictUdf.class.getName(), FUNCTION),
            new Builder()));
    return BoxedUnit.UNIT;
  }
}
