package org.e2spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.e2spark.data.prepare.ShardedDataset;
import org.e2spark.data.prepare.SpillOptions;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.task.UserPath;
import org.e2spark.engine.ClusterPreflight;
import org.e2spark.engine.TrainJob;
import org.e2spark.engine.TrainResult;
import org.e2spark.infer.IdentifiedModel;
import org.e2spark.infer.ImageColumn;
import org.e2spark.infer.InvalidImages;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.text.Text;
import org.e2spark.track.MlflowRun;
import org.e2spark.track.ModelName;
import org.e2spark.track.RunArtifacts;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains an equivariant network on a DataFrame's images, as Spark ML's other classifiers are
 * trained.
 *
 * <p>{@code featuresCol} holds the images: Spark's image structure (BGR), encoded bytes as of the
 * {@code binaryFile} source, arrays or vectors of whole numbers from 0 to 255, (channels, height,
 * width). {@code labelCol} holds whole numbers from 0; class names are taken from its metadata,
 * which {@code StringIndexer} writes. {@code weightCol} holds how much each row counts in the loss,
 * numbers from 0 in any unit; measurements on rows to validate on do not weigh.
 *
 * <p>For the time of a training, images lie in {@code store}, a folder that driver and executors
 * all see; on a local master it may be left out. Fits that are made at once share the cluster's
 * slots: those that find none free wait. Where the environment names a server of MLflow, each fit
 * is a run there, with the model.
 */
