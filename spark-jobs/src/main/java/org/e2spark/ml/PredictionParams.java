package org.e2spark.ml;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.e2spark.infer.InferenceColumns;
import org.e2spark.infer.VectorForm;

/** The Params of whatever predicts, beside those that Spark ML's classifiers have themselves. */
final class PredictionParams {

  private final Params owner;
  final Param<String> probabilityCol;
  final DoubleArrayParam thresholds;

  PredictionParams(Params owner) {
    this.owner = owner;
    probabilityCol =
        TextParam.of(owner.uid(), "probabilityCol", "column of probabilities; none if empty");
    thresholds =
        new DoubleArrayParam(
            owner,
            "thresholds",
            "one a class, at least 0 and at most one of them 0: the class with the largest"
                + " probability / threshold is predicted");
    owner.setDefault(probabilityCol, "probability");
  }

  /**
   * The columns of a classifier.
   *
   * @param classNames by label; empty where they are not known yet
   * @throws IllegalArgumentException if thresholds are no such
   */
  InferenceColumns columns(String raw, String prediction, List<String> classNames) {
    return InferenceColumns.none(VectorForm.ML_VECTOR, classNames)
        .withPredictions(raw, owner.getOrDefault(probabilityCol), prediction)
        .withThresholds(thresholds());
  }

  private List<Double> thresholds() {
    if (!owner.isDefined(thresholds)) {
      return List.of();
    }
    double[] values = owner.getOrDefault(thresholds);
    if (!Arrays.stream(values).allMatch(value -> value >= 0)
        || IntStream.range(0, values.length).filter(i -> values[i] == 0).count() > 1) {
      throw new IllegalArgumentException(
          "Invalid thresholds: "
              + Arrays.toString(values)
              + " (must be at least 0, and at most one of them 0)");
    }
    return Arrays.stream(values).boxed().toList();
  }
}
