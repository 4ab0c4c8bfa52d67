package org.e2spark.e2cnn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.e2spark.init.WeightBlock;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.convolution.SteerableConvolution;
import org.e2spark.text.Text;
import org.e2spark.torch.Autograd;

/**
 * Gives a network the values of one of the reference library, and makes sure that they mean the
 * same here: what a state holds besides parameters, its kernel bases and the filters and shifts
 * that it expanded, is compared with this library's own.
 */
public final class ReferenceState {

  private static final double TOLERANCE = 1e-4;
  private static final String WEIGHTS = "weights";
  private static final String BASIS = "_basisexpansion.block_expansion_";
  private static final String SAMPLED = ".sampled_basis";

  /**
   * What was compared, and equal to 1e-4 of the largest value.
   *
   * @param parameters entries that were read
   * @param bases kernel bases
   * @param filters expanded filters
   */
  public record Verified(int parameters, int bases, int filters) {}

  private final Map<String, NDArray> state;

  /**
   * @param state tensors by name, in the order of the file, as {@link
   *     org.e2spark.interchange.TorchFile} reads them
   */
  public ReferenceState(Map<String, NDArray> state) {
    this.state = state;
  }

  /**
   * Fills a network.
   *
   * @param network an initialised network, which is changed
   * @param naming which entry is which parameter
   * @param manager for the time of the call
   * @throws ReferenceStateException if entries and parameters differ in name or shape, before
   *     anything is changed; or if a stored basis or filter is not what it is here
   */
  public Verified fill(Block network, Naming naming, NDManager manager) {
    Map<String, String> names = naming.resolve(network, state);
    Map<String, NDArray> values = new LinkedHashMap<>();
    names.forEach((ours, theirs) -> values.put(ours, state.get(theirs)));
    try {
      StateDict.load(network, values);
    } catch (IllegalArgumentException e) {
      throw new ReferenceStateException(e.getMessage());
    }
    int bases = 0;
    int filters = 0;
    try (NDManager scratch = manager.newSubManager();
        var scope = Autograd.pause()) {
      for (StateDict.Entry entry : StateDict.entries(network)) {
        if (entry.owner() instanceof SteerableConvolution convolution
            && entry.name().endsWith(WEIGHTS)) {
          String theirs = names.get(entry.name());
          String prefix = theirs.substring(0, theirs.length() - WEIGHTS.length());
          bases += bases(prefix, convolution);
          filters += filters(prefix, convolution, scratch);
        }
      }
    }
    return new Verified(values.size(), bases, filters);
  }

  private int bases(String prefix, SteerableConvolution convolution) {
    Set<String> left = new HashSet<>();
    for (String name : state.keySet()) {
      if (name.startsWith(prefix + BASIS) && name.endsWith(SAMPLED)) {
        left.add(name);
      }
    }
    int compared = left.size();
    for (WeightBlock block : convolution.weightBlocks()) {
      String name =
          Text.format(
              "%s%s('%s', '%s')%s",
              prefix, BASIS, block.basis().in().name(), block.basis().out().name(), SAMPLED);
      if (left.remove(name)) {
        compare(name, state.get(name), block.basis().dense());
      } else if (compared > 0) {
        throw new ReferenceStateException("The state has no " + name);
      }
    }
    if (!left.isEmpty()) {
      throw new ReferenceStateException("The network has no basis for " + left);
    }
    return compared;
  }

  private int filters(String prefix, SteerableConvolution convolution, NDManager scratch) {
    NDArray filter = state.get(prefix + "filter");
    if (filter == null) {
      return 0;
    }
    compare(prefix + "filter", filter, floats(convolution.expandFilter(scratch)));
    NDArray shift = state.get(prefix + "expanded_bias");
    NDArray own = convolution.expandBias(scratch);
    if (shift != null && own != null) {
      compare(prefix + "expanded_bias", shift, floats(own));
    }
    return 1;
  }

  private static float[] floats(NDArray array) {
    double[] wide = PlainArrays.values(array);
    float[] floats = new float[wide.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) wide[i];
    }
    return floats;
  }

  private static void compare(String name, NDArray stored, float[] own) {
    double[] theirs = PlainArrays.values(stored);
    double largest = 0;
    double difference = theirs.length == own.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(theirs.length, own.length); i++) {
      largest = Math.max(largest, Math.abs(theirs[i]));
      difference = Math.max(difference, Math.abs(theirs[i] - own[i]));
    }
    if (difference > TOLERANCE * largest) {
      throw new ReferenceStateException(
          Text.format(
              "%s differs from what it is here by %.2g of its largest value, %.2g (%s and %s values): the layer has other"
                  + " options, or its filter is that of older weights; save the state after network.eval()",
              name, difference, largest, theirs.length, own.length));
    }
  }
}
