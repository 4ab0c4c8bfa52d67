package org.e2spark.nn.normalization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.Convolution;
import org.e2spark.interchange.Moments;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.Constant;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FormArrays;
import org.e2spark.text.Text;
import org.e2spark.torch.TorchFunction;

/**
 * Means and variances of fields of one representation, taken in the basis of its irreps, where the
 * mean of all but the trivial ones is zero.
 */
final class IrrepMoments {

  /** What one variance is taken over, besides batch and space, and how. */
  enum Sharing {
    /** The channels of an irrep; unbiased, and constant to the gradient. */
    IRREP,
    /** All channels of a field; biased when normalising, and part of the gradient. */
    FIELD
  }

  /**
   * What to normalise by.
   *
   * @param mean (fields, trivials), or null
   * @param var (fields, variances)
   */
  record Statistics(NDArray mean, NDArray var) {}

  /**
   * What follows it.
   *
   * @param weight (fields, variances), or null
   * @param bias (fields, trivials), or null
   */
  record Learnt(NDArray weight, NDArray bias) {}

  private final int fields;
  private final int size;
  private final int trivials;
  private final int variances;
  private final Sharing sharing;
  private final Constant basis;
  private final Constant inverse;
  private final Constant places;
  private final Constant index;
  private final Constant average;
  private final Constant spread;
  private final Constant centreOfBatch;
  private final Constant averageOfBatch;
  private final Constant samplesOfBatch;

  /**
   * @param owner the module that keeps the constants
   */
  IrrepMoments(
      FieldBatchNorm<Representation> owner,
      FieldGroups.Group<Representation> group,
      Sharing sharing) {
    Representation representation = group.key();
    this.fields = group.fields();
    this.size = representation.size();
    this.sharing = sharing;
    List<Irrep> irreps = representation.irreps();
    this.trivials = (int) irreps.stream().filter(Irrep::isTrivial).count();
    this.variances = sharing == Sharing.IRREP ? irreps.size() : 1;
    double[] trivialPlaces = new double[trivials * size];
    double[] centre = new double[size * size];
    long[] trivialIndex = new long[trivials];
    double[] mean = new double[size * variances];
    double[] all = new double[variances * size];
    int position = 0;
    int trivial = 0;
    for (int i = 0; i < irreps.size(); i++) {
      Irrep irrep = irreps.get(i);
      if (irrep.isTrivial()) {
        centre[position * size + position] = 1;
        trivialIndex[trivial] = position;
        trivialPlaces[trivial++ * size + position] = 1;
      }
      int column = sharing == Sharing.IRREP ? i : 0;
      for (int k = 0; k < irrep.size(); k++, position++) {
        mean[position * variances + column] =
            1.0 / (sharing == Sharing.IRREP ? irrep.size() : size);
        all[column * size + position] = 1;
      }
    }
    boolean diagonal = representation.isDirectSumOfIrreps();
    Shape square = new Shape(size, size);
    this.basis =
        diagonal
            ? null
            : owner.constant(representation.changeOfBasis().getDDRM().getData(), square);
    this.inverse =
        diagonal
            ? null
            : owner.constant(representation.changeOfBasisInverse().getDDRM().getData(), square);
    this.places = trivials == 0 ? null : owner.constant(trivialPlaces, new Shape(trivials, size));
    this.index = trivials == 0 ? null : owner.constant(trivialIndex);
    this.average = owner.constant(mean, new Shape(size, variances));
    this.spread = owner.constant(all, new Shape(variances, size));
    boolean ofBatch = !owner.options.tracked();
    this.centreOfBatch = ofBatch ? owner.ofFields(group, centre) : null;
    this.averageOfBatch = ofBatch ? owner.ofFields(group, shared(mean, all)) : null;
    double[] ones = new double[fields * size];
    Arrays.fill(ones, 1);
    this.samplesOfBatch =
        ofBatch && sharing == Sharing.IRREP ? owner.constant(ones, new Shape(ones.length)) : null;
  }

  /** Column c says of which channels' mean squares the variance of channel c is the mean. */
  private double[] shared(double[] mean, double[] all) {
    double[] shared = new double[size * size];
    for (int from = 0; from < size; from++) {
      for (int to = 0; to < size; to++) {
        for (int v = 0; v < variances; v++) {
          shared[from * size + to] += mean[from * variances + v] * all[v * size + to];
        }
      }
    }
    return shared;
  }

  /** Trivial irreps of a field: how many means it has. */
  int trivials() {
    return trivials;
  }

  /** How many variances a field has. */
  int variances() {
    return variances;
  }

  /** Whether fields are in the basis of irreps. */
  boolean isDiagonal() {
    return basis == null;
  }

