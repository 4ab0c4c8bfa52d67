package org.e2spark.init;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.e2spark.kernel.BasisElement;

/**
 * Delta-orthonormal initialisation (Xiao et al. 2018, arXiv:1806.05393) for steerable kernels: the
 * kernel is zero except at its centre, where it maps the copies of every irrep orthonormally.
 *
 * <p>Needs, for each irrep, the same number of elements at radius zero (order zero, for
 * differential operators) between every input and every output copy of it.
 */
public final class DeltaOrthonormal implements WeightInit {

  /** A copy of an irrep: its field, and its position there. */
  private record Copy(int field, int position) implements Comparable<Copy> {
    @Override
    public int compareTo(Copy other) {
      return field != other.field
          ? Integer.compare(field, other.field)
          : Integer.compare(position, other.position);
    }
  }

  /** A basis element at the centre between copies of one irrep. */
  private record Element(WeightBlock block, int firstWeight, BasisElement element) {

    Copy out(int field) {
      return new Copy(field, element.outPosition());
    }

    Copy in(int field) {
      return new Copy(field, element.inPosition());
    }
  }

  @Override
  public float[] draw(List<WeightBlock> blocks, RandomGenerator random) {
    float[] weights = new float[blocks.stream().mapToInt(WeightBlock::size).sum()];
    centres(blocks).forEach((irrep, elements) -> fill(weights, Centre.of(irrep, elements), random));
    return weights;
  }

  private static Map<String, List<Element>> centres(List<WeightBlock> blocks) {
    Map<String, List<Element>> centres = new LinkedHashMap<>();
    int offset = 0;
    for (WeightBlock block : blocks) {
      for (int e = 0; e < block.basis().dimension(); e++) {
        BasisElement element = block.basis().elements().get(e);
        if (element.radial().isCentre() && element.inIrrep().equals(element.outIrrep())) {
          centres
              .computeIfAbsent(element.inIrrep().name(), name -> new ArrayList<>())
              .add(new Element(block, offset + e, element));
        }
      }
      offset += block.size();
    }
    return centres;
  }

  /**
   * The weights at the centre between all copies of an irrep, {@code depth} for each output and
   * input copy: {@code weights[(output * inputs + input) * depth + ...]}.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Centre(int outputs, int inputs, int depth, int[] weights) {

    static Centre of(String irrep, List<Element> elements) {
      Map<Copy, Integer> outputs = copies(elements, Element::out, WeightBlock::outFields);
      Map<Copy, Integer> inputs = copies(elements, Element::in, WeightBlock::inFields);
      int pairs = outputs.size() * inputs.size();
      int total = 0;
      for (Element element : elements) {
        total += element.block().outFields().length * element.block().inFields().length;
      }
      int depth = total / pairs;
      int[] weights = new int[total];
      int[] filled = new int[pairs];
      for (Element element : elements) {
        int weight = element.firstWeight();
        int step = element.block().basis().dimension();
        for (int out : element.block().outFields()) {
          int row = outputs.get(element.out(out)) * inputs.size();
          for (int in : element.block().inFields()) {
            int pair = row + inputs.get(element.in(in));
            if (depth * pairs != total || filled[pair] == depth) {
              throw new IllegalArgumentException(
                  "Delta-orthonormal initialisation needs as many basis elements at the centre"
                      + " between all copies of "
                      + irrep
                      + ", but some pairs have more than others: use generalised He"
                      + " initialisation");
            }
            weights[pair * depth + filled[pair]++] = weight;
            weight += step;
          }
        }
      }
      return new Centre(outputs.size(), inputs.size(), depth, weights);
    }

    /** Numbers the copies of an irrep in the order of the channels. */
    private static Map<Copy, Integer> copies(
        List<Element> elements,
        BiFunction<Element, Integer, Copy> copy,
        Function<WeightBlock, int[]> fields) {
      var sorted = new TreeSet<Copy>();
      for (Element element : elements) {
        for (int field : fields.apply(element.block())) {
          sorted.add(copy.apply(element, field));
        }
      }
      Map<Copy, Integer> numbers = new HashMap<>();
      sorted.forEach(c -> numbers.put(c, numbers.size()));
      return numbers;
    }
  }

  private static void fill(float[] weights, Centre centre, RandomGenerator random) {
    boolean wide = centre.outputs() <= centre.inputs();
    double[][] mixing =
        orthonormalRows(
            Math.min(centre.outputs(), centre.inputs()),
            Math.max(centre.outputs(), centre.inputs()),
            random);
    int next = 0;
    for (int o = 0; o < centre.outputs(); o++) {
      double[] direction = unitVector(centre.depth(), random);
      for (int i = 0; i < centre.inputs(); i++) {
        double entry = wide ? mixing[o][i] : mixing[i][o];
        for (int e = 0; e < centre.depth(); e++) {
          weights[centre.weights()[next++]] = (float) (direction[e] * entry);
        }
      }
    }
  }

  private static double[] unitVector(int size, RandomGenerator random) {
    double[] vector = new double[size];
    Arrays.setAll(vector, i -> random.nextGaussian());
    scale(vector, 1 / Math.sqrt(dot(vector, vector)));
    return vector;
  }

  /**
   * The first rows of an orthogonal matrix drawn evenly (Haar): Gram and Schmidt's method, in the
   * numerically stable order, on Gaussian rows.
   */
  static double[][] orthonormalRows(int rows, int size, RandomGenerator random) {
    double[][] matrix = new double[rows][];
    Arrays.setAll(matrix, row -> unitVector(size, random));
    for (int row = 0; row < rows; row++) {
      double[] done = matrix[row];
      scale(done, 1 / Math.sqrt(dot(done, done)));
      for (int later = row + 1; later < rows; later++) {
        subtract(matrix[later], dot(matrix[later], done), done);
      }
    }
    return matrix;
  }

  /** Eight sums side by side, for the processor to work on at once. */
  private static double dot(double[] a, double[] b) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = 0;
    for (; i + 8 <= a.length; i += 8) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
      s4 += a[i + 4] * b[i + 4];
      s5 += a[i + 5] * b[i + 5];
      s6 += a[i + 6] * b[i + 6];
      s7 += a[i + 7] * b[i + 7];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }

  private static void scale(double[] vector, double factor) {
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= factor;
    }
  }

  private static void subtract(double[] vector, double factor, double[] other) {
    for (int i = 0; i < vector.length; i++) {
      vector[i] -= factor * other[i];
    }
  }
}
