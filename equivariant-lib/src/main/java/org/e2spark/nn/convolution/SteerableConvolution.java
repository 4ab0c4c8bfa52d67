package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.init.WeightBlock;
import org.e2spark.init.WeightInit;
import org.e2spark.interchange.ConvolutionForm;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.Constant;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Mode;
import org.e2spark.text.Text;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.Ops;

/**
 * A convolution whose filter is a learnt mixture of equivariant kernels.
 *
 * <p>Parameters: {@code weights}, one per kernel and pair of fields, and {@code bias}, one per
 * trivial irrep of the output. How the output is computed from images and weights is a {@link
 * SteerableEvaluation}'s matter: by {@link #dense()} unless another one is chosen by {@link
 * #evaluateBy}.
 */
public abstract class SteerableConvolution extends EquivariantModule {

  private final KernelLayout layout;
  private final FilterExpansion expansion;
  private final WeightInit initialization;
  private final Parameter weights;
  private final Parameter bias;
  private final Constant biasExpansion;
  private final DenseEvaluation dense;
  private SteerableEvaluation evaluation;

  SteerableConvolution(
      FieldType in, FieldType out, KernelLayout layout, Bias biasKind, WeightInit initialization) {
    super(in, out);
    this.layout = layout;
    this.initialization = initialization;
    this.weights = addWeight("weights", new Shape(layout.size()));
    int trivials = (int) out.irreps().stream().filter(Irrep::isTrivial).count();
    boolean biased = biasKind == Bias.LEARNT && trivials > 0;
    this.bias = biased ? addWeight("bias", new Shape(trivials)) : null;
    this.biasExpansion = biased ? biasExpansion(trivials) : null;
    this.expansion = new IrrepSpaceExpansion(this, layout);
    this.dense = new DenseEvaluation(this, layout.filter());
    this.evaluation = dense;
    KernelCoverage.warn(this);
  }

  /** Whether a shift is learnt. */
  enum Bias {
    LEARNT,
    NONE
  }

  /** Splits a type into equal groups of fields and gives the first one. */
  static FieldType firstGroup(FieldType type, int groups, String side) {
    if (groups < 1) {
      throw new IllegalArgumentException("Invalid groups: " + groups + " (must be at least 1)");
    }
    int fields = type.fields() / groups;
    for (int i = 0; i < type.fields(); i++) {
      if (type.fields() % groups != 0
          || !type.representations().get(i).equals(type.representations().get(i % fields))) {
        throw new FieldTypeException(
            Text.format(
                "A convolution with %s groups needs that many equal groups of %s fields but was"
                    + " given %s",
                groups, side, type));
      }
    }
    return groups == 1
        ? type
        : FieldType.of(type.gspace(), type.representations().subList(0, fields));
  }

  /**
   * The column of the change of basis that belongs to each trivial irrep: (channels, trivial
   * irreps).
   */
  private Constant biasExpansion(int trivials) {
    double[] matrix = new double[outType().size() * trivials];
    int column = 0;
    for (int field = 0; field < outType().fields(); field++) {
      Representation representation = outType().representations().get(field);
      int position = 0;
      for (Irrep irrep : representation.irreps()) {
        if (irrep.isTrivial()) {
          for (int row = 0; row < representation.size(); row++) {
            matrix[(outType().start(field) + row) * trivials + column] =
                representation.changeOfBasis().get(row, position);
          }
          column++;
        }
        position += irrep.size();
      }
    }
    return constant(matrix, new Shape(outType().size(), trivials));
  }

  /** The weights' blocks, in order: what each weight multiplies. */
  public final List<WeightBlock> weightBlocks() {
    return layout.blocks();
  }

  /** How filters come from weights. */
  public final FilterExpansion expansion() {
    return expansion;
  }

  /**
   * How the filter moves over the images; empty where a layer does more than that, such as tensor
   * products.
   */
  public Optional<ConvolutionGeometry> geometry() {
    return Optional.empty();
  }

