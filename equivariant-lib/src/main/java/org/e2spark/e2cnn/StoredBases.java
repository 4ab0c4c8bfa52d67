package org.e2spark.e2cnn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.e2spark.init.WeightBlock;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.kernel.SampledBasis;
import org.e2spark.nn.convolution.SteerableConvolution;
import org.e2spark.text.Text;

/**
 * The kernel bases that a state holds of one convolution, and the weights and biases that mean here
 * what the stored ones mean by them.
 */
final class StoredBases {

  /** Of the largest value. */
  static final double TOLERANCE = 1e-4;

  static final String BASIS = "_basisexpansion.block_expansion_";
  private static final String SAMPLED = ".sampled_basis";

  private final Map<String, NDArray> state;
  private final String prefix;
  private final SteerableConvolution layer;
  private final NDManager manager;
  private int compared;
  private int converted;

  /**
   * @param prefix of the convolution's entries
   * @param manager who owns what is converted
   */
  StoredBases(
      Map<String, NDArray> state, String prefix, SteerableConvolution layer, NDManager manager) {
    this.state = state;
    this.prefix = prefix;
    this.layer = layer;
    this.manager = manager;
  }

  /** Bases that were found. */
  int compared() {
    return compared;
  }

  /** Bases that are others than here. */
  int converted() {
    return converted;
  }

  /**
   * One of them.
   *
   * @param entry its name in the state
   * @param in the input representation's name there
   * @param out the output representation's name there
   */
  private record Stored(String entry, String in, String out) {

    boolean isOf(WeightBlock block) {
      return EscnnNames.canonical(in).equals(block.basis().in().name())
          && EscnnNames.canonical(out).equals(block.basis().out().name());
    }
  }

  /** In the order of their weights: by names. */
  private List<Stored> stored() {
    Pattern pattern =
        Pattern.compile(Pattern.quote(prefix + BASIS) + "\\('(.*)', '(.*)'\\)" + SAMPLED);
    return state.keySet().stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(name -> new Stored(name.group(), name.group(1), name.group(2)))
        .sorted(Comparator.comparing(Stored::in).thenComparing(Stored::out))
        .toList();
  }

  /**
   * Weights for the bases here; the same array if those are the stored ones, or none are stored.
   *
   * @throws ReferenceStateException if a basis is missing, unknown, or of other kernels
   */
  NDArray weights(NDArray stored) {
    List<Stored> bases = stored();
    compared = bases.size();
    if (bases.isEmpty()) {
      return stored;
    }
    List<WeightBlock> blocks = layer.weightBlocks();
    double[] weights = PlainArrays.values(stored);
    double[][] parts = new double[blocks.size()][];
    int position = 0;
    for (Stored basis : bases) {
      int index = index(blocks, basis);
      WeightBlock block = blocks.get(index);
      int elements = (int) state.get(basis.entry).getShape().get(0);
      int end = position + block.inFields().length * block.outFields().length * elements;
      if (end > weights.length) {
        throw new ReferenceStateException(
            Text.format(
                "%sweights are %s, fewer than their bases have elements", prefix, weights.length));
      }
      parts[index] = converted(basis.entry, block, Arrays.copyOfRange(weights, position, end));
      position = end;
    }
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] == null) {
        SampledBasis basis = blocks.get(i).basis();
        throw new ReferenceStateException(
            Text.format(
                "The state has no %s%s('%s', '%s')%s",
                prefix, BASIS, basis.in().name(), basis.out().name(), SAMPLED));
      }
    }
    return converted == 0
        ? stored
        : manager.create(Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray());
  }

  private static int index(List<WeightBlock> blocks, Stored basis) {
    for (int i = 0; i < blocks.size(); i++) {
      if (basis.isOf(blocks.get(i))) {
        return i;
      }
    }
    throw new ReferenceStateException("The network has no basis for " + basis.entry);
  }

  private double[] converted(String name, WeightBlock block, double[] weights) {
    double[] theirs = PlainArrays.values(state.get(name));
    float[] dense = block.basis().dense();
    double[] ours = new double[dense.length];
    Arrays.setAll(ours, i -> dense[i]);
    if (difference(theirs, ours) <= TOLERANCE) {
      return weights;
    }
    int values = ours.length / block.basis().dimension();
    if (theirs.length % values != 0) {
      throw differs(name, Double.POSITIVE_INFINITY, theirs.length, ours.length);
    }
    var change = new BasisChange(theirs, ours, values);
    if (change.error() > TOLERANCE) {
      throw differs(name, change.error(), theirs.length, ours.length);
    }
    converted++;
    return change.apply(weights);
  }

  /**
   * Biases for the shifts here.
   *
   * @throws ReferenceStateException if there are other shifts
   */
  NDArray bias(NDArray stored) {
    NDArray expansion = state.get(prefix + "bias_expansion");
    int trivials = (int) stored.size();
    if (expansion == null || layer.expandBias(manager) == null) {
      return stored;
    }
    double[] theirs = transposed(expansion);
    double[] ours = transposed(layer.expandBias(manager, manager.eye(trivials)));
    if (difference(theirs, ours) <= TOLERANCE) {
      return stored;
    }
    var change = new BasisChange(theirs, ours, ours.length / trivials);
    if (change.error() > TOLERANCE) {
      throw differs(prefix + "bias_expansion", change.error(), theirs.length, ours.length);
    }
    return manager.create(change.apply(PlainArrays.values(stored)));
  }

  private static double[] transposed(NDArray matrix) {
    double[] values = PlainArrays.values(matrix);
    int columns = (int) matrix.getShape().get(1);
    int rows = values.length / columns;
    double[] transposed = new double[values.length];
    Arrays.setAll(transposed, i -> values[i % rows * columns + i / rows]);
    return transposed;
  }

  /** The largest difference over the largest of their values. */
  static double difference(double[] theirs, double[] ours) {
    if (theirs.length != ours.length) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < theirs.length; i++) {
      largest = Math.max(largest, Math.abs(theirs[i]));
      difference = Math.max(difference, Math.abs(theirs[i] - ours[i]));
    }
    return difference == 0 ? 0 : difference / largest;
  }

  static ReferenceStateException differs(String name, double difference, int theirs, int ours) {
    return new ReferenceStateException(
        Text.format(
            "%s differs from what it is here by %.2g of its largest value (%s and %s values): the"
                + " layer has other options, or its filter is that of older weights; save the state"
                + " after network.eval()",
            name, difference, theirs, ours));
  }
}
