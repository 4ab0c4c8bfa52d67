package org.e2spark.nn.normalization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.nn.Constant;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.text.Text;
import org.e2spark.torch.TorchFunction;
import org.ejml.simple.SimpleMatrix;

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

  /** What to normalise by; only the variance is never null. */
  record Statistics(NDArray mean, NDArray var, NDArray weight, NDArray bias) {}

  private final int fields;
  private final int size;
  private final int trivials;
  private final int variances;
  private final Sharing sharing;
  private final Constant changeOfBasis;
  private final Constant changeOfBasisInverse;
  private final Constant trivialPlaces;
  private final Constant trivialIndex;
  private final Constant average;
  private final Constant spread;

  /**
   * @param owner the module that keeps the constants
   * @param fields how many fields
   */
  IrrepMoments(
      EquivariantModule owner, Representation representation, int fields, Sharing sharing) {
    this.fields = fields;
    this.size = representation.size();
    this.sharing = sharing;
    List<Irrep> irreps = representation.irreps();
    this.trivials = (int) irreps.stream().filter(Irrep::isTrivial).count();
    this.variances = sharing == Sharing.IRREP ? irreps.size() : 1;
    double[] places = new double[trivials * size];
    long[] index = new long[trivials];
    double[] mean = new double[size * variances];
    double[] all = new double[variances * size];
    int position = 0;
    int trivial = 0;
    for (int i = 0; i < irreps.size(); i++) {
      Irrep irrep = irreps.get(i);
      if (irrep.isTrivial()) {
        index[trivial] = position;
        places[trivial++ * size + position] = 1;
      }
      int column = sharing == Sharing.IRREP ? i : 0;
      for (int k = 0; k < irrep.size(); k++, position++) {
        mean[position * variances + column] =
            1.0 / (sharing == Sharing.IRREP ? irrep.size() : size);
        all[column * size + position] = 1;
      }
    }
    boolean diagonal = representation.isDirectSumOfIrreps();
    this.changeOfBasis = diagonal ? null : matrix(owner, representation.changeOfBasis());
    this.changeOfBasisInverse =
        diagonal ? null : matrix(owner, representation.changeOfBasisInverse());
    this.trivialPlaces = trivials == 0 ? null : owner.constant(places, new Shape(trivials, size));
    this.trivialIndex = trivials == 0 ? null : owner.constant(index);
    this.average = owner.constant(mean, new Shape(size, variances));
    this.spread = owner.constant(all, new Shape(variances, size));
  }

  private Constant matrix(EquivariantModule owner, SimpleMatrix matrix) {
    return owner.constant(matrix.getDDRM().getData(), new Shape(size, size));
  }

  /** Trivial irreps of a field: how many means it has. */
  int trivials() {
    return trivials;
  }

  /** How many variances a field has. */
  int variances() {
    return variances;
  }

  /** (batch, fields x size, height, width) in the basis of irreps; {@code x} itself if it is. */
  NDArray toIrreps(NDArray x) {
    return changeOfBasisInverse == null ? x : change(changeOfBasisInverse, x);
  }

  /** The inverse of {@link #toIrreps}. */
  NDArray fromIrreps(NDArray irreps) {
    return changeOfBasis == null ? irreps : change(changeOfBasis, irreps);
  }

  private NDArray change(Constant matrix, NDArray x) {
    return TorchFunction.of(
            "x, q",
            Text.format(
                "torch.flatten(torch.einsum(\"ds,bcsxy->bcdxy\", [q, torch.unflatten(x, 1, [%d, %d])]), 1, 2)",
                fields, size))
        .apply(x.getManager(), x, matrix.at(x));
  }

  /** Means, then variances: (fields, trivials + variances). */
  NDArray ofBatch(NDArray irreps) {
    List<String> statements = new ArrayList<>();
    boolean still = sharing == Sharing.IRREP;
    statements.add(
        Text.format(
            "f = torch.unflatten(%s, 1, [%d, %d])", still ? "torch.detach(x)" : "x", fields, size));
    if (trivials > 0) {
      statements.add("m = torch.mean(torch.index_select(f, 2, index), [0, 3, 4], False)");
      statements.add(
          Text.format(
              "f = torch.sub(f, torch.reshape(torch.matmul(m, places), [1, %d, %d, 1, 1]))",
              fields, size));
    }
    statements.add("v = torch.matmul(torch.mean(torch.square(f), [0, 3, 4], False), average)");
    if (still) {
      statements.add(Text.format("n = torch.floordiv(torch.numel(f), %d)", fields * size));
      statements.add("v = torch.div(torch.mul(v, n), ops.prim.max(torch.sub(n, 1), 1))");
    }
    return trivials == 0
        ? TorchFunction.of("x, average", statements, "v")
            .apply(irreps.getManager(), irreps, average.at(irreps))
        : TorchFunction.of("x, average, places, index", statements, "torch.cat([m, v], 1)")
            .apply(
                irreps.getManager(),
                irreps,
                average.at(irreps),
                trivialPlaces.at(irreps),
                trivialIndex.at(irreps));
  }

  /** What turns the variance of {@link #ofBatch} into the unbiased one. */
  double runningCorrection(Shape shape) {
    return sharing == Sharing.IRREP
        ? 1
        : RunningStatistics.bessel(shape.get(0) * size * shape.get(2) * shape.get(3));
  }

  /** Shifts and scales fields in the basis of irreps. */
  NDArray normalize(NDArray irreps, Statistics statistics, BatchNormOptions options) {
    var names = new StringJoiner(", ").add("x").add("spread").add("var");
    List<NDArray> arguments = new ArrayList<>();
    arguments.add(irreps);
    arguments.add(spread.at(irreps));
    arguments.add(statistics.var());
    List<String> statements = new ArrayList<>();
    statements.add(Text.format("f = torch.unflatten(x, 1, [%d, %d])", fields, size));
    statements.add(Text.format("s = torch.rsqrt(torch.add(var, %.17g))", options.eps()));
    if (statistics.mean() != null || statistics.bias() != null) {
      names.add("places");
      arguments.add(trivialPlaces.at(irreps));
    }
    if (statistics.mean() != null) {
      names.add("mean");
      arguments.add(statistics.mean());
      statements.add("f = torch.sub(f, " + shaped("torch.matmul(mean, places)") + ")");
    }
    if (statistics.weight() != null) {
      names.add("weight");
      arguments.add(statistics.weight());
      statements.add("s = torch.mul(s, weight)");
    }
    statements.add("f = torch.mul(f, " + shaped("torch.matmul(s, spread)") + ")");
    if (statistics.bias() != null) {
      names.add("bias");
      arguments.add(statistics.bias());
      statements.add("f = torch.add(f, " + shaped("torch.matmul(bias, places)") + ")");
    }
    return TorchFunction.of(names.toString(), statements, "torch.flatten(f, 1, 2)")
        .apply(irreps.getManager(), arguments.toArray(NDArray[]::new));
  }

  private String shaped(String perChannel) {
    return Text.format("torch.reshape(%s, [1, %d, %d, 1, 1])", perChannel, fields, size);
  }
}
