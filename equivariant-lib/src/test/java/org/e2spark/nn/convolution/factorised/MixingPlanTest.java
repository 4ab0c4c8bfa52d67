package org.e2spark.nn.convolution.factorised;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.e2spark.model.Networks;
import org.e2spark.nn.FieldType;
import org.ejml.simple.SimpleMatrix;

/**
 * The equivariant maps and mixing matrices of a plan make up the dense filter, for any pair of
 * field types, and every weight is used once.
 */
class MixingPlanTest {

  @Property(tries = 60)
  void mapsAndMixingMatricesMakeUpTheDenseFilter(@ForAll long seed) {
    RandomLayer random = RandomLayer.of(seed);
    MixingPlan plan = random.plan();
    try (var layer = random.layer();
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      var size = random.window().image();
      Networks.initialize(
          layer,
          manager,
          new Shape(1, layer.inType().size(), size.height(), size.width()),
          seed,
          DataType.FLOAT64);
      NDArray parameter = layer.getDirectParameters().get("weights").getArray();
      double[] weights = parameter.toDoubleArray();
      double[] expected = layer.expansion().expand(manager, parameter).toDoubleArray();
      double[][] whole = filter(plan, weights);
      int points = random.window().kernelSize() * random.window().kernelSize();
      int inputs = layer.inType().size() / random.groups();
      int outputs = layer.outType().size() / random.groups();
      for (int o = 0; o < layer.outType().size(); o++) {
        for (int i = 0; i < layer.inType().size(); i++) {
          boolean sameGroup = o / outputs == i / inputs;
          for (int p = 0; p < points; p++) {
            int pair =
                random.window().isTransposed()
                    ? o % outputs * layer.inType().size() + i
                    : o * inputs + i % inputs;
            double dense = sameGroup ? expected[pair * points + p] : 0;
            assertThat(whole[o][i * points + p]).isBetween(dense - 1e-12, dense + 1e-12);
          }
        }
      }
    }
    assertThat(plan.entries().entryOfWeight()).doesNotHaveDuplicates();
  }

  /** {@code Q_out (sum_e (W_0 + J W_1)_e u_e) Q_in^-1}, one row for each output channel. */
  private static double[][] filter(MixingPlan plan, double[] weights) {
    int outputs = plan.out().type().size();
    double[][] filter = null;
    double[] scales = plan.entries().scaleOfEntry();
    long[] weightOf = plan.entries().weightOfEntry();
    for (MixingPlan.Target target : plan.reached()) {
      int column = 0;
      for (EquivariantMap map : target.maps()) {
        int copies = plan.in().copies(map.in());
        if (filter == null) {
          filter = new double[outputs][plan.in().type().size() * map.points()];
        }
        for (int row = 0; row < target.rows(); row++) {
          for (int copy = 0; copy < copies; copy++) {
            int entry = target.firstEntry() + row * target.columns() + column + copy;
            double scale = scales[entry];
            if (scale != 0) {
              double value = scale * weights[(int) weightOf[entry]];
              double[] kernel = row < target.copies() ? map.samples() : map.turned();
              add(plan, map, row % target.copies(), copy, value, kernel, filter);
            }
          }
        }
        column += copies;
      }
    }
    return filter;
  }

  private static void add(
      MixingPlan plan,
      EquivariantMap map,
      int outCopy,
      int inCopy,
      double value,
      double[] kernel,
      double[][] filter) {
    double[][] left = vectors(plan.out(), map.out(), outCopy, Side.OUT);
    double[][] right = vectors(plan.in(), map.in(), inCopy, Side.IN);
    for (int a = 0; a < map.out().size(); a++) {
      for (int b = 0; b < map.in().size(); b++) {
        for (int o = 0; o < filter.length; o++) {
          for (int i = 0; left[a][o] != 0 && i < right[b].length; i++) {
            for (int p = 0; right[b][i] != 0 && p < map.points(); p++) {
              filter[o][i * map.points() + p] +=
                  left[a][o]
                      * right[b][i]
                      * value
                      * kernel[(a * map.in().size() + b) * map.points() + p];
            }
          }
        }
      }
    }
  }

  private enum Side {
    IN,
    OUT
  }

  /** For each component of a copy of an irrep, how it lies in the channels. */
  private static double[][] vectors(
      FieldIrreps fields, org.e2spark.group.Irrep irrep, int copy, Side side) {
    FieldType type = fields.type();
    for (FieldIrreps.Part part : fields.parts()) {
      int first = fields.firstCopy(irrep, part);
      int multiplicity = part.multiplicity(irrep);
      int count = part.fields().size();
      if (copy >= first && copy < first + multiplicity * count) {
        int field = part.fields().get((copy - first) % count);
        int row = part.firstRow(irrep, fields.irreps()) + (copy - first) / count;
        SimpleMatrix q = side == Side.OUT ? part.fromRows().transpose() : part.toRows();
        double[][] vectors = new double[irrep.size()][type.size()];
        for (int component = 0; component < irrep.size(); component++) {
          for (int channel = 0; channel < part.representation().size(); channel++) {
            vectors[component][type.start(field) + channel] =
                q.get(row + component * multiplicity, channel);
          }
        }
        return vectors;
      }
    }
    throw new IllegalArgumentException(List.of(irrep, copy).toString());
  }
}
