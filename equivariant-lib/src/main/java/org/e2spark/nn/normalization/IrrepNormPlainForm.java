package org.e2spark.nn.normalization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.Convolution;
import org.e2spark.interchange.Moments;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.ejml.simple.SimpleMatrix;

/**
 * Collects what a normalisation in irrep space does at evaluation, field by field: {@code y = Q (s
 * Q^-1 x + t)} with one factor s a variance and one shift t a trivial irrep.
 */
final class IrrepNormPlainForm {

  private static final double TOLERANCE = 1e-12;

  private final int channels;
  private final IrrepMoments.Sharing sharing;
  private final SimpleMatrix toIrreps;
  private final SimpleMatrix fromIrreps;
  private final SimpleMatrix average;
  private final double[] trivial;
  private final double[] scale;
  private final double[] shift;

  IrrepNormPlainForm(int channels, IrrepMoments.Sharing sharing) {
    this.channels = channels;
    this.sharing = sharing;
    this.toIrreps = new SimpleMatrix(channels, channels);
    this.fromIrreps = new SimpleMatrix(channels, channels);
    this.average = new SimpleMatrix(channels, channels);
    this.trivial = new double[channels];
    this.scale = new double[channels];
    this.shift = new double[channels];
  }

  /**
   * @param field its channels
   * @param scales one a variance
   * @param shifts one a trivial irrep
   * @param means one a trivial irrep, subtracted before scaling
   */
  void add(
      Representation representation,
      long[] field,
      double[] scales,
      double[] shifts,
      double[] means) {
    int start = 0;
    int trivials = 0;
    List<Irrep> irreps = representation.irreps();
    for (int i = 0; i < irreps.size(); i++) {
      int end = start + irreps.get(i).size();
      for (int k = start; k < end; k++) {
        int channel = (int) field[k];
        scale[channel] = scales[sharing == IrrepMoments.Sharing.IRREP ? i : 0];
        if (irreps.get(i).isTrivial()) {
          trivial[channel] = 1;
          shift[channel] = shifts[trivials] - scale[channel] * means[trivials];
          trivials++;
        }
        share(field, channel, start, end);
      }
      start = end;
    }
    for (int i = 0; i < field.length; i++) {
      for (int j = 0; j < field.length; j++) {
        int row = (int) field[i];
        int column = (int) field[j];
        fromIrreps.set(row, column, representation.changeOfBasis().get(i, j));
        toIrreps.set(row, column, representation.changeOfBasisInverse().get(i, j));
      }
    }
  }

  /** Whose mean square the variance of a channel is. */
  private void share(long[] field, int channel, int start, int end) {
    int from = sharing == IrrepMoments.Sharing.IRREP ? start : 0;
    int to = sharing == IrrepMoments.Sharing.IRREP ? end : field.length;
    for (int k = from; k < to; k++) {
      average.set((int) field[k], channel, 1.0 / (to - from));
    }
  }

  /** One linear map: the variances are in the factors. */
  PlainLayer ofFactors(PlainArrays arrays) {
    return linear(arrays, fromIrreps.mult(SimpleMatrix.diag(scale)).mult(toIrreps), shifted());
  }

  /** Divides by the standard deviations of the batch first. */
  PlainLayer ofBatch(PlainArrays arrays, double eps) {
    double[] ones = new double[channels];
    Arrays.fill(ones, 1);
    boolean unbiased = sharing == IrrepMoments.Sharing.IRREP;
    return Sequence.of(
        linear(arrays, toIrreps, new double[channels]),
        new Moments(
            matrix(arrays, SimpleMatrix.diag(trivial)),
            matrix(arrays, average),
            unbiased ? arrays.of(ones, new Shape(channels)) : null,
            eps),
        linear(arrays, fromIrreps.mult(SimpleMatrix.diag(scale)), shifted()));
  }

  private double[] shifted() {
    return fromIrreps.mult(new SimpleMatrix(channels, 1, true, shift)).getDDRM().getData();
  }

  private PlainLayer linear(PlainArrays arrays, SimpleMatrix matrix, double[] constant) {
    boolean shifts = Arrays.stream(constant).anyMatch(value -> value != 0);
    if (!shifts && matrix.isIdentical(SimpleMatrix.identity(channels), TOLERANCE)) {
      return Sequence.IDENTITY;
    }
    double[] diagonal = matrix.diag().getDDRM().getData();
    return matrix.isIdentical(SimpleMatrix.diag(diagonal), TOLERANCE)
        ? new Affine(arrays.perChannel(diagonal), arrays.perChannel(constant))
        : Convolution.ofChannels(matrix(arrays, matrix), arrays.of(constant, new Shape(channels)));
  }

  private NDArray matrix(PlainArrays arrays, SimpleMatrix matrix) {
    return arrays.of(matrix.getDDRM().getData(), new Shape(channels, channels));
  }
}
