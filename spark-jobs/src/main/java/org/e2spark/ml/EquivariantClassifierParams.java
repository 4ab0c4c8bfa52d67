package org.e2spark.ml;

import org.apache.spark.ml.classification.Classifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/** The Params of {@link EquivariantClassifier}: one method to get and one to set each. */
abstract class EquivariantClassifierParams
    extends Classifier<Vector, EquivariantClassifier, EquivariantClassificationModel> {

  private static final long serialVersionUID = 1L;

  private String uid;
  final ImageParams images;
  final PredictionParams predictions;
  final TrainParams training;
  final RunParams running;
  private final IntArrayParam imageShape;
  private final Param<String> validationIndicatorCol;
  private final Param<String> weightCol;
  private final Param<String> store;

  /**
   * @param unused what {@link Uids#next} gives, which knows the uid
   */
  EquivariantClassifierParams(Void unused) {
    images = new ImageParams(this);
    predictions = new PredictionParams(this);
    training = new TrainParams(this);
    running = new RunParams(this);
    imageShape = ImageParams.shapeParam(this);
    validationIndicatorCol =
        TextParam.of(
            uid(),
            "validationIndicatorCol",
            "column that is true for rows to validate on, and false for those to train on");
    weightCol =
        TextParam.of(
            uid(),
            "weightCol",
            "column of how much each row counts in the loss, from 0; all the same if not set or"
                + " empty");
    store =
        TextParam.of(
            uid(),
            "store",
            "a folder that driver and executors all see, for images and checkpoints while it"
                + " trains; on one machine Spark's own (spark.local.dir) if not set");
  }

  @Override
  public String uid() {
    if (uid == null) {
      uid = Uids.take("equivariantClassifier");
    }
    return uid;
  }

  private <T> EquivariantClassifier with(Param<T> param, T value) {
    set(param, value);
    return (EquivariantClassifier) this;
  }

  /** Channels, height and width that the network takes. */
  public IntArrayParam imageShape() {
    return imageShape;
  }

  /** What a binary column holds: {@code encoded}, {@code chw} or {@code hwc}. */
  public Param<String> imageFormat() {
    return images.imageFormat;
  }

  /** What becomes of images of other sizes: {@code refuse} or {@code resize}. */
  public Param<String> imageSizes() {
    return images.imageSizes;
  }

  /**
   * What becomes of rows whose image cannot be read: {@code error}, {@code skip}, {@code keep}; a
   * training leaves them out but for the first.
   */
  public Param<String> handleInvalid() {
    return images.handleInvalid;
  }

  /** The model's column of reasons why images cannot be read, where rows are kept. */
  public Param<String> invalidReasonCol() {
    return images.invalidReasonCol;
  }

  /** The model's column of probabilities; none if empty. */
  public Param<String> probabilityCol() {
    return predictions.probabilityCol;
  }

  /** What the model divides probabilities by before it chooses the largest. */
  public DoubleArrayParam thresholds() {
    return predictions.thresholds;
  }

  /** A column that is true for rows to validate on, and false for those to train on. */
  public Param<String> validationIndicatorCol() {
    return validationIndicatorCol;
  }

  /** A column of how much each row counts in the loss. */
  public Param<String> weightCol() {
    return weightCol;
  }

  /** The network's name. */
  public Param<String> preset() {
    return training.preset;
  }

  /** A network of one's own instead of a preset, as {@code ModelSpec} writes it. */
  public Param<String> network() {
    return training.network;
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

  /** How gradients travel: {@code float32} or {@code bfloat16}. */
  public Param<String> wireFormat() {
    return training.wireFormat;
  }

  /** The optimiser's rule, as JSON. */
  public Param<String> optimizer() {
    return training.optimizer;
  }

  /** The highest learning rate. */
  public DoubleParam learningRate() {
    return training.learningRate;
  }

  /** How the learning rate changes, as JSON. */
  public Param<String> schedule() {
    return training.schedule;
  }

  /** How long the learning rate rises. */
  public Param<String> warmUp() {
    return training.warmUp;
  }

  /** How many steps workers make alone, as JSON. */
  public Param<String> localSteps() {
    return training.localSteps;
  }

  /** How much each class counts, as JSON. */
  public Param<String> classWeights() {
    return training.classWeights;
  }

  /** Share of a label that is spread over all classes. */
  public DoubleParam labelSmoothing() {
    return training.labelSmoothing;
  }

  /** The longest gradient; 0 for any length. */
  public DoubleParam clipNorm() {
    return training.clipNorm;
  }

  /** How many steps may be left out for an infinite gradient. */
  public IntParam skipNonFinite() {
    return training.skipNonFinite;
  }

  /** Of an exponential moving average of the weights; 0 for none. */
  public DoubleParam averageDecay() {
    return training.averageDecay;
  }

  /** How long between two measurements. */
  public Param<String> validateEvery() {
    return training.validateEvery;
  }

  /** What is watched: {@code loss} or {@code accuracy}. */
  public Param<String> validationMetric() {
    return training.validationMetric;
  }

  /** By how much a new best must be better. */
  public DoubleParam minDelta() {
    return training.minDelta;
  }

  /** Measurements without a new best after which training stops; 0 to go on. */
  public IntParam patience() {
    return training.patience;
  }

  /** Whether the best weights become the model, and not the last ones. */
  public BooleanParam restoreBest() {
    return training.restoreBest;
  }

  /** A saved model to start from; none if empty. */
  public Param<String> startModel() {
    return training.startModel;
  }

  /** Patterns of parameters that do not take that model's values. */
  public StringArrayParam reinitialize() {
    return training.reinitialize;
  }

  /** Patterns of parameters that nothing changes. */
  public StringArrayParam frozen() {
    return training.frozen;
  }

  /** What happens to each image in each epoch. */
  public Param<String> augmentation() {
    return training.augmentation;
  }

  /** How pixels become numbers: {@code unit} or {@code standard}. */
  public Param<String> inputScale() {
    return training.inputScale;
  }

  /** How convolutions are evaluated; as the network says if empty. */
  public Param<String> evaluation() {
    return training.evaluation;
  }

  /** Of the passes: {@code float32} or {@code bf16}. */
  public Param<String> precision() {
    return training.precision;
  }

  /** Of the first weights, the order of images and the augmentation. */
  public LongParam seed() {
    return training.seed;
  }

  /** How many workers; 0 for one an executor. */
  public IntParam numWorkers() {
    return running.numWorkers;
  }

  /**
   * Who carries the state from worker to worker: {@code all-reduce}, {@code averaging}, {@code
   * auto}.
   */
  public Param<String> mode() {
    return running.mode;
  }

  /** Attempts after the first, where machines or networks failed. */
  public IntParam maxRestarts() {
    return running.maxRestarts;
  }

  /** The fewest workers to go on with after a loss; 0 for as many as there were. */
  public IntParam minWorkers() {
    return running.minWorkers;
  }

  /** How long to wait for executors, in seconds. */
  public LongParam waitForExecutors() {
    return running.waitForExecutors;
  }

  /** After how many seconds without a byte a worker is given up. */
  public LongParam collectiveTimeout() {
    return running.collectiveTimeout;
  }

  /** What lies between checkpoints inside an epoch; {@code 0} for none. */
  public Param<String> checkpointEvery() {
    return running.checkpointEvery;
  }

  /** A folder that driver and executors all see. */
  public Param<String> store() {
    return store;
  }

  /** Sets {@link #imageShape}. */
  public EquivariantClassifier setImageShape(int channels, int height, int width) {
    return with(imageShape, new int[] {channels, height, width});
  }

  /** Sets {@link #imageFormat}. */
  public EquivariantClassifier setImageFormat(String value) {
    return with(images.imageFormat, value);
  }

  /** Sets {@link #imageSizes}. */
  public EquivariantClassifier setImageSizes(String value) {
    return with(images.imageSizes, value);
  }

  /** Sets {@link #handleInvalid}. */
  public EquivariantClassifier setHandleInvalid(String value) {
    return with(images.handleInvalid, value);
  }

  /** Sets {@link #invalidReasonCol}. */
  public EquivariantClassifier setInvalidReasonCol(String value) {
    return with(images.invalidReasonCol, value);
  }

  /** Sets {@link #probabilityCol}. */
  public EquivariantClassifier setProbabilityCol(String value) {
    return with(predictions.probabilityCol, value);
  }

  /** Sets {@link #thresholds}. */
  public EquivariantClassifier setThresholds(double[] value) {
    return with(predictions.thresholds, value.clone());
  }

  /** Sets {@link #validationIndicatorCol}. */
  public EquivariantClassifier setValidationIndicatorCol(String value) {
    return with(validationIndicatorCol, value);
  }

  /** Sets {@link #weightCol}. */
  public EquivariantClassifier setWeightCol(String value) {
    return with(weightCol, value);
  }

  /** Sets {@link #preset}. */
  public EquivariantClassifier setPreset(String value) {
    return with(training.preset, value);
  }

  /** Sets {@link #network}. */
  public EquivariantClassifier setNetwork(String value) {
    return with(training.network, value);
  }

  /** Sets {@link #maxEpochs}. */
  public EquivariantClassifier setMaxEpochs(int value) {
    return with(training.maxEpochs, value);
  }

  /** Sets {@link #batchSize}. */
  public EquivariantClassifier setBatchSize(int value) {
    return with(training.batchSize, value);
  }

  /** Sets {@link #microBatchSize}. */
  public EquivariantClassifier setMicroBatchSize(int value) {
    return with(training.microBatchSize, value);
  }

  /** Sets {@link #wireFormat}. */
  public EquivariantClassifier setWireFormat(String value) {
    return with(training.wireFormat, value);
  }

  /** Sets {@link #optimizer}. */
  public EquivariantClassifier setOptimizer(String value) {
    return with(training.optimizer, value);
  }

  /** Sets {@link #learningRate}. */
  public EquivariantClassifier setLearningRate(double value) {
    return with(training.learningRate, value);
  }

  /** Sets {@link #schedule}. */
  public EquivariantClassifier setSchedule(String value) {
    return with(training.schedule, value);
  }

  /** Sets {@link #warmUp}. */
  public EquivariantClassifier setWarmUp(String value) {
    return with(training.warmUp, value);
  }

  /** Sets {@link #localSteps}. */
  public EquivariantClassifier setLocalSteps(String value) {
    return with(training.localSteps, value);
  }

  /** Sets {@link #classWeights}. */
  public EquivariantClassifier setClassWeights(String value) {
    return with(training.classWeights, value);
  }

  /** Sets {@link #labelSmoothing}. */
  public EquivariantClassifier setLabelSmoothing(double value) {
    return with(training.labelSmoothing, value);
  }

  /** Sets {@link #clipNorm}. */
  public EquivariantClassifier setClipNorm(double value) {
    return with(training.clipNorm, value);
  }

  /** Sets {@link #skipNonFinite}. */
  public EquivariantClassifier setSkipNonFinite(int value) {
    return with(training.skipNonFinite, value);
  }

  /** Sets {@link #averageDecay}. */
  public EquivariantClassifier setAverageDecay(double value) {
    return with(training.averageDecay, value);
  }

  /** Sets {@link #validateEvery}. */
  public EquivariantClassifier setValidateEvery(String value) {
    return with(training.validateEvery, value);
  }

  /** Sets {@link #validationMetric}. */
  public EquivariantClassifier setValidationMetric(String value) {
    return with(training.validationMetric, value);
  }

  /** Sets {@link #minDelta}. */
  public EquivariantClassifier setMinDelta(double value) {
    return with(training.minDelta, value);
  }

  /** Sets {@link #patience}. */
  public EquivariantClassifier setPatience(int value) {
    return with(training.patience, value);
  }

  /** Sets {@link #restoreBest}. */
  public EquivariantClassifier setRestoreBest(boolean value) {
    return with(training.restoreBest, value);
  }

  /** Sets {@link #startModel}. */
  public EquivariantClassifier setStartModel(String value) {
    return with(training.startModel, value);
  }

  /** Sets {@link #reinitialize}. */
  public EquivariantClassifier setReinitialize(String[] value) {
    return with(training.reinitialize, value.clone());
  }

  /** Sets {@link #frozen}. */
  public EquivariantClassifier setFrozen(String[] value) {
    return with(training.frozen, value.clone());
  }

  /** Sets {@link #augmentation}. */
  public EquivariantClassifier setAugmentation(String value) {
    return with(training.augmentation, value);
  }

  /** Sets {@link #inputScale}. */
  public EquivariantClassifier setInputScale(String value) {
    return with(training.inputScale, value);
  }

  /** Sets {@link #evaluation}. */
  public EquivariantClassifier setEvaluation(String value) {
    return with(training.evaluation, value);
  }

  /** Sets {@link #precision}. */
  public EquivariantClassifier setPrecision(String value) {
    return with(training.precision, value);
  }

  /** Sets {@link #seed}. */
  public EquivariantClassifier setSeed(long value) {
    return with(training.seed, value);
  }

  /** Sets {@link #numWorkers}. */
  public EquivariantClassifier setNumWorkers(int value) {
    return with(running.numWorkers, value);
  }

  /** Sets {@link #mode}. */
  public EquivariantClassifier setMode(String value) {
    return with(running.mode, value);
  }

  /** Sets {@link #maxRestarts}. */
  public EquivariantClassifier setMaxRestarts(int value) {
    return with(running.maxRestarts, value);
  }

  /** Sets {@link #minWorkers}. */
  public EquivariantClassifier setMinWorkers(int value) {
    return with(running.minWorkers, value);
  }

  /** Sets {@link #waitForExecutors}. */
  public EquivariantClassifier setWaitForExecutors(long seconds) {
    return with(running.waitForExecutors, seconds);
  }

  /** Sets {@link #collectiveTimeout}. */
  public EquivariantClassifier setCollectiveTimeout(long seconds) {
    return with(running.collectiveTimeout, seconds);
  }

  /** Sets {@link #checkpointEvery}. */
  public EquivariantClassifier setCheckpointEvery(String value) {
    return with(running.checkpointEvery, value);
  }

  /** Sets {@link #store}. */
  public EquivariantClassifier setStore(String value) {
    return with(store, value);
  }
}