  /** The statistics of a batch of fields (batch, fields x size, height, width). */
  Statistics ofBatch(FormArrays arrays, NDArray x) {
    String taken = sharing == Sharing.IRREP ? "torch.detach(x)" : "x";
    List<String> statements = new ArrayList<>();
    statements.add(Text.format("f = torch.unflatten(%s, 1, [%d, %d])", taken, fields, size));
    StringBuilder names = new StringBuilder("x, average");
    List<NDArray> operands = new ArrayList<>(List.of(x, arrays.of(average)));
    if (!isDiagonal()) {
      names.append(", q");
      operands.add(arrays.of(inverse));
      statements.add("f = torch.einsum(\"ds,bcsxy->bcdxy\", [q, f])");
    }
    if (trivials > 0) {
      names.append(", places, index");
      operands.addAll(List.of(arrays.of(places), arrays.of(index)));
      statements.add("m = torch.mean(torch.index_select(f, 2, index), [0, 3, 4], False)");
      statements.add(
          Text.format(
              "f = torch.sub(f, torch.reshape(torch.matmul(m, places), [1, %d, %d, 1, 1]))",
              fields, size));
    }
    statements.add("v = torch.matmul(torch.mean(torch.square(f), [0, 3, 4], False), average)");
    if (sharing == Sharing.IRREP) {
      statements.add(Text.format("n = torch.floordiv(torch.numel(f), %d)", fields * size));
      statements.add("v = torch.div(torch.mul(v, n), ops.prim.max(torch.sub(n, 1), 1))");
    }
    var both =
        TorchFunction.of(
            names.toString(), statements, trivials == 0 ? "v" : "torch.cat([m, v], 1)");
    NDArray statistics = arrays.derived(both, operands.toArray(NDArray[]::new));
    return new Statistics(
        trivials == 0 ? null : part(arrays, statistics, 0, trivials),
        trivials == 0 ? statistics : part(arrays, statistics, trivials, trivials + variances));
  }

  private static NDArray part(FormArrays arrays, NDArray statistics, int from, int to) {
    String columns = Text.format("torch.slice(s, 1, %d, %d, 1)", from, to);
    return arrays.derived(TorchFunction.of("s", columns), statistics);
  }

  /** What turns the variance of {@link #ofBatch} into the unbiased one. */
  double runningCorrection(Shape shape) {
    return sharing == Sharing.IRREP
        ? 1
        : RunningStatistics.bessel(shape.get(0) * size * shape.get(2) * shape.get(3));
  }

  /** Fields shifted and scaled in the basis of irreps: an {@link Affine} if they are in it. */
  PlainLayer normalize(FormArrays arrays, Statistics by, Learnt learnt, double eps) {
    NDArray factor = RunningStatistics.scale(arrays, by.var(), learnt.weight(), eps);
    NDArray scale = product(arrays, factor, spread);
    NDArray bias = product(arrays, learnt.bias(), places);
    NDArray shift =
        by.mean() == null
            ? bias
            : RunningStatistics.shift(arrays, product(arrays, by.mean(), places), bias, scale);
    return isDiagonal()
        ? affine(arrays, scale, shift)
        : ofFields(
            arrays,
            arrays.derived(
                TorchFunction.of("q, s, p", "torch.matmul(torch.mul(q, torch.unsqueeze(s, 1)), p)"),
                arrays.of(basis),
                scale,
                arrays.of(inverse)),
            shift);
  }

  /** The same by the statistics of the batch at hand. */
  PlainLayer normalizeByBatch(FormArrays arrays, Learnt learnt, double eps) {
    PlainLayer learntOnly =
        learnt.weight() == null
            ? Sequence.IDENTITY
            : affine(
                arrays,
                product(arrays, learnt.weight(), spread),
                product(arrays, learnt.bias(), places));
    var moments =
        new Moments(
            arrays.of(centreOfBatch),
            arrays.of(averageOfBatch),
            samplesOfBatch == null ? null : arrays.of(samplesOfBatch),
            eps);
    if (isDiagonal()) {
      return Sequence.of(moments, learntOnly);
    }
    var each = TorchFunction.of("q", Text.format("torch.repeat(q, [%d, 1])", fields));
    return Sequence.of(
        ofFields(arrays, arrays.derived(each, arrays.of(inverse)), null),
        moments,
        learntOnly,
        ofFields(arrays, arrays.derived(each, arrays.of(basis)), null));
  }

  private static NDArray product(FormArrays arrays, NDArray values, Constant matrix) {
    return values == null
        ? null
        : arrays.derived(TorchFunction.of("a, b", "torch.matmul(a, b)"), values, arrays.of(matrix));
  }

  private static Affine affine(FormArrays arrays, NDArray scale, NDArray shift) {
    var shaped = TorchFunction.of("v", "torch.reshape(v, [-1, 1, 1])");
    return new Affine(
        arrays.derived(shaped, scale), shift == null ? null : arrays.derived(shaped, shift));
  }

  /**
   * A matrix for each field.
   *
   * @param matrices fields x size x size numbers
   * @param shift (fields, size) in the basis of irreps, or null
   */
  private PlainLayer ofFields(FormArrays arrays, NDArray matrices, NDArray shift) {
    String shaped = Text.format("torch.reshape(m, [%d, %d, 1, 1])", fields * size, size);
    NDArray bias =
        shift == null
            ? null
            : arrays.derived(
                TorchFunction.of(
                    "t, q", "torch.flatten(torch.matmul(t, torch.transpose(q, 0, 1)))"),
                shift,
                arrays.of(basis));
    return new Convolution(
        arrays.derived(TorchFunction.of("m", shaped), matrices),
        bias,
        Convolution.Geometry.pointwise(fields));
  }
}
