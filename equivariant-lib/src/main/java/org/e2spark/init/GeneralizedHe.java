package org.e2spark.init;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.e2spark.kernel.BasisElement;

/**
 * He initialisation for steerable kernels (Weiler, Hamprecht and Storath 2018, arXiv:1711.07289):
 * every output irrep gets unit variance from inputs of unit variance.
 *
 * <p>A weight between input irreps named {@code i} and the output irrep {@code o} has standard
 * deviation {@code 1 / sqrt(n(o) b(i, o))}, where {@code n(o)} counts the distinct input irreps
 * that reach {@code o} and {@code b(i, o)} the basis elements between all input irreps of that name
 * and {@code o}. Both depend on representations only, so the cost does not grow with the number of
 * fields.
 */
public final class GeneralizedHe implements WeightInit {

  private record Output(String representation, int position) {}

  @Override
  public float[] draw(List<WeightBlock> blocks, RandomGenerator random) {
    float[] weights = standardDeviations(blocks);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (weights[i] * random.nextGaussian());
    }
    return weights;
  }

  /** The standard deviation of each weight, in the order of the weights. */
  public static float[] standardDeviations(List<WeightBlock> blocks) {
    Map<Output, Map<String, Integer>> elements = new HashMap<>();
    for (WeightBlock block : blocks) {
      for (BasisElement element : block.basis().elements()) {
        elements
            .computeIfAbsent(output(block, element), o -> new HashMap<>())
            .merge(element.inIrrep().name(), block.inFields().length, Integer::sum);
      }
    }
    List<float[]> parts = new ArrayList<>();
    int total = 0;
    for (WeightBlock block : blocks) {
      float[] part = new float[block.size()];
      int dimension = block.basis().dimension();
      for (int e = 0; e < dimension; e++) {
        BasisElement element = block.basis().elements().get(e);
        Map<String, Integer> inputs = elements.get(output(block, element));
        double variance = 1.0 / inputs.size() / inputs.get(element.inIrrep().name());
        part[e] = (float) Math.sqrt(variance);
      }
      for (int i = dimension; i < part.length; i += dimension) {
        System.arraycopy(part, 0, part, i, dimension);
      }
      parts.add(part);
      total += part.length;
    }
    return joined(parts, total);
  }

  private static Output output(WeightBlock block, BasisElement element) {
    return new Output(block.basis().out().name(), element.outPosition());
  }

  private static float[] joined(List<float[]> parts, int total) {
    float[] all = new float[total];
    int next = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, next, part.length);
      next += part.length;
    }
    return all;
  }
}
