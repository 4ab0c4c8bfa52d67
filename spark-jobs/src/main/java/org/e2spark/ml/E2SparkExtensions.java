package org.e2spark.ml;

import org.apache.spark.sql.SparkSessionExtensions;
import org.e2spark.data.query.SqlFunctions;
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

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    SqlFunctions.add(extensions, FUNCTION, PredictUdf::of);
    return BoxedUnit.UNIT;
  }
}
