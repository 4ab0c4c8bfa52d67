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
        new Param<>(
            uid(),
            "validationIndicatorCol",
            "column that is true for rows to validate on, and false for those to train on",
            String.class);
    weightCol =
        new Param<>(
            uid(),
            "weightCol",
            "column of how much each row counts in the loss, from 0; all the same if not set or"
                + " empty",
            String.class);
    store =
        new Param<>(
            uid(),
            "store",
            "a folder that driver and executors all see, for images and checkpoints while it"
                + " trains; on one machine Spark's own (spark.local.dir) if not set",
            String.class);
  }

  @Override
  public String uid() {
    if (uid == null) {
      uid = Uids.take("equivariantClassifier");
    }
    return uid;
  }

  private EquivariantClassifier self() {
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
    set(imageShape, new int[] {channels, height, width});
    return self();
  }

  /** Sets {@link #imageFormat}. */
  public EquivariantClassifier setImageFormat(String value) {
    set(images.imageFormat, value);
    return self();
  }

  /** Sets {@link #imageSizes}. */
  public EquivariantClassifier setImageSizes(String value) {
    set(images.imageSizes, value);
    return self();
  }

  /** Sets {@link #handleInvalid}. */
  public EquivariantClassifier setHandleInvalid(String value) {
    set(images.handleInvalid, value);
    return self();
  }

  /** Sets {@link #invalidReasonCol}. */
  public EquivariantClassifier setInvalidReasonCol(String value) {
    set(images.invalidReasonCol, value);
    return self();
  }

  /** Sets {@link #probabilityCol}. */
  public EquivariantClassifier setProbabilityCol(String value) {
    set(predictions.probabilityCol, value);
    return self();
  }

  /** Sets {@link #thresholds}. */
  public EquivariantClassifier setThresholds(double[] value) {
    set(predictions.thresholds, value.clone());
    return self();
  }

  /** Sets {@link #validationIndicatorCol}. */
  public EquivariantClassifier setValidationIndicatorCol(String value) {
    set(validationIndicatorCol, value);
    return self();
  }

  /** Sets {@link #weightCol}. */
  public EquivariantClassifier setWeightCol(String value) {
    set(weightCol, value);
    return self();
  }

  /** Sets {@link #preset}. */
  public EquivariantClassifier setPreset(String value) {
    set(training.preset, value);
    return self();
  }

  /** Sets {@link #network}. */
  public EquivariantClassifier setNetwork(String value) {
    set(training.network, value);
    return self();
  }

  /** Sets {@link #maxEpochs}. */
  public EquivariantClassifier setMaxEpochs(int value) {
    set(training.maxEpochs, value);
    return self();
  }

  /** Sets {@link #batchSize}. */
  public EquivariantClassifier setBatchSize(int value) {
    set(training.batchSize, value);
    return self();
  }

  /** Sets {@link #microBatchSize}. */
  public EquivariantClassifier setMicroBatchSize(int value) {
    set(training.microBatchSize, value);
    return self();
  }

  /** Sets {@link #wireFormat}. */
  public EquivariantClassifier setWireFormat(String value) {
    set(training.wireFormat, value);
    return self();
  }

  /** Sets {@link #optimizer}. */
  public EquivariantClassifier setOptimizer(String value) {
    set(training.optimizer, value);
    return self();
  }

  /** Sets {@link #learningRate}. */
  public EquivariantClassifier setLearningRate(double value) {
    set(training.learningRate, value);
    return self();
  }

  /** Sets {@link #schedule}. */
  public EquivariantClassifier setSchedule(String value) {
    set(training.schedule, value);
    return self();
  }

  /** Sets {@link #warmUp}. */
  public EquivariantClassifier setWarmUp(String value) {
    set(training.warmUp, value);
    return self();
  }

  /** Sets {@link #localSteps}. */
  public EquivariantClassifier setLocalSteps(String value) {
    set(training.localSteps, value);
    return self();
  }

  /** Sets {@link #classWeights}. */
  public EquivariantClassifier setClassWeights(String value) {
    set(training.classWeights, value);
    return self();
  }

  /** Sets {@link #labelSmoothing}. */
  public EquivariantClassifier setLabelSmoothing(double value) {
    set(training.labelSmoothing, value);
    return self();
  }

  /** Sets {@link #clipNorm}. */
  public EquivariantClassifier setClipNorm(double value) {
    set(training.clipNorm, value);
    return self();
  }

  /** Sets {@link #skipNonFinite}. */
  public EquivariantClassifier setSkipNonFinite(int value) {
    set(training.skipNonFinite, value);
    return self();
  }

  /** Sets {@link #averageDecay}. */
  public EquivariantClassifier setAverageDecay(double value) {
    set(training.averageDecay, value);
    return self();
  }

  /** Sets {@link #validateEvery}. */
  public EquivariantClassifier setValidateEvery(String value) {
    set(training.validateEvery, value);
    return self();
  }

  /** Sets {@link #validationMetric}. */
  public EquivariantClassifier setValidationMetric(String value) {
    set(training.validationMetric, value);
    return self();
  }

  /** Sets {@link #minDelta}. */
  public EquivariantClassifier setMinDelta(double value) {
    set(training.minDelta, value);
    return self();
  }

  /** Sets {@link #patience}. */
  public EquivariantClassifier setPatience(int value) {
    set(training.patience, value);
    return self();
  }

  /** Sets {@link #restoreBest}. */
  public EquivariantClassifier setRestoreBest(boolean value) {
    set(training.restoreBest, value);
    return self();
  }

  /** Sets {@link #startModel}. */
  public EquivariantClassifier setStartModel(String value) {
    set(training.startModel, value);
    return self();
  }

  /** Sets {@link #reinitialize}. */
  public EquivariantClassifier setReinitialize(String[] value) {
    set(training.reinitialize, value.clone());
    return self();
  }

  /** Sets {@link #frozen}. */
  public EquivariantClassifier setFrozen(String[] value) {
    set(training.frozen, value.clone());
    return self();
  }

  /** Sets {@link #augmentation}. */
  public EquivariantClassifier setAugmentation(String value) {
    set(training.augmentation, value);
    return self();
  }

  /** Sets {@link #inputScale}. */
  public EquivariantClassifier setInputScale(String value) {
    set(training.inputScale, value);
    return self();
  }

  /** Sets {@link #evaluation}. */
  public EquivariantClassifier setEvaluation(String value) {
    set(training.evaluation, value);
    return self();
  }

  /** Sets {@link #precision}. */
  public EquivariantClassifier setPrecision(String value) {
    set(training.precision, value);
    return self();
  }

  /** Sets {@link #seed}. */
  public EquivariantClassifier setSeed(long value) {
    set(training.seed, value);
    return self();
  }

  /** Sets {@link #numWorkers}. */
  public EquivariantClassifier setNumWorkers(int value) {
    set(running.numWorkers, value);
    return self();
  }

  /** Sets {@link #mode}. */
  public EquivariantClassifier setMode(String value) {
    set(running.mode, value);
    return self();
  }

  /** Sets {@link #maxRestarts}. */
  public EquivariantClassifier setMaxRestarts(int value) {
    set(running.maxRestarts, value);
    return self();
  }

  /** Sets {@link #minWorkers}. */
  public EquivariantClassifier setMinWorkers(int value) {
    set(running.minWorkers, value);
    return self();
  }

  /** Sets {@link #waitForExecutors}. */
  public EquivariantClassifier setWaitForExecutors(long seconds) {
    set(running.waitForExecutors, seconds);
    return self();
  }

  /** Sets {@link #collectiveTimeout}. */
  public EquivariantClassifier setCollectiveTimeout(long seconds) {
    set(running.collectiveTimeout, seconds);
    return self();
  }

  /** Sets {@link #checkpointEvery}. */
  public EquivariantClassifier setCheckpointEvery(String value) {
    set(running.checkpointEvery, value);
    return self();
  }

  /** Sets {@link #store}. */
  public EquivariantClassifier setStore(String value) {
    set(store, value);
    return self();
  }
}
