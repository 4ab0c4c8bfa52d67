package org.e2spark.nn.normalization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.Moments;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.Constant;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Mode;
import org.e2spark.text.Text;
import org.e2spark.torch.TorchFunction;

/**
 * Normalises single samples by statistics of groups of fields, the same way in training and
 * evaluation.
 *
 * <p>The mean of a group is taken, and removed, along the invariant vectors of its fields: all ones
 * for fields that permute their channels, none for fields without trivial irrep. The variance is
 * the mean square of all channels after that. Then each field is scaled by {@code weight} (fields),
 * and each trivial irrep shifted by {@code bias} (trivial irreps).
 */
abstract class FieldNormalization extends EquivariantModule {

  /** What statistics are taken over, besides the channels of a group. */
  enum Extent {
    IMAGE,
    PIXEL
  }

  private final int groups;
  private final Extent extent;
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
  FieldNormalization(FieldType type, int groups, Extent extent, FieldNormOptions options) {
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
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    String names = "x, invariant, squares, sizes, group";
    List<NDArray> arguments =
        new ArrayList<>(
            List.of(
                x,
                invariant.at(x),
                invariantSquares.at(x),
                groupSizes.at(x),
                groupOfChannel.at(x)));
    if (weight != null) {
      names += ", field, weight";
      arguments.add(fieldOfChannel.at(x));
      arguments.add(value(store, weight, x, mode));
    }
    if (bias != null) {
      names += ", bias, shifts";
      arguments.add(value(store, bias, x, mode));
      arguments.add(shifts.at(x));
    }
    return TorchFunction.of(names, statements(), "y")
        .apply(x.getManager(), arguments.toArray(NDArray[]::new));
  }

  private List<String> statements() {
    List<String> statements = new ArrayList<>();
    statements.add("m = " + ofGroups("torch.mul(x, invariant)", "squares"));
    statements.add("y = torch.sub(x, torch.mul(torch.index_select(m, 1, group), invariant))");
    statements.add("v = " + ofGroups("torch.square(y)", "sizes"));
    statements.add(Text.format("s = torch.rsqrt(torch.add(v, %.17g))", options.eps()));
    statements.add("s = torch.index_select(s, 1, group)");
    if (weight != null) {
      statements.add(
          "s = torch.mul(s, torch.reshape(torch.index_select(weight, 0, field), [1, -1, 1, 1]))");
    }
    statements.add("y = torch.mul(y, s)");
    if (bias != null) {
      statements.add("y = torch.add(y, torch.reshape(torch.matmul(bias, shifts), [1, -1, 1, 1]))");
    }
    return statements;
  }

  /** The sum over a group's channels, averaged over space if that is the extent, by a divisor. */
  private String ofGroups(String channels, String divisor) {
    String reduced =
        extent == Extent.IMAGE ? "torch.mean(" + channels + ", [2, 3], True)" : channels;
    String sum =
        groups == 1
            ? "torch.sum(" + reduced + ", [1], True)"
            : "torch.index_add(torch.zeros_like(torch.narrow("
                + reduced
                + ", 1, 0, "
                + groups
                + ")), 1, group, "
                + reduced
                + ")";
    return "torch.div(" + sum + ", " + divisor + ")";
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    int channels = inType().size();
    long[] group = groupOfChannel.indices();
    double[] vector = invariant.values();
    double[] squares = invariantSquares.values();
    double[] sizes = groupSizes.values();
    double[] centre = new double[channels * channels];
    double[] average = new double[channels * channels];
    for (int from = 0; from < channels; from++) {
      for (int to = 0; to < channels; to++) {
        if (group[from] == group[to]) {
          int g = (int) group[to];
          centre[from * channels + to] = vector[from] * vector[to] / squares[g];
          average[from * channels + to] = 1 / sizes[g];
        }
      }
    }
    Shape square = new Shape(channels, channels);
    PlainLayer normalised =
        new Moments(
            extent == Extent.IMAGE ? Moments.Extent.IMAGE : Moments.Extent.PIXEL,
            arrays.of(centre, square),
            arrays.of(average, square),
            null,
            options.eps());
    return weight == null ? normalised : Sequence.of(normalised, affine(arrays));
  }

  private PlainLayer affine(PlainArrays arrays) {
    double[] factors = PlainArrays.values(weight.getArray());
    long[] field = fieldOfChannel.indices();
    double[] scale = new double[field.length];
    Arrays.setAll(scale, channel -> factors[(int) field[channel]]);
    if (bias == null) {
      return new Affine(arrays.perChannel(scale), null);
    }
    double[] terms = PlainArrays.values(bias.getArray());
    double[] shares = shifts.values();
    double[] shift = new double[field.length];
    for (int i = 0; i < shares.length; i++) {
      shift[i % field.length] += terms[i / field.length] * shares[i];
    }
    return new Affine(arrays.perChannel(scale), arrays.perChannel(shift));
  }
}
