package org.e2spark.ml;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.classification.ClassificationModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.HasTrainingSummary;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.e2spark.data.source.ImageShape;
import org.e2spark.infer.IdentifiedModel;
import org.e2spark.infer.ImageColumn;
import org.e2spark.infer.Inference;
import org.e2spark.infer.InferenceColumns;
import org.e2spark.infer.VectorForm;
import org.e2spark.savedmodel.ModelCard;
import scala.Option;

/**
 * A network that {@link EquivariantClassifier} has trained; it adds logits, probabilities and the
 * class to images.
 *
 * <p>It is no {@code ProbabilisticClassificationModel}, which Java cannot extend (a method is twice
 * in it); its Params and columns are those of one. Saved, it is Spark ML's metadata and, in the
 * folder {@code network}, a {@link org.e2spark.savedmodel.SavedModel}.
 */
public final class EquivariantClassificationModel
    extends ClassificationModel<Vector, EquivariantClassificationModel>
    implements MLWritable, HasTrainingSummary<EquivariantTrainingSummary> {

  private static final long serialVersionUID = 1L;

  private String uid;
  private final ImageParams images;
  private final PredictionParams predictions;
  private final IdentifiedModel network;
  private Option<EquivariantTrainingSummary> summary = Option.empty();

  /** Without a network, only good for being asked for its Params; Spark's loaders need it. */
  public EquivariantClassificationModel() {
    this(Uids.next(null), null);
  }

  /** As {@link #EquivariantClassificationModel()}, with a given uid. */
  public EquivariantClassificationModel(String uid) {
    this(Uids.next(uid), null);
  }

  EquivariantClassificationModel(String uid, IdentifiedModel network) {
    this(Uids.next(uid), network);
  }

  private EquivariantClassificationModel(Void unused, IdentifiedModel network) {
    this.images = new ImageParams(this);
    this.predictions = new PredictionParams(this);
    this.network = network;
  }

  @Override
  public String uid() {
    if (uid == null) {
      uid = Uids.take("equivariantClassificationModel");
    }
    return uid;
  }

  /** What a binary column holds: {@code encoded}, {@code chw} or {@code hwc}. */
  public Param<String> imageFormat() {
    return images.imageFormat;
  }

  /** What becomes of images of other sizes: {@code refuse} or {@code resize}. */
  public Param<String> imageSizes() {
    return images.imageSizes;
  }

  /** What becomes of rows whose image cannot be read: {@code error}, {@code skip}, {@code keep}. */
  public Param<String> handleInvalid() {
    return images.handleInvalid;
  }

  /** The column of reasons why images cannot be read, where rows are kept. */
  public Param<String> invalidReasonCol() {
    return images.invalidReasonCol;
  }

  /** The column of probabilities; none if empty. */
  public Param<String> probabilityCol() {
    return predictions.probabilityCol;
  }

  /** What probabilities are divided by before the largest is chosen. */
  public DoubleArrayParam thresholds() {
    return predictions.thresholds;
  }

  private <T> EquivariantClassificationModel with(Param<T> param, T value) {
    set(param, value);
    return this;
  }

  /** Sets {@link #probabilityCol}. */
  public EquivariantClassificationModel setProbabilityCol(String value) {
    return with(probabilityCol(), value);
  }

  /** Sets {@link #thresholds}. */
  public EquivariantClassificationModel setThresholds(double[] values) {
    return with(thresholds(), values.clone());
  }

  /** Sets {@link #imageFormat}, for images that come otherwise than those of the training. */
  public EquivariantClassificationModel setImageFormat(String value) {
    return with(imageFormat(), value);
  }

  /** Sets {@link #imageSizes}. */
  public EquivariantClassificationModel setImageSizes(String value) {
    return with(imageSizes(), value);
  }

  /** Sets {@link #handleInvalid}. */
  public EquivariantClassificationModel setHandleInvalid(String value) {
    return with(handleInvalid(), value);
  }

  /** Sets {@link #invalidReasonCol}. */
  public EquivariantClassificationModel setInvalidReasonCol(String value) {
    return with(invalidReasonCol(), value);
  }

  /** How the training went; none for a model that was loaded. */
  @Override
  public Option<EquivariantTrainingSummary> trainingSummary() {
    return summary;
  }

  @Override
  public void trainingSummary_$eq(Option<EquivariantTrainingSummary> value) {
    summary = value;
  }

  EquivariantClassificationModel withSummary(EquivariantTrainingSummary value) {
    summary = Option.apply(value);
    return this;
  }

  /** Called by Spark Connect from 4.1 on, which puts models that rest on its server's disk. */
  @SuppressWarnings("MissingOverride") // Spark 4.0 has none to override
  public void saveSummary(String path) {
    summary().save(Path.of(path));
  }

  /** Called by Spark Connect from 4.1 on, with what {@link #saveSummary} has written. */
  @SuppressWarnings("MissingOverride") // as above
  public void loadSummary(String path, Dataset<Row> training) {
    summary = Option.apply(EquivariantTrainingSummary.load(Path.of(path)));
  }

  /** The classes' names, by label. */
  public List<String> classNames() {
    return card().classNames();
  }

  @Override
  public int numClasses() {
    return classNames().size();
  }

  @Override
  public int numFeatures() {
    return shape().size();
  }

  private IdentifiedModel network() {
    return Objects.requireNonNull(network, "This model has no network: fit or load one");
  }

  private ModelCard card() {
    return network().model().card();
  }

  private ImageShape shape() {
    return card().shape();
  }

  private InferenceColumns columns() {
    return predictions
        .columns(getRawPredictionCol(), getPredictionCol(), classNames())
        .withReason(images.reason());
  }

  /**
   * What gives the network's features, such as those of layer {@code features.7}: an image's vector
   * rather than its class.
   *
   * @param layer a name; empty for the vector that the network decides by
   */
  public EquivariantFeatureExtractor featureExtractor(String layer) {
    EquivariantFeatureExtractor extractor =
        new EquivariantFeatureExtractor(null, network())
            .setInputCol(getFeaturesCol())
            .setLayer(layer)
            .setImageFormat(getOrDefault(imageFormat()))
            .setImageSizes(getOrDefault(imageSizes()))
            .setHandleInvalid(getOrDefault(handleInvalid()))
            .setInvalidReasonCol(getOrDefault(invalidReasonCol()));
    extractor.network();
    return extractor;
  }

  /**
   * The columns with those that the model adds.
   *
   * @throws IllegalArgumentException if there are no images, or a column is there already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    images.column(schema, getFeaturesCol(), shape());
    return columns().append(schema);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    ImageColumn column = images.column(dataset.schema(), getFeaturesCol(), shape());
    return new Inference(network(), null, columns(), images.invalid()).transform(dataset, column);
  }

  /** The logits of one image: whole numbers from 0 to 255, (channels, height, width). */
  @Override
  public Vector predictRaw(Vector features) {
    StructType vectors = new StructType().add(getFeaturesCol(), new VectorUDT());
    byte[] pixels = images.column(vectors, getFeaturesCol(), shape()).pixels(features);
    return (Vector) VectorForm.ML_VECTOR.of(Inference.apply(network(), pixels).logits());
  }

  @Override
  public EquivariantClassificationModel copy(ParamMap extra) {
    EquivariantClassificationModel copy = new EquivariantClassificationModel(uid(), network);
    copy.summary = summary;
    return copyValues(copy, extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new NetworkFolder.Writer(this, network());
  }

  /** Reads what was saved. */
  public static MLReader<EquivariantClassificationModel> read() {
    return new NetworkFolder.Reader<>(
        EquivariantClassificationModel.class, EquivariantClassificationModel::new);
  }

  /** Reads what was saved at a path. */
  public static EquivariantClassificationModel load(String path) {
    return read().load(path);
  }
}
