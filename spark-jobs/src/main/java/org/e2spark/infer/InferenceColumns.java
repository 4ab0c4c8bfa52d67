package org.e2spark.infer;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.e2spark.train.Softmax;

/**
 * The columns that are added to images, in this order; one whose name is empty is left out.
 *
 * @param features of the images
 * @param raw logits
 * @param probability their softmax
 * @param prediction index of the class
 * @param className its name
 * @param reason why an image cannot be read, or null
 * @param form of features, logits and probabilities
 * @param thresholds the class whose probability is the largest multiple of its threshold is
 *     predicted; empty for the largest probability
 * @param classNames by label; empty where they are not known
 */
public record InferenceColumns(
    String features,
    String raw,
    String probability,
    String prediction,
    String className,
    String reason,
    VectorForm form,
    List<Double> thresholds,
    List<String> classNames)
    implements Serializable {

  /** Copies the lists. */
  public InferenceColumns {
    thresholds = List.copyOf(thresholds);
    classNames = List.copyOf(classNames);
  }

  /** None at all, to begin with. */
  public static InferenceColumns none(VectorForm form, List<String> classNames) {
    return new InferenceColumns("", "", "", "", "", "", form, List.of(), classNames);
  }

  /** The same with a column of features. */
  public InferenceColumns withFeatures(String name) {
    return new InferenceColumns(
        name, raw, probability, prediction, className, reason, form, thresholds, classNames);
  }

  /** The same with columns of what the network takes images for. */
  public InferenceColumns withPredictions(String logits, String softmax, String label) {
    return new InferenceColumns(
        features, logits, softmax, label, className, reason, form, thresholds, classNames);
  }

  /** The same with a column of names of classes. */
  public InferenceColumns withClassName(String name) {
    return new InferenceColumns(
        features, raw, probability, prediction, name, reason, form, thresholds, classNames);
  }

  /** The same with a column that says why an image cannot be read. */
  public InferenceColumns withReason(String name) {
    return new InferenceColumns(
        features, raw, probability, prediction, className, name, form, thresholds, classNames);
  }

  /**
   * The same with thresholds.
   *
   * @param values one a class, at least 0, at most one of them 0; or none
   */
  public InferenceColumns withThresholds(List<Double> values) {
    if (!values.isEmpty() && !classNames.isEmpty() && values.size() != classNames.size()) {
      throw new IllegalArgumentException(
          values.size() + " thresholds for " + classNames.size() + " classes (one a class)");
    }
    return new InferenceColumns(
        features, raw, probability, prediction, className, reason, form, values, classNames);
  }

  /** Whether a column needs what comes before the logits. */
  boolean hasFeatures() {
    return !features.isEmpty();
  }

  /**
   * The schema with the columns.
   *
   * @throws IllegalArgumentException if it has one of them already
   */
  public StructType append(StructType schema) {
    StructType all = add(schema, features, form.type(), Metadata.empty());
    all = add(all, raw, form.type(), Metadata.empty());
    all = add(all, probability, form.type(), Metadata.empty());
    all = add(all, prediction, DataTypes.DoubleType, classes());
    all = add(all, className, DataTypes.StringType, Metadata.empty());
    return add(all, reason, DataTypes.StringType, Metadata.empty());
  }

  private Metadata classes() {
    return classNames.isEmpty()
        ? Metadata.empty()
        : NominalAttribute.defaultAttr()
            .withValues(classNames.toArray(String[]::new))
            .withName(prediction.isEmpty() ? "prediction" : prediction)
            .toMetadata();
  }

  private StructType add(StructType schema, String name, DataType type, Metadata metadata) {
    if (name.isEmpty()) {
      return schema;
    }
    if (Arrays.asList(schema.fieldNames()).contains(name)) {
      throw new IllegalArgumentException(
          "Column '" + name + "' is there already: drop it, or name the model's otherwise");
    }
    return schema.add(new StructField(name, type, !reason.isEmpty(), metadata));
  }

  private int count() {
    int count = 0;
    for (String name : List.of(features, raw, probability, prediction, className, reason)) {
      count += name.isEmpty() ? 0 : 1;
    }
    return count;
  }

  /** The values of the columns for an image. */
  List<Object> values(ExportedNetwork.Result result) {
    List<Object> values = new ArrayList<>();
    add(values, features, form.of(result.features()));
    add(values, raw, form.of(result.logits()));
    if (!probability.isEmpty() || !prediction.isEmpty() || !className.isEmpty()) {
      double[] probabilities = Softmax.of(result.logits());
      int best = predicted(probabilities);
      add(values, probability, form.of(probabilities));
      add(values, prediction, (double) best);
      add(values, className, best < classNames.size() ? classNames.get(best) : "");
    }
    add(values, reason, null);
    return values;
  }

  /** The values of the columns for what is no image. */
  List<Object> invalid(String why) {
    List<Object> values = new ArrayList<>(Collections.nCopies(count(), null));
    values.set(values.size() - 1, why);
    return values;
  }

  private static void add(List<Object> values, String column, Object value) {
    if (!column.isEmpty()) {
      values.add(value);
    }
  }

  /** As Spark ML's classifiers choose: a class of threshold 0 goes before all others. */
  private int predicted(double[] probabilities) {
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < probabilities.length; i++) {
      double threshold = thresholds.isEmpty() ? 1 : thresholds.get(i);
      double scaled = threshold == 0 ? Double.POSITIVE_INFINITY : probabilities[i] / threshold;
      if (scaled > most) {
        most = scaled;
        best = i;
      }
    }
    return best;
  }
}
