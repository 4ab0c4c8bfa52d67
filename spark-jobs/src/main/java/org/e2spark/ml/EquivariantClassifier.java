package org.e2spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.Classifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.e2spark.data.prepare.ShardedDataset;
import org.e2spark.data.prepare.SpillOptions;
import org.e2spark.data.source.ImageCells;
import org.e2spark.data.task.UserPath;
import org.e2spark.engine.RunOptions;
import org.e2spark.engine.TrainJob;
import org.e2spark.engine.TrainResult;
import org.e2spark.events.TrainListener;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.text.Text;

/**
 * Trains an equivariant network on a DataFrame's images, as Spark ML's other classifiers are
 * trained.
 *
 * <p>{@code featuresCol} holds the images: Spark's image structure (BGR), encoded bytes as of the
 * {@code binaryFile} source, arrays or vectors of whole numbers from 0 to 255, (channels, height,
 * width). {@code labelCol} holds whole numbers from 0; class names are taken from its metadata,
 * which {@code StringIndexer} writes. An image that cannot be read stops the training.
 *
 * <p>For the time of a training, images lie in {@code store}, a folder that driver and executors
 * all see; on a local master it may be left out.
 */
public final class EquivariantClassifier
    extends Classifier<Vector, EquivariantClassifier, EquivariantClassificationModel>
    implements DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private String uid;
  private final ImageParams images;
  private final TrainParams training;

  /** With a uid of its own. */
  public EquivariantClassifier() {
    this(Uids.next(null));
  }

  /** With a given uid. */
  public EquivariantClassifier(String uid) {
    this(Uids.next(uid));
  }

  private EquivariantClassifier(Void unused) {
    images = new ImageParams(this);
    training = new TrainParams(this);
  }

  @Override
  public String uid() {
    if (uid == null) {
      uid = Uids.take("equivariantClassifier");
    }
    return uid;
  }

  /** Channels, height and width of every image. */
  public IntArrayParam imageShape() {
    return images.imageShape;
  }

  /** What a binary column holds: {@code encoded}, {@code chw} or {@code hwc}. */
  public Param<String> imageFormat() {
    return images.imageFormat;
  }

  /** The network's name. */
  public Param<String> preset() {
    return training.preset;
  }

  /** Times through the images. */
  public IntParam maxEpochs() {
    return training.maxEpochs;
  }

  /** Images of a step, over all workers. */
  public IntParam batchSize() {
    return training.batchSize;
  }

  /** Images of each pass; 0 for a worker's whole part of the batch. */
  public IntParam microBatchSize() {
    return training.microBatchSize;
  }

  /** The highest learning rate. */
  public DoubleParam learningRate() {
    return training.learningRate;
  }

  /** What happens to each image in each epoch. */
  public Param<String> augmentation() {
    return training.augmentation;
  }

  /** How pixels become numbers: {@code unit} or {@code standard}. */
  public Param<String> inputScale() {
    return training.inputScale;
  }

  /** How many workers; 0 for one an executor. */
  public IntParam numWorkers() {
    return training.numWorkers;
  }

  /** Of the first weights, the order of images and the augmentation. */
  public LongParam seed() {
    return training.seed;
  }

  /** A folder that driver and executors all see. */
  public Param<String> store() {
    return training.store;
  }

  /** Sets {@link #imageShape}. */
  public EquivariantClassifier setImageShape(int channels, int height, int width) {
    set(imageShape(), new int[] {channels, height, width});
    return this;
  }

  /** Sets {@link #imageFormat}. */
  public EquivariantClassifier setImageFormat(String value) {
    set(imageFormat(), value);
    return this;
  }

  /** Sets {@link #preset}. */
  public EquivariantClassifier setPreset(String value) {
    set(preset(), value);
    return this;
  }

  /** Sets {@link #maxEpochs}. */
  public EquivariantClassifier setMaxEpochs(int value) {
    set(maxEpochs(), value);
    return this;
  }

  /** Sets {@link #batchSize}. */
  public EquivariantClassifier setBatchSize(int value) {
    set(batchSize(), value);
    return this;
  }

  /** Sets {@link #microBatchSize}. */
  public EquivariantClassifier setMicroBatchSize(int value) {
    set(microBatchSize(), value);
    return this;
  }

  /** Sets {@link #learningRate}. */
  public EquivariantClassifier setLearningRate(double value) {
    set(learningRate(), value);
    return this;
  }

  /** Sets {@link #augmentation}. */
  public EquivariantClassifier setAugmentation(String value) {
    set(augmentation(), value);
    return this;
  }

  /** Sets {@link #inputScale}. */
  public EquivariantClassifier setInputScale(String value) {
    set(inputScale(), value);
    return this;
  }

  /** Sets {@link #numWorkers}. */
  public EquivariantClassifier setNumWorkers(int value) {
    set(numWorkers(), value);
    return this;
  }

  /** Sets {@link #seed}. */
  public EquivariantClassifier setSeed(long value) {
    set(seed(), value);
    return this;
  }

  /** Sets {@link #store}. */
  public EquivariantClassifier setStore(String value) {
    set(store(), value);
    return this;
  }

  /** The column of probabilities; none if empty. */
  public Param<String> probabilityCol() {
    return images.probabilityCol;
  }

  /** Sets {@link #probabilityCol}. */
  public EquivariantClassifier setProbabilityCol(String value) {
    set(probabilityCol(), value);
    return this;
  }

  /**
   * The columns that the model will give.
   *
   * @throws IllegalArgumentException if a column or a Param does not allow a training
   */
  @Override
  public StructType transformSchema(StructType schema) {
    images.cells(schema, getFeaturesCol());
    if (!List.of(schema.fieldNames()).contains(getLabelCol())) {
      throw new IllegalArgumentException(
          Text.format(
              "No column '%s' (there are: %s)",
              getLabelCol(), String.join(", ", schema.fieldNames())));
    }
    StructField label = schema.apply(getLabelCol());
    if (!(label.dataType() instanceof NumericType)) {
      throw new IllegalArgumentException(
          Text.format(
              "Column '%s' is of type %s (must be numbers from 0; StringIndexer makes them of"
                  + " strings)",
              getLabelCol(), label.dataType().catalogString()));
    }
    training.options("unknown yet");
    return PredictionColumns.of(this).append(schema);
  }

  @Override
  public EquivariantClassificationModel train(Dataset<?> dataset) {
    SparkSession spark = dataset.sparkSession();
    ImageCells cells = images.cells(dataset.schema(), getFeaturesCol());
    Dataset<Row> columns =
        dataset.select(
            udf(new ImageUdf(cells, getFeaturesCol()), DataTypes.BinaryType)
                .apply(col(getFeaturesCol()))
                .as("image"),
            col(getLabelCol()).as("label"));
    SpillOptions spill =
        SpillOptions.of(cells.shape())
            .withClassNames(classNames(dataset.schema().apply(getLabelCol())));
    if (isSet(store())) {
      spill = spill.withFolder(new Path(getOrDefault(store())));
    } else if (!spark.sparkContext().master().startsWith("local")) {
      throw new IllegalArgumentException(
          "Executors of "
              + spark.sparkContext().master()
              + " cannot read from the driver's temporary folder: set store to a folder they all"
              + " see (HDFS, object store, shared disk)");
    }
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    try (ShardedDataset shards = ShardedDataset.from(columns, "image", "label", spill)) {
      Path run = new Path(shards.directory().getParent(), "e2spark-run-" + UUID.randomUUID());
      try {
        TrainResult result =
            TrainJob.run(
                spark,
                training.options(shards.directory().toString()),
                RunOptions.in(run.toString()).withWorkers((int) getOrDefault(numWorkers())),
                TrainListener.NONE);
        Path directory = UserPath.qualify(result.model(), configuration);
        return new EquivariantClassificationModel(uid(), SavedModel.read(directory, configuration));
      } finally {
        delete(run, configuration);
      }
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
