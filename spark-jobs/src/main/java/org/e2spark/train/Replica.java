package org.e2spark.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.e2spark.checkpoint.Safetensors;
import org.e2spark.data.augment.SampleRandom;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.model.Networks;
import org.e2spark.nn.StateDict;
import org.e2spark.optim.OptimizerState;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.sync.Communicator;
import org.e2spark.torch.Autocast;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.EngineStart;

/**
 * One worker's copy of the network and of the optimiser's state.
 *
 * <p>Not thread-safe. Closing frees all native memory.
 */
public final class Replica implements AutoCloseable {

  private final NDManager manager;
  private final Block network;
  private final Map<String, Parameter> parameters;
  private final List<NDArray> trained;
  private final GradientBuffer buffer;
  private final RunningStatistics statistics;
  private final FiniteCheck finite;
  private final GradientClipping clipping;
  private final Loss.Sum loss;
  private final BatchSum sum;
  private final OptimizerState optimizer;
  private final RoundAverage average;
  private final AveragedWeights averaged;
  private final Normalizer normalizer;
  private final Precision precision;
  private final Shape oneImage;
  private final long chance;

  /**
   * Builds and initialises.
   *
   * @param factory of the network
   * @param data of the images
   * @param options of the training
   * @param device where everything lives
   */
  public Replica(NetworkFactory factory, ShardManifest data, TrainOptions options, Device device) {
    this(factory, data, options, device, SegmentTrial.Rule.TRIED, GradientSegments.LEAST);
  }

  /**
   * As above.
   *
   * @param rule when gradients travel by segments
   * @param leastSegment trained numbers of a segment
   */
  Replica(
      NetworkFactory factory,
      ShardManifest data,
      TrainOptions options,
      Device device,
      SegmentTrial.Rule rule,
      long leastSegment) {
    manager = EngineStart.ensure().newBaseManager(device);
    network = factory.create(data.shape().channels(), data.classNames().size());
    precision = options.precision();
    precision.require(network, options.preset());
    oneImage = new Shape(1, data.shape().channels(), data.shape().height(), data.shape().width());
    Networks.initialize(network, manager, oneImage, options.seed());
    parameters = StateDict.of(network);
    FrozenParameters frozen =
        FrozenParameters.in(StateDict.entries(network), options.start().frozen());
    GradientLayout layout = GradientLayout.of(frozen.changing());
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    layout.trained().forEach(entry -> arrays.put(entry.name(), entry.parameter().getArray()));
    trained = List.copyOf(arrays.values());
    statistics = new RunningStatistics(layout.statistics(), frozen.heldStatistics(), manager);
    buffer = new GradientBuffer(layout, statistics, manager);
    finite = new FiniteCheck(buffer, layout.names());
    clipping = new GradientClipping(options.update().clipNorm(), buffer);
    loss = options.loss().sum(data, options.split());
    sum = BatchSum.of(options, buffer, GradientSegments.of(network, layout, leastSegment), rule);
    optimizer = options.optimizer().start(manager, arrays);
    averaged = new AveragedWeights(options.update().averageDecay(), layout, manager);
    average =
        new RoundAverage(
            layout, statistics, optimizer, averaged, options.localSteps().outer(), manager);
    chance = SampleRandom.hash(options.seed());
    normalizer = new Normalizer(options.inputScale().mean(data), options.inputScale().std(data));
  }

  /**
   * One step on a global batch. What the network does by chance, such as dropout, follows from the
   * seed and the number of the first sample of each pass, never from the rank.
   *
   * @param batch this worker's part of it, which may be empty
   * @param rate the learning rate
   * @param samples of the training before this batch, over all workers
   * @return sums over all workers
   * @throws NonFiniteException before anything is changed, on every worker alike
   */
  SampleSums step(ImageBatch batch, double rate, long samples, Communicator communicator) {
    statistics.remember();
    sum.begin(batch, communicator);
    try {
      pass(batch, samples);
    } catch (RuntimeException | Error e) {
      sum.abandon();
      throw e;
    }
    sum.finish(communicator);
    return apply(rate);
  }

  private void pass(ImageBatch batch, long samples) {
    int size = sum.passSize(batch.size());
    for (int from = 0; from < batch.size(); from += size) {
      try (ImageBatch part = batch.slice(from, Math.min(from + size, batch.size()))) {
        if (from > 0) {
          statistics.restore();
        }
        sum.add(differentiate(part, samples + part.start() - part.position()));
      }
    }
  }

