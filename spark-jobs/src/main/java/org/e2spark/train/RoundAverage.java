package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.nn.StateDict;
import org.e2spark.optim.OptimizerState;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.Ops;

/**
 * What of a replica is averaged over workers at the end of a round, as one array: trained
 * parameters, running statistics, the optimiser's and averaged weights' arrays, and at the end the
 * loss, the number of right answers and the number of samples.
 *
 * <p>Every worker {@linkplain #contribute gives} its values times its samples; somebody sums them;
 * every replica {@linkplain #take takes} the sum over.
 */
public final class RoundAverage {

  private static final String MOMENTUM = "outer.momentum";

  private final GradientLayout layout;
  private final RunningStatistics statistics;
  private final OptimizerState optimizer;
  private final AveragedWeights averaged;
  private final OuterOptimizer outer;
  private final NDManager manager;
  private final long trained;
  private final NDArray before;
  private final Map<String, NDArray> momentum = new LinkedHashMap<>();
  private NDArray flat;

  RoundAverage(
      GradientLayout layout,
      RunningStatistics statistics,
      OptimizerState optimizer,
      AveragedWeights averaged,
      OuterOptimizer outer,
      NDManager manager) {
    this.layout = layout;
    this.statistics = statistics;
    this.optimizer = optimizer;
    this.averaged = averaged;
    this.outer = outer;
    this.manager = manager;
    trained = layout.trained().stream().mapToLong(RoundAverage::size).sum();
    before = outer.isPlain() ? null : zeros(trained);
    if (outer.momentum() > 0) {
      momentum.put(MOMENTUM, zeros(trained));
    }
  }

  private static long size(StateDict.Entry entry) {
    return entry.parameter().getShape().size();
  }

  private NDArray zeros(long size) {
    return manager.zeros(new Shape(size), DataType.FLOAT32);
  }

  /** The outer optimiser's arrays, which belong to the state of a training. */
  Map<String, NDArray> arrays() {
    return momentum;
  }

  /**
   * Takes its own of the saved arrays.
   *
   * @throws IllegalArgumentException if it is not there
   */
  void restore(Map<String, NDArray> saved) {
    AveragedWeights.restore(momentum, saved, "optimiser state");
  }

  /** Begins a round from the replica's parameters as they are. */
  public void begin() {
    statistics.beginRound();
    if (before != null) {
      try (Autograd ignored = Autograd.pause()) {
        Ops.concatInto(before, trainedArrays());
      }
    }
  }

  private List<NDArray> trainedArrays() {
    return layout.trained().stream().map(entry -> entry.parameter().getArray()).toList();
  }

  /** The averaged arrays, in order. */
  private List<NDArray> all() {
    List<NDArray> all = new ArrayList<>(trainedArrays());
    layout.statistics().forEach(entry -> all.add(entry.parameter().getArray()));
    all.addAll(optimizer.arrays().values());
    all.addAll(averaged.arrays().values());
    return all;
  }

  /**
   * The replica's values times its samples, and its sums.
   *
   * @param own what this worker counted in the round
   * @return little-endian float32, to be replaced by the sum over all workers; good until the next
   *     call
   */
  public ByteBuffer contribute(RoundSums own) {
    List<NDArray> all = all();
    if (flat == null) {
      long tensors = all.stream().mapToLong(array -> array.getShape().size()).sum();
      flat = zeros(tensors + RoundSums.FLOATS);
    }
    statistics.endRound();
    try (Autograd ignored = Autograd.pause();
        NDManager scratch = manager.newSubManager()) {
      for (int i = 0; i < layout.statistics().size(); i++) {
        all.set(layout.trained().size() + i, statistics.averaged(i, scratch));
      }
      all.add(scratch.zeros(new Shape(RoundSums.FLOATS), DataType.FLOAT32));
      Ops.concatInto(flat, all);
    }
    flat.muli(own.sums().samples());
    ByteBuffer bytes = flat.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
    own.put(bytes, tail(bytes));
    return bytes;
  }

  private static int tail(ByteBuffer bytes) {
    return bytes.limit() - RoundSums.FLOATS * Float.BYTES;
  }

  /**
   * Ends a round: the replica holds what all workers' replicas gave together, moved on by the outer
   * optimiser; or what it held before if no worker has made a step.
   *
   * @param sum of all contributions, little-endian float32
   * @param steps that the optimiser has made in the whole training by now
   * @return what all workers counted in the round
   */
  public RoundSums take(ByteBuffer sum, long steps) {
    ByteBuffer values = sum.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    RoundSums counted = RoundSums.get(values, tail(values));
    long samples = counted.sums().samples();
    statistics.endRound();
    optimizer.countTo(steps);
    if (samples == 0) {
      return counted;
    }
    try (Autograd ignored = Autograd.pause();
        NDManager scratch = manager.newSubManager()) {
      NDArray mean =
          scratch.create(
              values.asFloatBuffer(),
              new Shape(values.remaining() / Float.BYTES),
              DataType.FLOAT32);
      mean.divi(samples);
      if (before != null) {
        move(mean, scratch);
      }
      distribute(mean, scratch);
    }
    return counted;
  }

  /** Puts the moved parameters in the place of their mean. */
  private void move(NDArray mean, NDManager scratch) {
    NDArray place = slice(mean, 0, new Shape(trained), scratch);
    NDArray difference = in(scratch, place.sub(before));
    NDArray step = difference;
    if (!momentum.isEmpty()) {
      NDArray velocity = momentum.get(MOMENTUM);
      velocity.muli(outer.momentum()).addi(difference);
      step = velocity;
      if (outer.style() == OuterOptimizer.Style.NESTEROV) {
        step = in(scratch, difference.add(in(scratch, velocity.mul(outer.momentum()))));
      }
    }
    NDArray moved = in(scratch, before.add(in(scratch, step.mul(outer.rate()))));
    Ops.copyInto(place, moved);
  }

  private void distribute(NDArray mean, NDManager scratch) {
    List<NDArray> means = new ArrayList<>();
    List<NDArray> all = all();
    long from = 0;
    for (NDArray array : all) {
      means.add(slice(mean, from, array.getShape(), scratch));
      from += array.getShape().size();
    }
    int parameters = layout.trained().size();
    int end = parameters + layout.statistics().size();
    statistics.set(means.subList(parameters, end));
    for (int i = 0; i < all.size(); i++) {
      if (i < parameters || i >= end) {
        Ops.copyInto(all.get(i), means.get(i));
      }
    }
  }

  private static NDArray slice(NDArray flat, long from, Shape shape, NDManager scratch) {
    NDArray part = in(scratch, flat.get(new NDIndex().addSliceDim(from, from + shape.size())));
    return in(scratch, part.reshape(shape));
  }

  /** Results belong to the manager of the first operand; this moves one where it is closed soon. */
  private static NDArray in(NDManager scratch, NDArray array) {
    array.attach(scratch);
    return array;
  }
}
