package org.e2spark.ml;

import java.util.Locale;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.e2spark.infer.FeatureRequest;
import org.e2spark.infer.IdentifiedModel;
import org.e2spark.infer.ImageColumn;
import org.e2spark.infer.Inference;
import org.e2spark.infer.InferenceColumns;
import org.e2spark.infer.VectorForm;
import org.e2spark.model.FeatureKind;
import org.e2spark.savedmodel.ModelCard;

/**
 * Makes vectors of images, as a layer of a trained network sees them: for nearest neighbours,
 * clustering, or a classifier of other classes.
 *
 * <p>The network is that of {@link EquivariantClassificationModel#featureExtractor}, or a saved one
 * at {@code modelPath}. Works on streams as on tables.
 */
public final class EquivariantFeatureExtractor extends Transformer implements MLWritable {

  private static final long serialVersionUID = 1L;

  private String uid;
  private final ImageParams images;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> modelPath;
  private final Param<String> layer;
  private final Param<String> featureKind;
  private final Param<String> rawPredictionCol;
  private final Param<String> probabilityCol;
  private final Param<String> predictionCol;
  private final IdentifiedModel network;

  /** To be given a {@link #modelPath}. */
  public EquivariantFeatureExtractor() {
    this(Uids.next(null), null);
  }

  /** As {@link #EquivariantFeatureExtractor()}, with a given uid. */
  public EquivariantFeatureExtractor(String uid) {
    this(Uids.next(uid), null);
  }

  EquivariantFeatureExtractor(String uid, IdentifiedModel network) {
    this(Uids.next(uid), network);
  }

  private EquivariantFeatureExtractor(Void unused, IdentifiedModel network) {
    this.network = network;
    images = new ImageParams(this);
    inputCol = text("inputCol", "column of images");
    outputCol = text("outputCol", "column of vectors");
    modelPath = text("modelPath", "directory of a saved model or of a run, if no model is at hand");
    layer =
        text(
            "layer",
            "whose output the vectors are made of, such as features.7; empty for the vector that the"
                + " network decides by");
    featureKind =
        ImageParams.choice(
            uid(),
            "featureKind",
            "what of the layer's output: invariant (one number a field, the same however the image"
                + " is turned), channels (each averaged over positions), orientations (one number a"
                + " symmetry) or map (all values)",
            "invariant",
            "channels",
            "orientations",
            "map");
    rawPredictionCol = text("rawPredictionCol", "column of logits; none if empty");
    probabilityCol = text("probabilityCol", "column of probabilities; none if empty");
    predictionCol = text("predictionCol", "column of predicted labels; none if empty");
    setDefault(inputCol, "image");
    setDefault(outputCol, "features");
    setDefault(modelPath, "");
    setDefault(layer, "");
    setDefault(featureKind, "invariant");
    setDefault(rawPredictionCol, "");
    setDefault(probabilityCol, "");
    setDefault(predictionCol, "");
  }

  private Param<String> text(String name, String doc) {
    return TextParam.of(uid(), name, doc);
  }

  @Override
  public String uid() {
    if (uid == null) {
      uid = Uids.take("equivariantFeatureExtractor");
    }
    return uid;
  }

  /** The column of images. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** The column of vectors. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** Directory of a saved model, or of a run whose model is meant. */
  public Param<String> modelPath() {
    return modelPath;
  }

  /** Whose output the vectors are made of; empty for the vector that the network decides by. */
  public Param<String> layer() {
    return layer;
  }

  /**
   * What of the layer's output: {@code invariant}, {@code channels}, {@code orientations}, {@code
   * map}.
   */
  public Param<String> featureKind() {
    return featureKind;
  }

  /** The column of logits; none if empty, as by default. */
  public Param<String> rawPredictionCol() {
    return rawPredictionCol;
  }

  /** The column of probabilities; none if empty, as by default. */
  public Param<String> probabilityCol() {
    return probabilityCol;
  }

