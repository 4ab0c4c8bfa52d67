package org.e2spark.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import org.e2spark.init.OrdinaryInit;
import org.e2spark.init.Starts;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.Stochastic;

/** Puts networks into their first state. */
public final class Networks {

  private Networks() {}

  /**
   * Gives every parameter that has none yet its first value, in float32.
   *
   * <p>The values are a function of the seed and of the parameters' names alone: not of the
   * engine's random numbers, the thread, or the order of calls.
   *
   * @param block the network
   * @param manager who owns the parameters from now on: closing it frees them
   * @param input the shape of an input, such as (1, channels, height, width)
   * @param seed any number
   * @throws IllegalArgumentException if a parameter has no role in training (ParameterRole)
   */
  public static void initialize(Block block, NDManager manager, Shape input, long seed) {
    initialize(block, manager, input, seed, DataType.FLOAT32);
  }

  /**
   * As {@link #initialize(Block, NDManager, Shape, long)}, in another precision.
   *
   * @param type FLOAT32 or FLOAT64
   */
  public static void initialize(
      Block block, NDManager manager, Shape input, long seed, DataType type) {
    if (type != DataType.FLOAT32 && type != DataType.FLOAT64) {
      throw new IllegalArgumentException(
          "Invalid precision: " + type + " (must be FLOAT32 or FLOAT64)");
    }
    List<StateDict.Entry> entries = StateDict.entries(block);
    entries.forEach(StateDict.Entry::role);
    for (StateDict.Entry entry : entries) {
      if (!entry.parameter().isInitialized()) {
        entry
            .parameter()
            .setInitializer(
                (owner, shape, ignored) -> create(owner, start(entry, shape, seed), shape, type));
      }
    }
    block.initialize(manager, type, input);
    reseed(block, seed);
  }

  /**
   * Frees what a network holds in native memory: parameters, constants and cached filters. Closing
   * the manager it was initialised with does the same; this is for managers that live on.
   */
  public static void close(Block block) {
    if (block instanceof EquivariantModule module) {
      module.close();
      return;
    }
    block.getChildren().values().forEach(Networks::close);
    block.clear();
  }

  private static NDArray create(NDManager owner, float[] values, Shape shape, DataType type) {
    if (type == DataType.FLOAT32) {
      return owner.create(values, shape);
    }
    double[] doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values[i];
    }
    return owner.create(doubles, shape);
  }

  /**
   * Starts the chance of every layer that acts by chance (dropout) anew. What such a layer does
   * from here on is a function of the seed and its place in the network; training that is to be
   * repeated exactly reseeds before each step.
   */
  public static void reseed(Block block, long seed) {
    reseed("", block, seed);
  }

  private static void reseed(String name, Block block, long seed) {
    if (block instanceof Stochastic stochastic) {
      stochastic.reseed(generator(seed, name).nextLong());
    }
    for (Pair<String, Block> child : block.getChildren()) {
      reseed(name + child.getKey() + ".", child.getValue(), seed);
    }
  }

  private static float[] start(StateDict.Entry entry, Shape shape, long seed) {
    Parameter parameter = entry.parameter();
    RandomGenerator random = generator(seed, entry.name());
    if (entry.owner() instanceof Starts starts) {
      return starts.start(parameter, shape, random);
    }
    Shape weight =
        entry.owner().getDirectParameters().contains("weight")
                && parameter.getType() == Parameter.Type.BIAS
            ? entry.owner().getDirectParameters().get("weight").getShape()
            : shape;
    return OrdinaryInit.start(parameter.getType(), shape, weight, random);
  }

  private static RandomGenerator generator(long seed, String name) {
    var crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    return new SplittableRandom(new SplittableRandom(seed).nextLong() ^ (crc.getValue() << 17));
  }

  /** The number of values that training changes. */
  public static long parameterCount(Block block) {
    return StateDict.of(block).values().stream()
        .filter(Parameter::requiresGradient)
        .mapToLong(parameter -> parameter.getShape().size())
        .sum();
  }
}
