package org.e2spark.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.e2spark.group.Representation;
import org.ejml.simple.SimpleMatrix;

/**
 * Expands the weights of a layer into its filter in plain Java, to hold bases against filters of
 * the reference: once through the dense basis, once in irrep space.
 */
final class FilterExpansion {

  /** Samples the basis of a pair of representations. */
  @FunctionalInterface
  interface Sampler {
    SampledBasis sample(Representation in, Representation out);
  }

  private final List<Representation> in;
  private final List<Representation> out;
  private final Map<String, Map<String, SampledBasis>> bases = new TreeMap<>();
  private final int points;

  FilterExpansion(List<Representation> in, List<Representation> out, int points, Sampler sampler) {
    this.in = in;
    this.out = out;
    this.points = points;
    for (Representation input : in) {
      for (Representation output : out) {
        Map<String, SampledBasis> row =
            bases.computeIfAbsent(input.name(), name -> new TreeMap<>());
        if (!row.containsKey(output.name())) {
          try {
            row.put(output.name(), sampler.sample(input, output));
          } catch (EmptyBasisException empty) {
            // The reference skips such pairs too: their block of the filter stays zero.
          }
        }
      }
    }
  }

  int dimension() {
    int dimension = 0;
    for (String input : bases.keySet()) {
      for (String output : bases.get(input).keySet()) {
        dimension +=
            bases.get(input).get(output).dimension()
                * fields(in, input).size()
                * fields(out, output).size();
      }
    }
    return dimension;
  }

  double[] filter(double[] weights, boolean inIrrepSpace) {
    int inSize = in.stream().mapToInt(Representation::size).sum();
    int outSize = out.stream().mapToInt(Representation::size).sum();
    double[] filter = new double[outSize * inSize * points];
    int position = 0;
    for (String input : bases.keySet()) {
      for (String output : bases.get(input).keySet()) {
        SampledBasis basis = bases.get(input).get(output);
        float[] dense = basis.dense();
        for (int outField : fields(out, output)) {
          for (int inField : fields(in, input)) {
            double[] block =
                inIrrepSpace
                    ? throughIrreps(basis, weights, position)
                    : throughDense(basis, dense, weights, position);
            position += basis.dimension();
            for (int o = 0; o < basis.out().size(); o++) {
              for (int i = 0; i < basis.in().size(); i++) {
                int row = (start(out, outField) + o) * inSize + start(in, inField) + i;
                System.arraycopy(
                    block, (o * basis.in().size() + i) * points, filter, row * points, points);
              }
            }
          }
        }
      }
    }
    return filter;
  }

  private double[] throughDense(SampledBasis basis, float[] dense, double[] weights, int position) {
    int length = basis.out().size() * basis.in().size() * points;
    double[] block = new double[length];
    for (int b = 0; b < basis.dimension(); b++) {
      for (int i = 0; i < length; i++) {
        block[i] += weights[position + b] * dense[b * length + i];
      }
    }
    return block;
  }

  private double[] throughIrreps(SampledBasis basis, double[] weights, int position) {
    int rows = basis.out().size();
    int columns = basis.in().size();
    SimpleMatrix[] atPoint = new SimpleMatrix[points];
    for (int p = 0; p < points; p++) {
      atPoint[p] = new SimpleMatrix(rows, columns);
    }
    for (IrrepBlock block : basis.blocks()) {
      int height = block.out().size();
      int width = block.in().size();
      for (IrrepBlock.Placement place : block.placements()) {
        for (int index = 0; index < block.samples().length; index++) {
          int p = index % points;
          int column = place.inOffset() + index / points % width;
          int row = place.outOffset() + index / points / width % height;
          double weight = weights[position + place.weights()[index / points / width / height]];
          atPoint[p].set(
              row, column, atPoint[p].get(row, column) + weight * block.samples()[index]);
        }
      }
    }
    double[] result = new double[rows * columns * points];
    for (int p = 0; p < points; p++) {
      SimpleMatrix mixed =
          basis.out().changeOfBasis().mult(atPoint[p]).mult(basis.in().changeOfBasisInverse());
      for (int entry = 0; entry < rows * columns; entry++) {
        result[entry * points + p] = mixed.get(entry);
      }
    }
    return result;
  }

  private static List<Integer> fields(List<Representation> type, String name) {
    List<Integer> fields = new ArrayList<>();
    for (int i = 0; i < type.size(); i++) {
      if (type.get(i).name().equals(name)) {
        fields.add(i);
      }
    }
    return fields;
  }

  private static int start(List<Representation> type, int field) {
    return type.subList(0, field).stream().mapToInt(Representation::size).sum();
  }
}
