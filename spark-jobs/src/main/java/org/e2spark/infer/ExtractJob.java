package org.e2spark.infer;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.e2spark.engine.RunDirectory;
import org.e2spark.infer.ExtractOptions.Predictions;
import org.e2spark.infer.ExtractOptions.TableFormat;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.train.RequirementException;

/**
 * Writes a table of what a trained network says of images: their features, and their classes if
 * asked, beside the columns that they came with.
 *
 * <p>Columns: those of the input, without pixels of shards and contents of files; {@code features},
 * an array of float32; {@code probabilities}, an array of float32, {@code prediction} and {@code
 * className} on request; {@code invalidReason} where images that cannot be read are kept.
 */
public final class ExtractJob {

  private static final String REASON = "invalidReason";
  private static final String IN_ALL = "rows";
  private static final String READABLE = "readable";

  private ExtractJob() {}

  /**
   * What was written.
   *
   * @param rows of the table
   * @param invalid images that could not be read
   * @param seconds it took
   */
  public record Extracted(long rows, long invalid, double seconds) {}

  /**
   * Extracts.
   *
   * @throws RequirementException when the output is there, the input is not, or the model has no
   *     such features
   * @throws org.e2spark.checkpoint.CheckpointException when there is no whole model
   */
  public static Extracted run(SparkSession spark, ExtractOptions asked) {
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    ExtractOptions options = asked.qualified(configuration);
    IdentifiedModel model =
        IdentifiedModel.of(
            SavedModel.read(
                RunDirectory.modelIn(new Path(options.model()), configuration), configuration));
    Path to = new Path(options.to());
    Dataset<Row> rows;
    Observation seen = new Observation();
    try {
      rows = rows(ExtractInput.open(spark, options), model, options, seen);
    } catch (IllegalArgumentException e) {
      throw new RequirementException(e.getMessage(), e);
    }
    ExtractOutput output = new ExtractOutput(to, configuration);
    ExtractOutput.Extraction extraction =
        new ExtractOutput.Extraction(model.fingerprint(), options, false, 0, 0);
    output.begin(extraction);
    long began = System.nanoTime();
    rows.write()
        .mode(SaveMode.Append)
        .format(options.format() == TableFormat.DELTA ? "delta" : "parquet")
        .save(to.toString());
    Map<String, Object> counts = counts(seen);
    long all = (long) counts.get(IN_ALL);
    long invalid = all - (long) counts.get(READABLE);
    long written = options.invalid() == InvalidImages.SKIP ? all - invalid : all;
    output.write(extraction.done(written, invalid));
    return new Extracted(written, invalid, (System.nanoTime() - began) / 1e9);
  }

  private static Map<String, Object> counts(Observation seen) {
    try {
      return seen.getAsJava();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RequirementException("Stopped before it was known what was written", e);
    }
  }

  private static Dataset<Row> rows(
      ExtractInput input, IdentifiedModel model, ExtractOptions options, Observation seen) {
    InferenceColumns columns =
        InferenceColumns.none(VectorForm.FLOAT_ARRAY, model.model().card().classNames());
    if (options.request() != null) {
      columns = columns.withFeatures("features");
    }
    if (options.predictions() == Predictions.ADDED) {
      columns =
          columns.withPredictions("", "probabilities", "prediction").withClassName("className");
    }
    boolean strict = options.invalid() == InvalidImages.ERROR;
    ImageColumn image =
        ImageColumn.of(
            input.rows().schema(),
            input.column(),
            input.binary(),
            model.model().card().shape(),
            options.sizes());
    Dataset<Row> rows =
        new Inference(
                model,
                options.request(),
                strict ? columns : columns.withReason(REASON),
                strict ? InvalidImages.ERROR : InvalidImages.KEEP)
            .transform(input.rows(), image);
    rows =
        rows.observe(
            seen,
            count(lit(1)).as(IN_ALL),
            strict
                ? count(lit(1)).as(READABLE)
                : count(org.apache.spark.sql.functions.when(col(REASON).isNull(), 1)).as(READABLE));
    if (options.invalid() == InvalidImages.SKIP) {
      rows = rows.filter(col(REASON).isNull()).drop(REASON);
    }
    return input.copied() ? rows : rows.drop(input.column());
  }
}
