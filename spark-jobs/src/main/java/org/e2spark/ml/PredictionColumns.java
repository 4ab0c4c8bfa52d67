package org.e2spark.ml;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that a model adds, in Spark ML's order; one whose name is empty is left out.
 *
 * @param raw logits
 * @param probability their softmax
 * @param prediction index of the class
 */
record PredictionColumns(String raw, String probability, String prediction)
    implements Serializable {

  static PredictionColumns of(Params owner) {
    return new PredictionColumns(
        name(owner, "rawPredictionCol"),
        name(owner, "probabilityCol"),
        name(owner, "predictionCol"));
  }

  private static String name(Params owner, String param) {
    Param<Object> column = owner.getParam(param);
    return (String) owner.getOrDefault(column);
  }

  /**
   * The schema with the columns.
   *
   * @throws IllegalArgumentException if it has one of them already
   */
  StructType append(StructType schema) {
    StructType all = add(schema, raw, new VectorUDT());
    all = add(all, probability, new VectorUDT());
    return add(all, prediction, DataTypes.DoubleType);
  }

  private static StructType add(StructType schema, String name, DataType type) {
    if (name.isEmpty()) {
      return schema;
    }
    if (Arrays.asList(schema.fieldNames()).contains(name)) {
      throw new IllegalArgumentException(
          "Column '" + name + "' is there already: drop it, or name the model's otherwise");
    }
    return schema.add(name, type, false);
  }

  /** The values of the columns. */
  List<Object> values(float[] logits) {
    double[] scores = new double[logits.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = logits[i];
    }
    double[] probabilities = softmax(scores.clone());
    List<Object> values = new ArrayList<>();
    if (!raw.isEmpty()) {
      values.add(new DenseVector(scores));
    }
    if (!probability.isEmpty()) {
      values.add(new DenseVector(probabilities));
    }
    if (!prediction.isEmpty()) {
      values.add((double) largest(scores));
    }
    return values;
  }

  private static int largest(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  /** Makes probabilities of logits, in place. */
  static double[] softmax(double[] values) {
    double most = Arrays.stream(values).max().orElse(0);
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(values[i] - most);
      sum += values[i];
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
    return values;
  }
}
