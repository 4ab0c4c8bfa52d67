package org.e2spark.ml;

import java.util.List;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.classification.ClassificationModel;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.e2spark.data.source.ImageCells;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.data.task.UserPath;
import org.e2spark.engine.ClusterPreflight;
import org.e2spark.infer.LoadedNetwork;
import org.e2spark.savedmodel.SavedModel;

/**
 * A network that {@link EquivariantClassifier} has trained; it adds logits, probabilities and the
 * class to images.
 *
 * <p>It is no {@code ProbabilisticClassificationModel}, which Java cannot extend (a method is twice
 * in it); its Params and columns are those of one. Saved, it is Spark ML's metadata and, in the
 * folder {@code network}, a {@link SavedModel}.
 */
public final class EquivariantClassificationModel
    extends ClassificationModel<Vector, EquivariantClassificationModel> implements MLWritable {

  private static final long serialVersionUID = 1L;
  private static final String NETWORK = "network";

  private String uid;
  private final ImageParams images;
  private final SavedModel network;
  private transient SparkContext sentBy;
  private transient Broadcast<byte[]> sent;

  /** Without a network, only good for being asked for its Params; Spark's loaders need it. */
  public EquivariantClassificationModel() {
    this(Uids.next(null), null);
  }

  /** As {@link #EquivariantClassificationModel()}, with a given uid. */
  public EquivariantClassificationModel(String uid) {
    this(Uids.next(uid), null);
  }

  EquivariantClassificationModel(String uid, SavedModel network) {
    this(Uids.next(uid), network);
  }

  private EquivariantClassificationModel(Void unused, SavedModel network) {
    this.images = new ImageParams(this);
    this.network = network;
  }

  @Override
  public String uid() {
    if (uid == null) {
      uid = Uids.take("equivariantClassificationModel");
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

  /** The column of probabilities; none if empty. */
  public Param<String> probabilityCol() {
    return images.probabilityCol;
  }

  /** Sets {@link #probabilityCol}. */
  public EquivariantClassificationModel setProbabilityCol(String value) {
    set(probabilityCol(), value);
    return this;
  }

  /** Sets {@link #imageFormat}, for images that come otherwise than those of the training. */
  public EquivariantClassificationModel setImageFormat(String value) {
    set(imageFormat(), value);
    return this;
  }

  /** The classes' names, by label. */
  public List<String> classNames() {
    return network().card().classNames();
  }

  @Override
  public int numClasses() {
    return classNames().size();
  }

  @Override
  public int numFeatures() {
    return network().card().channels() * network().card().height() * network().card().width();
  }

  private SavedModel network() {
    return Objects.requireNonNull(network, "This model has no network: fit or load one");
  }

  /**
   * The columns with those that the model adds.
   *
   * @throws IllegalArgumentException if there are no images, or a column is there already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    images.cells(schema, getFeaturesCol());
    return PredictionColumns.of(this).append(schema);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    SparkContext context = dataset.sparkSession().sparkContext();
    ClusterPreflight cluster = new ClusterPreflight(context);
    PredictTask task =
        new PredictTask(
            sent(context),
            cluster.threads(cluster.slots()),
            udf(dataset.schema()),
            dataset.schema().fieldIndex(getFeaturesCol()),
            PredictionColumns.of(this));
    return dataset.toDF().mapPartitions(task, Encoders.row(schema));
  }

  /** What executors fetch once, however often the model transforms. */
  private synchronized Broadcast<byte[]> sent(SparkContext context) {
    if (sentBy != context) {
      sent = TaskBoundary.broadcast(JavaSparkContext.fromSparkContext(context), network());
      sentBy = context;
    }
    return sent;
  }

  private ImageUdf udf(StructType schema) {
    ImageCells cells = images.cells(schema, getFeaturesCol());
    return new ImageUdf(cells, getFeaturesCol());
  }

  /** The logits of one image: whole numbers from 0 to 255, (channels, height, width). */
  @Override
  public Vector predictRaw(Vector features) {
    StructType vectors =
        new StructType().add(getFeaturesCol(), new org.apache.spark.ml.linalg.VectorUDT());
    try (LoadedNetwork loaded = LoadedNetwork.load(network(), 1)) {
      float[] logits = loaded.logits(List.of(udf(vectors).call(features)))[0];
      double[] scores = new double[logits.length];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = logits[i];
      }
      return new DenseVector(scores);
    }
  }

  @Override
  public EquivariantClassificationModel copy(ParamMap extra) {
    EquivariantClassificationModel copy = new EquivariantClassificationModel(uid(), network);
    return copyValues(copy, extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new Writer(this);
  }

  /** Reads what was saved. */
  public static MLReader<EquivariantClassificationModel> read() {
    return new Reader();
  }

  /** Reads what was saved at a path. */
  public static EquivariantClassificationModel load(String path) {
    return read().load(path);
  }

  private static final class Writer extends MLWriter {
    private final EquivariantClassificationModel model;

    Writer(EquivariantClassificationModel model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      Configuration configuration = sparkSession().sparkContext().hadoopConfiguration();
      DefaultParamsWriter$.MODULE$.saveMetadata(model, path, sparkSession());
      model
          .network()
          .write(new Path(UserPath.qualify(path, configuration), NETWORK), configuration);
    }
  }

  private static final class Reader extends MLReader<EquivariantClassificationModel> {
    @Override
    public EquivariantClassificationModel load(String path) {
      Configuration configuration = sparkSession().sparkContext().hadoopConfiguration();
      DefaultParamsReader.Metadata metadata =
          DefaultParamsReader$.MODULE$.loadMetadata(
              path, sparkSession(), EquivariantClassificationModel.class.getName());
      SavedModel network =
          SavedModel.read(new Path(UserPath.qualify(path, configuration), NETWORK), configuration);
      EquivariantClassificationModel model =
          new EquivariantClassificationModel(metadata.uid(), network);
      metadata.getAndSetParams(model, metadata.getAndSetParams$default$2());
      return model;
    }
  }
}
