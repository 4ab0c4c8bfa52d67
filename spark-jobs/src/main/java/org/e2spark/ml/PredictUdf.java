package org.e2spark.ml;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.e2spark.data.source.SizeConversion;
import org.e2spark.data.source.TableImages;
import org.e2spark.infer.IdentifiedModel;
import org.e2spark.infer.ImageColumn;
import org.e2spark.infer.InferenceColumns;
import org.e2spark.infer.RowInference;
import org.e2spark.infer.VectorForm;
import org.e2spark.savedmodel.ModelCard;

/** What {@code e2spark_predict} computes of one image. */
final class PredictUdf implements UDF1<Object, Row> {

  /** The model's directory, or a run's. */
  static final String MODEL = "spark.e2spark.predict.model";

  private static final long serialVersionUID = 1L;
  private static final String IMAGE = "image";

  private final ImageColumn image;
  private final RowInference inference;

  private PredictUdf(ImageColumn image, RowInference inference) {
    this.image = image;
    this.inference = inference;
  }

  /**
   * The function on its arguments, with the model that the session names.
   *
   * @throws IllegalArgumentException if it names none, or the arguments are no image
   */
  static UserDefinedFunction of(List<DataType> types, List<Optional<String>> constants) {
    if (types.isEmpty() || types.size() > 2) {
      throw new IllegalArgumentException(
          E2SparkExtensions.FUNCTION
              + " takes an image and, if it is binary, what it holds, not "
              + types.size()
              + " arguments");
    }
    SparkSession spark = SparkSession.active();
    String path = spark.conf().get(MODEL, "");
    if (path.isEmpty()) {
      throw new IllegalArgumentException(
          E2SparkExtensions.FUNCTION + " needs a model: SET " + MODEL + " = its directory");
    }
    IdentifiedModel model = NetworkFolder.model(path, spark.sparkContext().hadoopConfiguration());
    ModelCard card = model.model().card();
    StructType schema = new StructType().add(IMAGE, types.get(0));
    ImageColumn image =
        ImageColumn.of(schema, IMAGE, binary(constants), card.shape(), SizeConversion.NONE);
    InferenceColumns columns =
        InferenceColumns.none(VectorForm.FLOAT_ARRAY, card.classNames())
            .withPredictions("", "probabilities", "prediction")
            .withClassName("className");
    return functions
        .udf(
            new PredictUdf(image, RowInference.of(spark.sparkContext(), model, columns)),
            columns.append(new StructType()))
        .withName(E2SparkExtensions.FUNCTION);
  }

  private static TableImages binary(List<Optional<String>> constants) {
    return constants.size() == 1
        ? TableImages.ENCODED
        : ImageParams.binary(constants.get(1).orElse(""));
  }

  @Override
  public Row call(Object value) {
    return value == null ? null : inference.apply(image.pixels(value));
  }
}
