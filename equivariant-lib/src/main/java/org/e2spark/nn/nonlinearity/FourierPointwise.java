package org.e2spark.nn.nonlinearity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.e2spark.group.BandLimited;
import org.e2spark.group.Group;
import org.e2spark.group.GroupElement;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.GSpace;
import org.e2spark.interchange.Convolution;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.Constant;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.PlainModule;
import org.ejml.simple.SimpleMatrix;

/**
 * Reads every field as the Fourier coefficients of a function on the group, or on the cosets of a
 * subgroup, samples it, applies a function of one number to the samples, and goes back to
 * coefficients: a pointwise nonlinearity for continuous groups (Cesa, Lang and Weiler, "A Program
 * to Build E(N)-Equivariant Steerable CNNs", 2022). {@link FourierELU}, {@link
 * QuotientFourierPointwise} and {@link QuotientFourierELU} are short for common options.
 *
 * <p>Input: (batch, fields · coefficients, height, width), fields of {@link
 * BandLimited#representation()}; output: as many fields, of the same or another band limit. It
 * commutes exactly with the elements of the sampling grid, and with the others the better the finer
 * the grid is: the nonlinearity makes frequencies beyond the band limit, and those beyond what the
 * grid resolves alias.
 */
public class FourierPointwise extends PlainModule {

  private static final double SAME = 1e-9;

  private final PointwiseFunction function;
  private final Constant synthesis;
  private final Constant analysis;

  /** For names of certain options. */
  FourierPointwise(Builder builder) {
    this(
        builder,
        builder.space(builder.maximumFrequency),
        builder.space(builder.outMaximumFrequency));
  }

  private FourierPointwise(Builder builder, BandLimited from, BandLimited to) {
    super(
        FieldType.of(builder.gspace, from.representation(), builder.fields),
        FieldType.of(builder.gspace, to.representation(), builder.fields));
    List<GroupElement> points = distinct(from.grid(builder.samples), from, to);
    // Refuses a grid that cannot tell the input's coefficients apart: it would lose some of them.
    from.analysis(points);
    this.function = builder.function;
    this.synthesis = filters(from.synthesis(points));
    this.analysis = filters(to.analysis(points));
  }

  /** One element of each coset. */
  private static List<GroupElement> distinct(
      List<GroupElement> grid, BandLimited from, BandLimited to) {
    List<SimpleMatrix> rows = new ArrayList<>();
    List<GroupElement> points = new ArrayList<>();
    SimpleMatrix both = from.synthesis(grid).concatColumns(to.synthesis(grid));
    for (int i = 0; i < grid.size(); i++) {
      SimpleMatrix row = both.extractVector(true, i);
      if (rows.stream().noneMatch(other -> other.isIdentical(row, SAME))) {
        rows.add(row);
        points.add(grid.get(i));
      }
    }
    return points;
  }

  /** The same matrix for every field, as filters of one pixel. */
  private Constant filters(SimpleMatrix matrix) {
    int fields = inType().fields();
    double[] one = matrix.getDDRM().getData();
    double[] all = new double[fields * one.length];
    Arrays.setAll(all, i -> one[i % one.length]);
    return constant(all, new Shape((long) fields * matrix.getNumRows(), matrix.getNumCols(), 1, 1));
  }

  /**
   * Starts a layer.
   *
   * @param fields how many
   * @param maximumFrequency of the functions, at least 0
   */
  public static Builder builder(GSpace gspace, int fields, int maximumFrequency) {
    return new Builder(gspace, fields, maximumFrequency);
  }

  @Override
  protected final PlainLayer form(FormArrays arrays) {
    return Sequence.of(
        ofEveryField(arrays.of(synthesis)),
        function.plainForm(),
        ofEveryField(arrays.of(analysis)));
  }

  private PlainLayer ofEveryField(NDArray matrices) {
    return new Convolution(
        matrices,
        null,
        Convolution.Geometry.forward(
            new Shape(1, 1), new Shape(0, 0), new Shape(1, 1), inType().fields()));
  }

  /** Options. */
  public static final class Builder {

    private final GSpace gspace;
    private final int fields;
    private final int maximumFrequency;
    private int outMaximumFrequency;
    private SubgroupId subgroup;
    private int samples;
    private PointwiseFunction function = PointwiseFunction.RELU;

    private Builder(GSpace gspace, int fields, int maximumFrequency) {
      this.gspace = gspace;
      this.fields = fields;
      this.maximumFrequency = maximumFrequency;
      this.outMaximumFrequency = maximumFrequency;
      this.samples = 4 * (maximumFrequency + 1);
    }

    /** Functions on the cosets of a subgroup; by default on the group. */
    public Builder quotient(SubgroupId id) {
      subgroup = id;
      return this;
    }

    /**
     * Rotations of the sampling grid of a continuous group, and reflections if it has any; by
     * default four times one more than the maximum frequency. A finite group is its own grid.
     */
    public Builder samples(int rotations) {
      samples = rotations;
      return this;
    }

    /** Another maximum frequency for the output; by default the input's. */
    public Builder outMaximumFrequency(int frequency) {
      outMaximumFrequency = frequency;
      return this;
    }

    /** What happens to the samples; {@link PointwiseFunction#RELU} by default. */
    public Builder function(PointwiseFunction value) {
      function = value;
      return this;
    }

    /**
     * The layer.
     *
     * @throws IllegalArgumentException if the samples are too few for a maximum frequency
     */
    public FourierPointwise build() {
      return new FourierPointwise(this);
    }

    private BandLimited space(int frequency) {
      Group group = gspace.fiberGroup();
      return subgroup == null
          ? BandLimited.regular(group, frequency)
          : BandLimited.quotient(group, subgroup, frequency);
    }
  }
}