  /** The evaluation that expands the filter; closed with the layer. */
  public final SteerableEvaluation dense() {
    return dense;
  }

  /** How the output is computed at present. */
  public final SteerableEvaluation evaluation() {
    return evaluation;
  }

  /**
   * Computes this layer another way from now on; frees what the way until now has kept. Not while a
   * pass runs.
   *
   * @throws IllegalArgumentException if the layer cannot be evaluated that way; it then stays as it
   *     was
   */
  public final void evaluateBy(SteerableEvaluation.Factory factory) {
    SteerableEvaluation other = factory.of(this);
    if (other != evaluation) {
      evaluation.close();
      evaluation = other;
    }
  }

  /**
   * The filter for the present weights, as an ordinary convolution uses it; part of the recorded
   * computation.
   *
   * @param manager who owns the result
   */
  public final NDArray expandFilter(NDManager manager) {
    NDArray filter = expansion.expand(manager, weights.getArray());
    NDArray oriented = oriented(filter);
    if (oriented != filter) {
      filter.close();
    }
    return oriented;
  }

  /**
   * The shift of each channel for the present bias, or null without one.
   *
   * @param manager who owns the result
   */
  public final NDArray expandBias(NDManager manager) {
    return bias == null ? null : expandBias(manager, bias.getArray());
  }

  /**
   * The shift of each channel for other values of the bias.
   *
   * @param manager who owns the result
   * @param values (trivial irreps) or (trivial irreps, any number)
   * @return (channels) or (channels, any number)
   * @throws IllegalStateException without a bias
   */
  public final NDArray expandBias(NDManager manager, NDArray values) {
    if (biasExpansion == null) {
      throw new IllegalStateException("The convolution has no bias");
    }
    return Ops.matMul(manager, biasExpansion.at(values), values);
  }

  /**
   * A view of the filter, or the filter itself, with its axes where this convolution wants them.
   */
  abstract NDArray oriented(NDArray filter);

  /** Applies the filter. */
  abstract NDArray convolve(NDArray x, NDArray filter, NDArray shift);

  @Override
  protected final NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    NDArray w = value(store, weights, x, mode);
    NDArray shift = bias == null ? null : shift(value(store, bias, x, mode), x.getManager(), mode);
    NDArray y = evaluation.apply(x, w, shift, mode);
    if (shift != null) {
      shift.close();
    }
    return y;
  }

  private NDArray shift(NDArray b, NDManager manager, Mode mode) {
    if (mode.isTraining()) {
      return expandBias(manager, b);
    }
    try (var scope = Autograd.pause()) {
      return expandBias(manager, b);
    }
  }

  /** Applies a filter as it comes from the expansion. */
  final NDArray convolveWith(NDArray filter, NDArray x, NDArray shift) {
    NDArray oriented = oriented(filter);
    NDArray y = convolve(x, oriented, shift);
    if (oriented != filter) {
      oriented.close();
    }
    return y;
  }

  @Override
  public final PlainLayer plainForm(PlainArrays arrays) {
    NDArray shift = expandBias(arrays.manager());
    Optional<PlainLayer> evaluated =
        arrays.convolutions() == ConvolutionForm.AS_EVALUATED
            ? evaluation.plainForm(arrays, shift)
            : Optional.empty();
    return evaluated.orElseGet(() -> plainForm(arrays, expandFilter(arrays.manager()), shift));
  }

  /** The plain layer that applies the filter. */
  abstract PlainLayer plainForm(PlainArrays arrays, NDArray filter, NDArray shift);

  @Override
  public final float[] start(Parameter parameter, Shape shape, RandomGenerator random) {
    return parameter == weights
        ? initialization.draw(layout.blocks(), random)
        : new float[Math.toIntExact(shape.size())];
  }

  @Override
  public void close() {
    evaluation.close();
    dense.close();
    super.close();
  }
}
