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
 * implement two methods: {@code compute}, the layer on plain arrays, and {@code outputShape}.
 * Parameters are added by {@code addWeight} and {@code addBuffer} under the reference's names and
 * read in {@code compute} by {@code value}; arrays that follow from the options are {@link
 * org.e2spark.nn.Constant}s, added by {@code constant}; {@code start} says how parameters start.
 * Results belong to the manager of the input: operations whose first operand is a parameter must
 * name the manager ({@link org.e2spark.torch.Ops}). Arrays made on the way may be closed at once,
 * also while gradients are recorded.
 *
 * <pre>{@code
 * public final class Scale extends EquivariantModule {
 *   private final Parameter scale = addWeight("scale", new Shape(1));
 *
 *   public Scale(FieldType type) {
 *     super(type, type);
 *   }
 *
 *   protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
 *     return x.mul(value(store, scale, x, mode));
 *   }
 *
 *   public Shape outputShape(Shape input) {
 *     return input;
 *   }
 *
 *   public float[] start(Parameter parameter, Shape shape, RandomGenerator random) {
 *     return new float[] {1};
 *   }
 * }
 * }</pre>
 */
package org.e2spark.nn;
