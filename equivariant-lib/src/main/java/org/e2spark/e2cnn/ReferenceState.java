package org.e2spark.e2cnn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.convolution.SteerableConvolution;
import org.e2spark.torch.Autograd;

/**
 * Gives a network the values of one of the reference library or of its successor escnn, and makes
 * sure that they mean the same here: what a state holds besides parameters, its kernel bases and
 * the filters and shifts that it expanded, is compared with this library's own. Where the bases are
 * others of the same kernels, as escnn's are, weights are converted.
 */
public final class ReferenceState {

  private static final String WEIGHTS = "weights";
  private static final String BIAS = "bias";

  /**
   * What was compared, and equal to 1e-4 of the largest value.
   *
   * @param parameters entries that were read
   * @param bases kernel bases
   * @param converted those of them that are other bases of the same kernels
   * @param filters expanded filters
   */
  public record Verified(int parameters, int bases, int converted, int filters) {}

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
   * @throws ReferenceStateException if entries and parameters differ in name or shape, or a stored
   *     basis has kernels that are none here, before anything is changed; or if a stored filter is
   *     not what it is here
   */
  public Verified fill(Block network, Naming naming, NDManager manager) {
    int bases = 0;
    int converted = 0;
    int filters = 0;
    try (NDManager scratch = manager.newSubManager();
        var scope = Autograd.pause()) {
      Map<String, NDArray> entries = EscnnNames.canonical(state, scratch);
      Map<String, String> names = naming.resolve(network, entries);
      Map<String, NDArray> values = new LinkedHashMap<>();
      names.forEach((ours, theirs) -> values.put(ours, entries.get(theirs)));
      Map<String, SteerableConvolution> convolutions = convolutions(network);
      for (Map.Entry<String, SteerableConvolution> entry : convolutions.entrySet()) {
        String prefix = theirs(names, entry.getKey());
        var stored = new StoredBases(state, prefix, entry.getValue(), scratch);
        values.computeIfPresent(
            entry.getKey() + WEIGHTS, (name, weights) -> stored.weights(weights));
        values.computeIfPresent(entry.getKey() + BIAS, (name, bias) -> stored.bias(bias));
        bases += stored.compared();
        converted += stored.converted();
      }
      load(network, values);
      for (Map.Entry<String, SteerableConvolution> entry : convolutions.entrySet()) {
        filters += filters(theirs(names, entry.getKey()), entry.getValue(), scratch);
      }
      return new Verified(values.size(), bases, converted, filters);
    }
  }

  private static void load(Block network, Map<String, NDArray> values) {
    try {
      StateDict.of(network)
          .forEach((name, to) -> values.computeIfPresent(name, (n, v) -> shaped(v, to)));
      StateDict.load(network, values);
    } catch (IllegalArgumentException e) {
      throw new ReferenceStateException(e.getMessage());
    }
  }

  /** As the parameter, where only axes of length one differ. */
  private static NDArray shaped(NDArray value, Parameter to) {
    Shape shape = to.getArray().getShape();
    return !value.getShape().equals(shape) && lengths(value.getShape()).equals(lengths(shape))
        ? value.reshape(shape)
        : value;
  }

  private static List<Long> lengths(Shape shape) {
    return Arrays.stream(shape.getShape()).filter(length -> length != 1).boxed().toList();
  }

  /** By what the names of their parameters begin with. */
  private static Map<String, SteerableConvolution> convolutions(Block network) {
    Map<String, SteerableConvolution> convolutions = new LinkedHashMap<>();
    for (StateDict.Entry entry : StateDict.entries(network)) {
      if (entry.owner() instanceof SteerableConvolution layer && entry.name().endsWith(WEIGHTS)) {
        convolutions.put(start(entry.name()), layer);
      }
    }
    return convolutions;
  }

  private static String theirs(Map<String, String> names, String prefix) {
    return start(names.get(prefix + WEIGHTS));
  }

  private static String start(String weights) {
    return weights.substring(0, weights.length() - WEIGHTS.length());
  }

  private int filters(String prefix, SteerableConvolution convolution, NDManager scratch) {
    NDArray filter = state.get(prefix + "filter");
    if (filter == null) {
      return 0;
    }
    compare(prefix + "filter", filter, convolution.expandFilter(scratch));
    NDArray shift = state.get(prefix + "expanded_bias");
    NDArray own = convolution.expandBias(scratch);
    if (shift != null && own != null) {
      compare(prefix + "expanded_bias", shift, own);
    }
    return 1;
  }

  private static void compare(String name, NDArray stored, NDArray own) {
    double[] theirs = PlainArrays.values(stored);
    double[] ours = PlainArrays.values(own);
    double difference = StoredBases.difference(theirs, ours);
    if (difference > StoredBases.TOLERANCE) {
      throw StoredBases.differs(name, difference, theirs.length, ours.length);
    }
  }
}
