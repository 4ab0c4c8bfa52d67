package org.e2spark.nn.convolution.factorised;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The equivariant maps as matrices over pixels: a convolution with zero padding, any stride and any
 * dilation is a product with a Toeplitz matrix (input pixels, output pixels).
 *
 * <p>Folded by {@link Parity}, the components of a field stand under labels, the first component's
 * class; the second component's class is the opposite one on both axes. Each map then takes exactly
 * one label of the input to each label of the output, so that a matrix is four blocks of a quarter
 * of its rows and columns. Unfolded there is one label, 0.
 *
 * @param plan what multiplies what
 * @param window how kernels move
 * @param folded whether images are folded
 */
record ToeplitzTables(MixingPlan plan, KernelWindow window, boolean folded) {

  /** Whether maps and window allow images to be folded. */
  static boolean canFold(MixingPlan plan, KernelWindow window) {
    return window.isCentred()
        && Math.min(window.image().height(), window.image().width()) > 1
        && Math.min(window.output().height(), window.output().width()) > 1
        && plan.targets().stream()
            .flatMap(target -> target.maps().stream())
            .allMatch(map -> Parity.classOf(map) != Parity.NONE);
  }

  /** Number of labels. */
  int labels() {
    return folded ? Parity.CLASSES : 1;
  }

  Parity input() {
    return new Parity(window.image().height(), window.image().width());
  }

  Parity output() {
    return new Parity(window.output().height(), window.output().width());
  }

  /** The first coefficient of a component of a label. */
  int start(Parity side, int label, int component) {
    return folded ? side.start(twisted(label, component)) : 0;
  }

  /** The number of coefficients of a component of a label. */
  int size(Parity side, int label, int component) {
    return folded
        ? side.size(twisted(label, component))
        : IntStream.range(0, Parity.CLASSES).map(side::size).sum();
  }

  /** The number of coefficients of all components of a label. */
  int width(Parity side, int label, int components) {
    return IntStream.range(0, components).map(c -> size(side, label, c)).sum();
  }

  private static int twisted(int label, int component) {
    return component == 0 ? label : label ^ Parity.BOTH;
  }

  /**
   * Maps of one target that take the same coefficients of the same input irrep to one label.
   *
   * @param first the first of them
   * @param count how many
   * @param source the position of the input irrep
   * @param inLabel the label they take
   */
  record Group(int first, int count, int source, int inLabel) {}

  /** The groups of a target's maps, for one label of the output. */
  List<Group> groups(MixingPlan.Target target, int label) {
    List<Group> groups = new ArrayList<>();
    for (int e = 0; e < target.maps().size(); e++) {
      EquivariantMap map = target.maps().get(e);
      int source = plan.in().irreps().indexOf(map.in());
      int inLabel = folded ? label ^ Parity.classOf(map) : 0;
      Group last = groups.isEmpty() ? null : groups.get(groups.size() - 1);
      if (last != null && last.source() == source && last.inLabel() == inLabel) {
        groups.set(groups.size() - 1, new Group(last.first(), last.count() + 1, source, inLabel));
      } else {
        groups.add(new Group(e, 1, source, inLabel));
      }
    }
    return groups;
  }

  /** A map's matrix over pixels: (in size, input pixels, out size, output pixels). */
  double[][][][] matrix(EquivariantMap map) {
    int pixels = window.inputPixels();
    double[][][][] matrix = new double[map.in().size()][pixels][map.out().size()][];
    for (int i = 0; i < map.in().size(); i++) {
      for (int o = 0; o < map.out().size(); o++) {
        double[] filter = map.entry(o, i);
        for (int pixel = 0; pixel < pixels; pixel++) {
          double[] response = window.response(filter, pixel);
          matrix[i][pixel][o] = folded ? output().fold(response) : response;
        }
        if (folded) {
          foldRows(matrix[i], o);
        }
      }
    }
    return matrix;
  }

  private void foldRows(double[][][] rows, int component) {
    int columns = window.outputPixels();
    double[] image = new double[rows.length];
    for (int column = 0; column < columns; column++) {
      for (int pixel = 0; pixel < rows.length; pixel++) {
        image[pixel] = rows[pixel][component][column];
      }
      double[] coefficients = input().fold(image);
      for (int pixel = 0; pixel < rows.length; pixel++) {
        rows[pixel][component][column] = coefficients[pixel];
      }
    }
  }

  /** The block of a map's matrix from one label to another: (input, output coefficients). */
  double[] block(EquivariantMap map, double[][][][] matrix, int inLabel, int label) {
    int columns = width(output(), label, map.out().size());
    double[] block = new double[width(input(), inLabel, map.in().size()) * columns];
    int at = 0;
    for (int i = 0; i < map.in().size(); i++) {
      int from = start(input(), inLabel, i);
      for (int row = from; row < from + size(input(), inLabel, i); row++) {
        for (int o = 0; o < map.out().size(); o++) {
          int length = size(output(), label, o);
          int first = start(output(), label, o);
          System.arraycopy(matrix[i][row][o], first, block, at, length);
          at += length;
        }
      }
    }
    return block;
  }

  /**
   * Adds the blocks of all maps of a target.
   *
   * @return the place of each group's blocks, (input coefficients, count, output coefficients),
   *     label by label
   */
  int[][] add(MixingPlan.Target target, Tables tables) {
    List<double[][][][]> matrices = target.maps().stream().map(this::matrix).toList();
    int[][] places = new int[labels()][];
    for (int label = 0; label < labels(); label++) {
      List<Group> groups = groups(target, label);
      places[label] = new int[groups.size()];
      for (int g = 0; g < groups.size(); g++) {
        Group group = groups.get(g);
        int columns = width(output(), label, target.irrep().size());
        int row = group.count() * columns;
        int rows = width(input(), group.inLabel(), target.maps().get(group.first()).in().size());
        double[] blocks = new double[rows * row];
        for (int e = 0; e < group.count(); e++) {
          int map = group.first() + e;
          double[] block = block(target.maps().get(map), matrices.get(map), group.inLabel(), label);
          for (int i = 0; i < rows; i++) {
            System.arraycopy(block, i * columns, blocks, i * row + e * columns, columns);
          }
        }
        places[label][g] = tables.add(blocks);
      }
    }
    return places;
  }
}