  /** The gradients of the loss summed over samples are in the parameters after it. */
  private SampleSums differentiate(ImageBatch part, long position) {
    Autograd.zeroGradients(trained);
    Networks.reseed(network, chance + position);
    try (NDManager scratch = manager.newSubManager()) {
      NDArray input = normalizer.input(part, scratch);
      NDArray labels = part.labels(scratch);
      NDArray logits;
      NDArray value;
      SampleSums sums;
      try (Autograd scope = sum.record();
          Autocast ignored = precision.begin()) {
        ParameterStore store = new ParameterStore(scratch, false);
        logits = network.forward(store, new NDList(input), true).singletonOrThrow();
        value = loss.of(logits, labels, part.weights());
        sums = sums(value, logits, labels);
        sum.forwarded(sums);
        scope.backward(value);
      }
      return sums;
    }
  }

  private static SampleSums sums(NDArray value, NDArray logits, NDArray labels) {
    try (Autograd paused = Autograd.pause()) {
      return new SampleSums(
          value.getFloat(), CrossEntropy.correct(logits, labels), labels.getShape().get(0));
    }
  }

  private SampleSums apply(double rate) {
    try {
      finite.require();
    } catch (NonFiniteException e) {
      statistics.restore();
      throw e;
    }
    SampleSums sums = buffer.sums();
    double factor = clipping.factor(sums.samples());
    buffer.flat().divi(sums.samples());
    clipping.apply(factor);
    statistics.set(buffer.statistics());
    optimizer.step(buffer.gradients(), rate);
    averaged.follow(optimizer.steps());
    return sums;
  }

  /**
   * Whether a pass of a single image leaves running statistics that are not finite, as a batch norm
   * does that then sees one value of each channel. They are put back.
   */
  public boolean needsSeveralImages() {
    statistics.remember();
    try (NDManager scratch = manager.newSubManager();
        Autograd paused = Autograd.pause()) {
      NDArray noise = scratch.randomUniform(0, 1, oneImage);
      network.forward(new ParameterStore(scratch, false), new NDList(noise), true);
      return !statistics.areFinite();
    } finally {
      statistics.restore();
    }
  }

  /** The parameters and running statistics, as the bytes of a safetensors file. */
  public byte[] weights() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
    return Safetensors.encode(arrays);
  }

  /** Whether the weights to be used are an average of those that are trained. */
  public boolean isAveraged() {
    return averaged.isKept();
  }

  /** As {@link #weights}, of the weights to be used. */
  public byte[] usedWeights() {
    return used(this::weights);
  }

  /** Measures the weights to be used; nothing of the training is changed by it. */
  <T> T evaluate(Function<Evaluator, T> measure) {
    return used(() -> measure.apply(new Evaluator(network, normalizer, manager)));
  }

  private <T> T used(Supplier<T> use) {
    averaged.swap();
    try {
      return use.get();
    } finally {
      averaged.swap();
    }
  }

  /** The optimisers' arrays, as the bytes of a safetensors file. */
  public byte[] optimizerState() {
    Map<String, NDArray> arrays = new LinkedHashMap<>(optimizer.arrays());
    arrays.putAll(average.arrays());
    arrays.putAll(averaged.arrays());
    return Safetensors.encode(arrays);
  }

  /** What of it is averaged over workers where they make steps alone. */
  public RoundAverage average() {
    return average;
  }

  long optimizerSteps() {
    return optimizer.steps();
  }

  /**
   * Begins with the values of a saved model.
   *
   * @param weights the bytes of its safetensors file
   * @throws IllegalArgumentException naming what does not fit; nothing is changed then
   */
  public void start(byte[] weights, StartOptions options) {
    WarmStart.apply(parameters, weights, options, manager);
    statistics.remember();
    averaged.reset();
  }

  /** Goes back to a saved state. */
  public void restore(byte[] weights, byte[] optimizerState, long steps) {
    SavedModel.restore(network, weights, manager);
    statistics.remember();
    try (NDManager scratch = manager.newSubManager()) {
      Map<String, NDArray> saved = Safetensors.decode(scratch, optimizerState);
      average.restore(saved);
      averaged.restore(saved);
      optimizer.restore(steps, saved);
    }
  }

  /** A digest of every parameter by name; equal on all replicas. */
  public Map<String, Integer> digests() {
    Map<String, Integer> digests = new LinkedHashMap<>();
    parameters.forEach(
        (name, parameter) -> {
          CRC32C crc = new CRC32C();
          crc.update(parameter.getArray().toByteBuffer());
          digests.put(name, (int) crc.getValue());
        });
    return digests;
  }

  public long parameterCount() {
    return Networks.parameterCount(network);
  }

  /** How gradients travel, for people; empty where that is not chosen. */
  public String gradients() {
    return sum.description();
  }

  NDManager manager() {
    return manager;
  }

  @Override
  public void close() {
    try {
      sum.close();
    } finally {
      manager.close();
    }
  }
}
