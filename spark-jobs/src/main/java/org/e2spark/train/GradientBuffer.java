package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.e2spark.nn.ParameterRole;
import org.e2spark.nn.StateDict;
import org.e2spark.sync.Communicator;

/**
 * What workers sum at every step, laid one after the other: the gradients of the loss summed over
 * samples, the running statistics times the number of samples, the loss, the right answers, and the
 * number of samples.
 *
 * <p>On the CPU the ring sums in the tensor's own memory; on another device the sum is copied back.
 */
final class GradientBuffer {

  private static final int TAIL = 3;

  private final Map<String, Parameter> trained = new LinkedHashMap<>();
  private final Map<Parameter, ParameterRole> statistics = new LinkedHashMap<>();
  private final List<String> names = new ArrayList<>();
  private final long[] ends;

  /**
   * @param entries every parameter of the network
   */
  GradientBuffer(List<StateDict.Entry> entries) {
    List<String> averaged = new ArrayList<>();
    for (StateDict.Entry entry : entries) {
      Parameter parameter = entry.parameter();
      switch (entry.role()) {
        case TRAINED -> {
          if (parameter.requiresGradient()) {
            trained.put(entry.name(), parameter);
          }
        }
        case AVERAGED, COUNTED -> {
          statistics.put(parameter, entry.role());
          averaged.add(entry.name());
        }
        case CONSTANT -> {}
      }
    }
    trained.keySet().forEach(name -> names.add("the gradient of " + name));
    averaged.forEach(name -> names.add("the running statistic " + name));
    ends =
        Stream.concat(trained.values().stream(), statistics.keySet().stream())
            .mapToLong(parameter -> parameter.getShape().size())
            .toArray();
    Arrays.parallelPrefix(ends, Long::sum);
  }

  /** The trained parameters' arrays, by name. */
  Map<String, NDArray> trainedArrays() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    trained.forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
    return arrays;
  }

  /** The running statistics' arrays, which a forward pass in training changes. */
  List<NDArray> statistics() {
    return statistics.keySet().stream().map(Parameter::getArray).toList();
  }

  /** What all workers' parts of a batch gave together. */
  record Reduced(Map<String, NDArray> gradients, SampleSums sums) {}

  /**
   * Sums over all workers and gives every replica the common running statistics.
   *
   * @param own this worker's sums; the gradients are in the parameters
   * @param scratch owns the mean gradients that are returned
   * @throws NonFiniteException on every worker alike, when a sum is infinite or no number; the
   *     common running statistics are not taken over then
   */
  Reduced reduce(Communicator communicator, SampleSums own, NDManager scratch) {
    NDList parts = new NDList();
    for (Parameter parameter : trained.values()) {
      parts.add(gradient(parameter, own, scratch));
    }
    for (Parameter parameter : statistics.keySet()) {
      parts.add(in(scratch, in(scratch, parameter.getArray().flatten()).mul(own.samples())));
    }
    parts.add(scratch.create(new float[] {(float) own.loss(), own.correct(), own.samples()}));
    NDArray flat = in(scratch, NDArrays.concat(parts));
    ByteBuffer bytes = flat.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
    communicator.allReduceSum(bytes);
    if (flat.getDevice().isGpu()) {
      flat.set(bytes);
    }
    int tail = bytes.limit() - TAIL * Float.BYTES;
    long samples = (long) bytes.getFloat(tail + 2 * Float.BYTES);
    SampleSums sums =
        new SampleSums(bytes.getFloat(tail), (long) bytes.getFloat(tail + Float.BYTES), samples);
    requireFinite(flat, sums.loss(), scratch);
    NDList shares = flat.div(samples).split(ends);
    return new Reduced(distribute(shares, communicator.worldSize(), scratch), sums);
  }

  /** One sum tells that all is well, and costs little; only if it does not is each tensor read. */
  private void requireFinite(NDArray flat, double loss, NDManager scratch) {
    if (Float.isFinite(in(scratch, flat.sum()).getFloat())) {
      return;
    }
    List<String> tensors = new ArrayList<>();
    NDList parts = flat.split(ends);
    int i = 0;
    for (String name : names) {
      // Zero times anything finite is zero, whose sum cannot overflow.
      NDArray zero = in(scratch, in(scratch, parts.get(i++)).mul(0));
      if (in(scratch, zero.sum()).getFloat() != 0) {
        tensors.add(name);
      }
    }
    in(scratch, parts.get(i));
    if (!tensors.isEmpty() || !Double.isFinite(loss)) {
      throw new NonFiniteException(loss, tensors);
    }
  }

  private Map<String, NDArray> distribute(NDList shares, int worldSize, NDManager scratch) {
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    int i = 0;
    for (Map.Entry<String, Parameter> entry : trained.entrySet()) {
      Shape shape = entry.getValue().getShape();
      gradients.put(entry.getKey(), in(scratch, in(scratch, shares.get(i++)).reshape(shape)));
    }
    for (Map.Entry<Parameter, ParameterRole> entry : statistics.entrySet()) {
      Parameter parameter = entry.getKey();
      NDArray mean = in(scratch, in(scratch, shares.get(i++)).reshape(parameter.getShape()));
      if (worldSize > 1) {
        // Counts are equal wherever there were samples, but for the rounding of the weighted mean.
        NDArray value =
            entry.getValue() == ParameterRole.COUNTED ? in(scratch, mean.round()) : mean;
        value.copyTo(parameter.getArray());
      }
    }
    in(scratch, shares.get(i));
    return gradients;
  }

  private static NDArray gradient(Parameter parameter, SampleSums own, NDManager scratch) {
    if (own.samples() == 0 || !parameter.getArray().hasGradient()) {
      return scratch.zeros(new Shape(parameter.getShape().size()), DataType.FLOAT32);
    }
    return in(scratch, in(scratch, parameter.getArray().getGradient()).flatten());
  }

  /** Results belong to the manager of the first operand; this moves one where it is closed soon. */
  private static NDArray in(NDManager scratch, NDArray array) {
    array.attach(scratch);
    return array;
  }
}