public final class EquivariantClassifier extends EquivariantClassifierParams
    implements DefaultParamsWritable {

  private static final long serialVersionUID = 1L;
  private static final Logger log = LoggerFactory.getLogger(EquivariantClassifier.class);

  private static final String IMAGE = "image";
  private static final String LABEL = "label";
  private static final String VALIDATES = "validates";
  private static final String WEIGHT = "weight";

  /** With a uid of its own. */
  public EquivariantClassifier() {
    super(Uids.next(null));
  }

  /** With a given uid. */
  public EquivariantClassifier(String uid) {
    super(Uids.next(uid));
  }

  /**
   * The columns that the model will give.
   *
   * @throws IllegalArgumentException if a column or a Param does not allow a training
   */
  @Override
  public StructType transformSchema(StructType schema) {
    images.column(schema, getFeaturesCol(), shape());
    requireNumbers(
        ImageColumn.field(schema, getLabelCol()), "from 0; StringIndexer makes them of strings");
    if (isNamed(validationIndicatorCol())) {
      StructField indicator = ImageColumn.field(schema, getOrDefault(validationIndicatorCol()));
      if (!(indicator.dataType() instanceof BooleanType)) {
        throw new IllegalArgumentException(
            Text.format(
                "Column '%s' is of type %s (must be boolean: true for rows to validate on)",
                indicator.name(), indicator.dataType().catalogString()));
      }
    }
    if (isNamed(weightCol())) {
      requireNumbers(ImageColumn.field(schema, getOrDefault(weightCol())), "at least 0");
    }
    training.options("unknown yet", validationSplit());
    running.options("unknown yet");
    return predictions
        .columns(getRawPredictionCol(), getPredictionCol(), List.of())
        .withReason(images.reason())
        .append(schema);
  }

  private static void requireNumbers(StructField column, String range) {
    if (!(column.dataType() instanceof NumericType)) {
      throw new IllegalArgumentException(
          Text.format(
              "Column '%s' is of type %s (must be numbers %s)",
              column.name(), column.dataType().catalogString(), range));
    }
  }

  private ImageShape shape() {
    return ImageParams.shape(this, imageShape());
  }

  private boolean isNamed(Param<String> column) {
    return isSet(column) && !getOrDefault(column).isEmpty();
  }

  private String validationSplit() {
    return isNamed(validationIndicatorCol()) ? ShardedDataset.VALIDATION : "";
  }

  /** How a fit's images are kept, for a label column's metadata. */
  private SpillOptions spill(SparkContext context, StructField label) {
    SpillOptions spill = SpillOptions.of(shape()).withClassNames(classNames(label));
    if (isNamed(validationIndicatorCol())) {
      spill = spill.withValidationColumn(VALIDATES);
    }
    if (isNamed(weightCol())) {
      spill = spill.withWeightColumn(WEIGHT);
    }
    if (isSet(store())) {
      return spill.withFolder(new Path(getOrDefault(store())));
    }
    requireOneMachine(context.master());
    return spill;
  }

  /**
   * Checks that executors see the driver's own folders.
   *
   * @throws IllegalArgumentException if they need not
   */
  static void requireOneMachine(String master) {
    if (!master.startsWith("local")) {
      throw new IllegalArgumentException(
          "Executors of "
              + master
              + " cannot read from the driver's local folder: set store to a folder they all see"
              + " (HDFS, object store, shared disk)");
    }
  }

  private Dataset<Row> columns(Dataset<?> dataset, LongAccumulator leftOut) {
    ImageColumn image = images.column(dataset.schema(), getFeaturesCol(), shape());
    List<Column> columns = new ArrayList<>();
    columns.add(
        udf(new PixelsUdf(image, images.invalid(), leftOut), DataTypes.BinaryType)
            .asNondeterministic() // or else a filter decodes every image a second time
            .apply(col(getFeaturesCol()))
            .as(IMAGE));
    columns.add(col(getLabelCol()).cast(DataTypes.DoubleType).as(LABEL));
    if (isNamed(validationIndicatorCol())) {
      columns.add(col(getOrDefault(validationIndicatorCol())).as(VALIDATES));
    }
    if (isNamed(weightCol())) {
      columns.add(col(getOrDefault(weightCol())).cast(DataTypes.DoubleType).as(WEIGHT));
    }
    Dataset<Row> chosen = dataset.select(columns.toArray(Column[]::new));
    return images.invalid() == InvalidImages.ERROR ? chosen : chosen.filter(col(IMAGE).isNotNull());
  }

  @Override
  public EquivariantClassificationModel train(Dataset<?> dataset) {
    SparkContext context = dataset.sparkSession().sparkContext();
    SpillOptions spill = spill(context, dataset.schema().apply(getLabelCol()));
    int asked = (int) getOrDefault(running.numWorkers);
    int workers = asked > 0 ? asked : new ClusterPreflight(context).defaultWorkers();
    LongAccumulator leftOut = context.longAccumulator();
    try (FitSlots slots = FitSlots.take(context, workers);
        ShardedDataset shards =
            ShardedDataset.from(columns(dataset, leftOut), IMAGE, LABEL, spill)) {
      if (leftOut.value() > 0) {
        log.warn(
            "{} images cannot be read and are left out of the training (those of a repeated task"
                + " counted again)",
            leftOut.value());
      }
      return train(dataset, shards);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrainingException("Stopped while waiting for the slots of other fits", e);
    }
  }

  private EquivariantClassificationModel train(Dataset<?> dataset, ShardedDataset shards) {
    Configuration configuration = dataset.sparkSession().sparkContext().hadoopConfiguration();
    Path run = new Path(shards.directory().getParent(), "e2spark-run-" + UUID.randomUUID());
    TrainOptions options = training.options(shards.directory().toString(), validationSplit());
    try (MlflowRun mlflow = mlflow(options)) {
      TrainResult result =
          TrainJob.run(dataset.sparkSession(), options, running.options(run.toString()), mlflow);
      mlflow.finished(
          folder -> RunArtifacts.write(result, configuration, "e2spark", folder), ModelName.NONE);
      Path directory = UserPath.qualify(result.model(), configuration);
      return new EquivariantClassificationModel(
              uid(), IdentifiedModel.of(SavedModel.read(directory, configuration)))
          .withSummary(new EquivariantTrainingSummary(result.history()));
    } finally {
      delete(run, configuration);
    }
  }

  /**
   * The run that this training is; what an address for clients of other languages names is none.
   */
  private static MlflowRun mlflow(TrainOptions options) {
    try {
      return MlflowRun.of(System.getenv(), options.preset());
    } catch (IllegalArgumentException e) {
      log.warn("The training is no run of MLflow: {}", e.getMessage());
      return MlflowRun.of(Map.of(), options.preset());
    }
  }

  private static void delete(Path run, Configuration configuration) {
    try {
      run.getFileSystem(configuration).delete(run, true);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + run + ": " + e.getMessage(), e);
    }
  }

  private static List<String> classNames(StructField label) {
    return Attribute.fromStructField(label) instanceof NominalAttribute names
            && names.values().isDefined()
        ? List.of(names.values().get())
        : List.of();
  }

  @Override
  public EquivariantClassifier copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads what was saved. */
  public static MLReader<EquivariantClassifier> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads what was saved at a path. */
  public static EquivariantClassifier load(String path) {
    return read().load(path);
  }
}
