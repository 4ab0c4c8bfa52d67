package org.e2spark.nn.normalization;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.interchange.FieldMoments;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.Constant;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.PlainModule;
import org.e2spark.text.Text;

/**
 * Normalises single samples by statistics of groups of fields, the same way in training and
 * evaluation.
 *
 * <p>The mean of a group is taken, and removed, along the invariant vectors of its fields: all ones
 * for fields that permute their channels, none for fields without trivial irrep. The variance is
 * the mean square of all channels after that. Then each field is scaled by {@code weight} (fields),
 * and each trivial irrep shifted by {@code bias} (trivial irreps).
 */
abstract class FieldNormalization extends PlainModule {

  private final int groups;
  private final FieldMoments.Extent extent;
  private final FieldNormOptions options;
  private final Constant invariant;
  private final Constant invariantSquares;
  private final Constant groupSizes;
  private final Constant groupOfChannel;
  private final Constant fieldOfChannel;
  private final Constant shifts;
  private final Parameter weight;
  private final Parameter bias;

  /**
   * @param groups of neighbouring fields, as many in each
   */
  FieldNormalization(
      FieldType type, int groups, FieldMoments.Extent extent, FieldNormOptions options) {
    super(type, type);
    if (groups < 1 || type.fields() % groups != 0) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid groups: %s (must divide the number of fields, %s)", groups, type.fields()));
    }
    type.representations().forEach(r -> FieldTypeException.checkOrthonormal(r, name()));
    this.groups = groups;
    this.extent = extent;
    this.options = options;
    int channels = type.size();
    long[] group = new long[channels];
    long[] owner = new long[channels];
    double[] sizes = new double[groups];
    for (int field = 0; field < type.fields(); field++) {
      for (int channel = type.start(field); channel < type.end(field); channel++) {
        owner[channel] = field;
        group[channel] = field / (type.fields() / groups);
        sizes[(int) group[channel]]++;
      }
    }
    double[] vector = new double[channels];
    List<double[]> columns = columns(type, vector);
    double[] squares = new double[groups];
    for (int channel = 0; channel < channels; channel++) {
      squares[(int) group[channel]] += vector[channel] * vector[channel];
    }
    // A group without trivial irreps has nothing to take a mean of: zero over one is zero.
    Arrays.setAll(squares, g -> Math.max(squares[g], 1));
    this.invariant = constant(vector, new Shape(1, channels, 1, 1));
    this.invariantSquares = constant(squares, new Shape(1, groups, 1, 1));
    this.groupSizes = constant(sizes, new Shape(1, groups, 1, 1));
    this.groupOfChannel = constant(group);
    this.fieldOfChannel = constant(owner);
    this.weight = options.affine() ? addWeight("weight", new Shape(type.fields())) : null;
    boolean shifted = options.affine() && !columns.isEmpty();
    this.bias = shifted ? addWeight("bias", new Shape(columns.size())) : null;
    this.shifts =
        shifted
            ? constant(
                columns.stream().flatMapToDouble(Arrays::stream).toArray(),
                new Shape(columns.size(), channels))
            : null;
  }

  /**
   * The channels' shares in each trivial irrep; adds up in {@code vector} each field's invariant
   * vector, as long as all ones.
   */
  private static List<double[]> columns(FieldType type, double[] vector) {
    List<double[]> columns = new ArrayList<>();
    for (int field = 0; field < type.fields(); field++) {
      Representation representation = type.representations().get(field);
      long trivials = representation.irreps().stream().filter(Irrep::isTrivial).count();
      double length = Math.sqrt((double) representation.size() / Math.max(trivials, 1));
      int position = 0;
      for (Irrep irrep : representation.irreps()) {
        if (irrep.isTrivial()) {
          double[] column = new double[type.size()];
          for (int row = 0; row < representation.size(); row++) {
            double share = representation.changeOfBasis().get(row, position);
            column[type.start(field) + row] = share;
            vector[type.start(field) + row] += length * share;
          }
          columns.add(column);
        }
        position += irrep.size();
      }
    }
    return columns;
  }

  @Override
  public float[] start(Parameter parameter, Shape shape, RandomGenerator random) {
    float[] values = new float[Math.toIntExact(shape.size())];
    Arrays.fill(values, parameter == weight ? 1 : 0);
    return values;
  }

  @Override
  protected PlainLayer form(FormArrays arrays) {
    FieldMoments.Scaling scaling =
        weight == null
            ? null
            : new FieldMoments.Scaling(
                arrays.of(weight),
                arrays.of(fieldOfChannel),
                arrays.of(bias),
                bias == null ? null : arrays.of(shifts));
    return new FieldMoments(
        groups,
        extent,
        arrays.of(groupOfChannel),
        arrays.of(invariant),
        arrays.of(invariantSquares),
        arrays.of(groupSizes),
        options.eps(),
        scaling);
  }
}