  /** The column of predicted labels; none if empty, as by default. */
  public Param<String> predictionCol() {
    return predictionCol;
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

  private <T> EquivariantFeatureExtractor with(Param<T> param, T value) {
    set(param, value);
    return this;
  }

  /** Sets {@link #inputCol}. */
  public EquivariantFeatureExtractor setInputCol(String value) {
    return with(inputCol, value);
  }

  /** Sets {@link #outputCol}. */
  public EquivariantFeatureExtractor setOutputCol(String value) {
    return with(outputCol, value);
  }

  /** Sets {@link #modelPath}. */
  public EquivariantFeatureExtractor setModelPath(String value) {
    return with(modelPath, value);
  }

  /** Sets {@link #layer}. */
  public EquivariantFeatureExtractor setLayer(String value) {
    return with(layer, value);
  }

  /** Sets {@link #featureKind}. */
  public EquivariantFeatureExtractor setFeatureKind(String value) {
    return with(featureKind, value);
  }

  /** Sets {@link #rawPredictionCol}. */
  public EquivariantFeatureExtractor setRawPredictionCol(String value) {
    return with(rawPredictionCol, value);
  }

  /** Sets {@link #probabilityCol}. */
  public EquivariantFeatureExtractor setProbabilityCol(String value) {
    return with(probabilityCol, value);
  }

  /** Sets {@link #predictionCol}. */
  public EquivariantFeatureExtractor setPredictionCol(String value) {
    return with(predictionCol, value);
  }

  /** Sets {@link #imageFormat}. */
  public EquivariantFeatureExtractor setImageFormat(String value) {
    return with(images.imageFormat, value);
  }

  /** Sets {@link #imageSizes}. */
  public EquivariantFeatureExtractor setImageSizes(String value) {
    return with(images.imageSizes, value);
  }

  /** Sets {@link #handleInvalid}. */
  public EquivariantFeatureExtractor setHandleInvalid(String value) {
    return with(images.handleInvalid, value);
  }

  /** Sets {@link #invalidReasonCol}. */
  public EquivariantFeatureExtractor setInvalidReasonCol(String value) {
    return with(images.invalidReasonCol, value);
  }

  /**
   * The network.
   *
   * @throws IllegalArgumentException if there is none
   * @throws org.e2spark.checkpoint.CheckpointException if there is no whole model at {@code
   *     modelPath}
   */
  IdentifiedModel network() {
    if (network == null) {
      String path = getOrDefault(modelPath);
      if (path.isEmpty()) {
        throw new IllegalArgumentException(
            "modelPath is not set: name a saved model, or ask a model for its featureExtractor");
      }
      return NetworkFolder.model(path, SparkSession.active().sparkContext().hadoopConfiguration());
    }
    return network;
  }

  private InferenceColumns columns(ModelCard card) {
    return InferenceColumns.none(VectorForm.ML_VECTOR, card.classNames())
        .withFeatures(getOrDefault(outputCol))
        .withPredictions(
            getOrDefault(rawPredictionCol),
            getOrDefault(probabilityCol),
            getOrDefault(predictionCol))
        .withReason(images.reason());
  }

  /**
   * The columns with those that the extractor adds.
   *
   * @throws IllegalArgumentException if there are no images, or a column is there already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    ModelCard card = network().model().card();
    images.column(schema, getOrDefault(inputCol), card.shape());
    return columns(card).append(schema);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    IdentifiedModel model = network();
    ModelCard card = model.model().card();
    ImageColumn column = images.column(dataset.schema(), getOrDefault(inputCol), card.shape());
    FeatureRequest request =
        new FeatureRequest(
            getOrDefault(layer),
            FeatureKind.valueOf(getOrDefault(featureKind).toUpperCase(Locale.ROOT)));
    return new Inference(model, request, columns(card), images.invalid())
        .transform(dataset, column);
  }

  @Override
  public EquivariantFeatureExtractor copy(ParamMap extra) {
    return copyValues(new EquivariantFeatureExtractor(uid(), network), extra);
  }

  @Override
  public MLWriter write() {
    return new NetworkFolder.Writer(this, network);
  }

  /** Reads what was saved. */
  public static MLReader<EquivariantFeatureExtractor> read() {
    return new NetworkFolder.Reader<>(
        EquivariantFeatureExtractor.class, EquivariantFeatureExtractor::new);
  }

  /** Reads what was saved at a path. */
  public static EquivariantFeatureExtractor load(String path) {
    return read().load(path);
  }
}
