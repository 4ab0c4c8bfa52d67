package org.e2spark.init;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.e2spark.kernel.BasisElement;
import org.ejml.simple.SimpleMatrix;

/**
 * Delta-orthonormal initialisation (Xiao et al. 2018, arXiv:1806.05393) for steerable kernels: the
 * kernel is zero except at its centre, where it maps the copies of every irrep orthonormally.
 *
 * <p>Needs, for each irrep, the same number of elements at radius zero (order zero, for
 * differential operators) between every input and every output copy of it.
 */
public final class DeltaOrthonormal implements WeightInit {

  private record Copy(int field, int position) implements Comparable<Copy> {
    @Override
    public int compareTo(Copy other) {
      return field != other.field
          ? Integer.compare(field, other.field)
          : Integer.compare(position, other.position);
    }
  }

  /** The weights at the centre between one output and one input copy of an irrep, by that pair. */
  private static final class Centre {
    final Map<Copy, Map<Copy, List<Integer>>> byOutput = new TreeMap<>();

    void add(Copy out, Copy in, int weight) {
      byOutput
          .computeIfAbsent(out, o -> new TreeMap<>())
          .computeIfAbsent(in, i -> new ArrayList<>())
          .add(weight);
    }
  }

  @Override
  public float[] draw(List<WeightBlock> blocks, RandomGenerator random) {
    float[] weights = new float[blocks.stream().mapToInt(WeightBlock::size).sum()];
    centres(blocks).forEach((irrep, centre) -> fill(weights, irrep, centre, random));
    return weights;
  }

  private static Map<String, Centre> centres(List<WeightBlock> blocks) {
    Map<String, Centre> centres = new LinkedHashMap<>();
    int offset = 0;
    for (WeightBlock block : blocks) {
      int dimension = block.basis().dimension();
      for (int e = 0; e < dimension; e++) {
        BasisElement element = block.basis().elements().get(e);
        if (!isCentre(element) || !element.inIrrep().equals(element.outIrrep())) {
          continue;
        }
        Centre centre = centres.computeIfAbsent(element.inIrrep().name(), name -> new Centre());
        int weight = offset + e;
        for (int out : block.outFields()) {
          for (int in : block.inFields()) {
            centre.add(
                new Copy(out, element.outPosition()), new Copy(in, element.inPosition()), weight);
            weight += dimension;
          }
        }
      }
      offset += block.size();
    }
    return centres;
  }

  private static boolean isCentre(BasisElement element) {
    return element.order() < 0 ? element.radius() == 0 : element.order() == 0;
  }

  private static void fill(float[] weights, String irrep, Centre centre, RandomGenerator random) {
    int outputs = centre.byOutput.size();
    int inputs = centre.byOutput.values().iterator().next().size();
    int elements = centre.byOutput.values().iterator().next().values().iterator().next().size();
    for (Map<Copy, List<Integer>> row : centre.byOutput.values()) {
      if (row.size() != inputs || row.values().stream().anyMatch(w -> w.size() != elements)) {
        throw new IllegalArgumentException(
            "Delta-orthonormal initialisation needs as many basis elements at the centre between all copies of "
                + irrep
                + ", but some pairs have more than others: use generalised He initialisation");
      }
    }
    SimpleMatrix mixing = orthogonal(Math.max(outputs, inputs), random);
    int o = 0;
    for (Map<Copy, List<Integer>> row : centre.byOutput.values()) {
      double[] direction = unitVector(elements, random);
      int i = 0;
      for (List<Integer> pair : row.values()) {
        for (int e = 0; e < elements; e++) {
          weights[pair.get(e)] = (float) (direction[e] * mixing.get(o, i));
        }
        i++;
      }
      o++;
    }
  }

  private static double[] unitVector(int size, RandomGenerator random) {
    double[] vector = new double[size];
    Arrays.setAll(vector, i -> random.nextGaussian());
    double norm = Math.sqrt(Arrays.stream(vector).map(v -> v * v).sum());
    return Arrays.stream(vector).map(v -> v / norm).toArray();
  }

  /** An orthogonal matrix drawn evenly (Haar): Gram and Schmidt's method on Gaussian rows. */
  static SimpleMatrix orthogonal(int size, RandomGenerator random) {
    SimpleMatrix matrix = new SimpleMatrix(size, size);
    for (int row = 0; row < size; row++) {
      double[] v = unitVector(size, random);
      // A second pass removes what rounding left of the first.
      for (int pass = 0; pass < 2; pass++) {
        for (int before = 0; before < row; before++) {
          double overlap = 0;
          for (int c = 0; c < size; c++) {
            overlap += v[c] * matrix.get(before, c);
          }
          for (int c = 0; c < size; c++) {
            v[c] -= overlap * matrix.get(before, c);
          }
        }
      }
      double norm = Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
      for (int c = 0; c < size; c++) {
        matrix.set(row, c, v[c] / norm);
      }
    }
    return matrix;
  }
}
