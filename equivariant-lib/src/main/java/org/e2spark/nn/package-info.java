/**
 * Equivariant layers: feature fields, the modules that map them, and how a module is written.
 *
 * <p>A {@link org.e2spark.nn.FieldType} says what the channels of a tensor are: a stack of fields,
 * each with a representation that tells how its channels mix when the image is turned. A {@link
 * org.e2spark.nn.GeometricTensor} is an array with such a type. An {@link
 * org.e2spark.nn.EquivariantModule} takes one type to another and commutes with the symmetries:
 * {@code module(transform(x)) = transform(module(x))}. Types are checked, so that networks whose
 * layers do not fit cannot be built.
 *
 * <h2>Which representation?</h2>
 *
 * <ul>
 *   <li><b>trivial</b>: one channel that only moves with the image; for inputs and for invariant
 *       outputs.
 *   <li><b>regular</b>: one channel per group element, permuted by the group; pointwise
 *       nonlinearities, inner batch normalisation and pooling all work. The default choice for
 *       hidden layers.
 *   <li><b>quotient</b>: as regular, with fewer channels, for features that have a symmetry of
 *       their own.
 *   <li><b>irreps</b>: smallest, and the only ones for continuous groups; need norm, gated or
 *       Fourier nonlinearities.
 * </ul>
 *
 * <h2>Writing a module</h2>
 *
 * <p>Extend {@link org.e2spark.nn.EquivariantModule}, give the constructor both field types, and
 * implement {@code compute}, the layer on arrays; {@code outputShape} too if images change their
 * size. Results belong to the manager of the input: operations whose first operand is a parameter
 * must name the manager ({@link org.e2spark.torch.TorchFunction} and {@link org.e2spark.torch.Ops}
 * do). Arrays made on the way may be closed at once, also while gradients are recorded. To be
 * exported, a layer says by {@code plainForm} what it does at evaluation, in layers that know
 * nothing of groups; one that does not is refused by name.
 *
 * <p>A nonlinearity on every channel extends {@link org.e2spark.nn.Pointwise}, which refuses fields
 * that it would not commute with:
 *
 * <pre>{@code
 * public final class Swish extends Pointwise {
 *
 *   public Swish(FieldType type) {
 *     super(type);
 *   }
 *
 *   @Override
 *   protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
 *     return TorchFunction.of("x", "torch.mul(x, torch.sigmoid(x))").apply(x.getManager(), x);
 *   }
 *
 *   @Override
 *   public PlainLayer plainForm(PlainArrays arrays) {
 *     PlainLayer sigmoid = Elementwise.of(Elementwise.Function.SIGMOID);
 *     return new Branches(List.of(Sequence.IDENTITY, sigmoid), Branches.Combination.PRODUCT);
 *   }
 * }
 * }</pre>
 *
 * <p>Parameters are added by {@code addWeight} and {@code addBuffer}, which also says what becomes
 * of a buffer in training ({@link org.e2spark.nn.ParameterRole}), and read in {@code compute} by
 * {@code value}; {@code start} says how they start. Arrays that follow from the options are {@link
 * org.e2spark.nn.Constant}s, added by {@code constant}. {@link org.e2spark.nn.FieldGroups} takes
 * fields of different kinds apart and puts them together again. A norm with running statistics:
 *
 * <pre>{@code
 * public final class RootMeanSquareNorm extends EquivariantModule {
 *
 *   private static final double EPS = 1e-5;
 *
 *   private final FieldGroups<Integer> groups;
 *   private final Map<Integer, Parameter> scales = new HashMap<>();
 *   private final Map<Integer, Parameter> meanSquares = new HashMap<>();
 *
 *   public RootMeanSquareNorm(FieldType type) {
 *     super(type, type);
 *     type.representations().forEach(r -> FieldTypeException.checkOrthonormal(r, name()));
 *     groups = FieldGroups.bySize(this, type);
 *     for (FieldGroups.Group<Integer> group : groups.groups()) {
 *       Shape shape = new Shape(group.fields());
 *       int size = group.fieldSize();
 *       scales.put(size, addWeight("scale_" + size, shape));
 *       meanSquares.put(size, addBuffer("mean_square_" + size, shape, ParameterRole.AVERAGED));
 *     }
 *   }
 *
 *   @Override
 *   protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
 *     if (!mode.isTraining()) {
 *       return FormArrays.pass(store, x, mode, this::form);
 *     }
 *     return groups.map(
 *         x,
 *         FieldGroups.Output.CHANNELS,
 *         (group, fields) ->
 *             FormArrays.pass(store, fields, mode, arrays -> learn(arrays, group, fields)));
 *   }
 *
 *   private Affine learn(FormArrays arrays, FieldGroups.Group<Integer> group, NDArray x) {
 *     String fields = "torch.unflatten(x, 1, [" + group.fields() + ", " + group.fieldSize() + "])";
 *     String meanSquare = "torch.mean(torch.square(" + fields + "), [0, 2, 3, 4])";
 *     NDArray batch = arrays.derived(TorchFunction.of("x", meanSquare), x);
 *     move(arrays.of(meanSquares.get(group.key())), batch);
 *     return divided(arrays, group, batch);
 *   }
 *
 *   private Affine divided(FormArrays arrays, FieldGroups.Group<Integer> group, NDArray square) {
 *     String factor = "torch.mul(scale, torch.rsqrt(torch.add(square, " + EPS + ")))";
 *     NDArray scale = arrays.of(scales.get(group.key()));
 *     NDArray factors = arrays.derived(TorchFunction.of("square, scale", factor), square, scale);
 *     return new Affine(FieldGroups.perChannel(arrays, group, factors), null);
 *   }
 *
 *   // A tenth of the way to the batch's; no gradient passes.
 *   private static void move(NDArray running, NDArray batch) {
 *     try (Autograd scope = Autograd.pause();
 *         NDArray step = batch.mul(0.1)) {
 *       running.muli(0.9).addi(step);
 *     }
 *   }
 *
 *   @Override
 *   public float[] start(Parameter parameter, Shape shape, RandomGenerator random) {
 *     float[] ones = new float[Math.toIntExact(shape.size())];
 *     Arrays.fill(ones, 1);
 *     return ones;
 *   }
 *
 *   private PlainLayer form(FormArrays arrays) {
 *     return groups.affine(
 *         arrays, group -> divided(arrays, group, arrays.of(meanSquares.get(group.key()))));
 *   }
 *
 *   @Override
 *   public PlainLayer plainForm(PlainArrays arrays) {
 *     return form(FormArrays.copies(arrays));
 *   }
 * }
 * }</pre>
 *
 * <p>A pooling gives one channel for every field:
 *
 * <pre>{@code
 * public final class SmoothMaximumPooling extends EquivariantModule {
 *
 *   private final FieldGroups<Integer> groups;
 *
 *   public SmoothMaximumPooling(FieldType type) {
 *     super(type, FieldType.of(type.gspace(), type.gspace().trivial(), type.fields()));
 *     Pointwise.requireSupport(type, "pointwise", name());
 *     groups = FieldGroups.bySize(this, type);
 *   }
 *
 *   @Override
 *   protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
 *     return groups.map(
 *         x,
 *         FieldGroups.Output.FIELDS,
 *         (group, channels) -> {
 *           String sizes = "[" + group.fields() + ", " + group.fieldSize() + "]";
 *           String fields = "torch.unflatten(x, 1, " + sizes + ")";
 *           return TorchFunction.of("x", "torch.logsumexp(" + fields + ", [2])")
 *               .apply(x.getManager(), channels);
 *         });
 *   }
 * }
 * }</pre>
 *
 * <p>How a steerable convolution becomes numbers is a {@link
 * org.e2spark.nn.convolution.SteerableEvaluation}'s matter, and a layer takes another one by {@code
 * layer.evaluateBy(PatchEvaluation::new)}:
 *
 * <pre>{@code
 * public final class PatchEvaluation implements SteerableEvaluation {
 *
 *   private final SteerableConvolution layer;
 *   private final TorchFunction product;
 *
 *   public PatchEvaluation(SteerableConvolution layer) {
 *     this.layer = layer;
 *     FilterGeometry geometry =
 *         layer
 *             .geometry()
 *             .filter(FilterGeometry.class::isInstance)
 *             .map(FilterGeometry.class::cast)
 *             .filter(g -> g.groups() == 1 && g.border() == Ops.Border.ZEROS)
 *             .orElseThrow(
 *                 () ->
 *                     new IllegalArgumentException(
 *                         layer.name() + " is no convolution of one group padded with zeros"));
 *     Size2d kernel = Size2d.of(geometry.kernelSize());
 *     Size2d dilation = Size2d.of(geometry.dilation());
 *     String move =
 *         pair(kernel) + pair(dilation) + pair(geometry.padding()) + pair(geometry.stride());
 *     this.product =
 *         TorchFunction.of(
 *             "x, filter", "torch.matmul(torch.flatten(filter, 1), torch.im2col(x" + move + "))");
 *   }
 *
 *   private static String pair(Size2d size) {
 *     return ", [" + size.height() + ", " + size.width() + "]";
 *   }
 *
 *   @Override
 *   public NDArray apply(NDArray x, NDArray weights, NDArray shift, Mode mode) {
 *     Shape output = layer.outputShape(x.getShape());
 *     try (NDArray filter = layer.expansion().expand(x.getManager(), weights);
 *         NDArray columns = product.apply(x.getManager(), x, filter)) {
 *       NDArray y = columns.reshape(output);
 *       if (shift == null) {
 *         return y;
 *       }
 *       try (NDArray unshifted = y;
 *           NDArray perChannel = shift.reshape(1, output.get(1), 1, 1)) {
 *         return unshifted.add(perChannel);
 *       }
 *     }
 *   }
 *
 *   @Override
 *   public void close() {
 *     // Keeps nothing between calls.
 *   }
 * }
 * }</pre>
 */
package org.e2spark.nn;
