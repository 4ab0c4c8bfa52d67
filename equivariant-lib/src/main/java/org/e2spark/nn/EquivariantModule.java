package org.e2spark.nn;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.e2spark.init.OrdinaryInit;
import org.e2spark.init.Starts;
import org.e2spark.interchange.HasPlainForm;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.PlainNetwork;
import org.e2spark.interchange.UnsupportedExportException;

/**
 * A layer that maps fields of one type to fields of another and commutes with the symmetries of
 * their space.
 *
 * <p>It is a DJL block, so DJL's trainer, model and predictor take it; the typed {@link
 * #forward(GeometricTensor, Mode)} on top checks field types. Subclasses implement {@link
 * #compute}, and {@link #outputShape} if images change their size; they may add parameters (by
 * {@link #addWeight} and {@link #addBuffer}), child blocks, and constants (by {@link #constant}),
 * which are all freed by {@link #close}, and say their {@link #plainForm} to be exported. The
 * package's description has four layers written in this way.
 */
public abstract class EquivariantModule extends AbstractBlock
    implements Starts, HasPlainForm, HasParameterRoles, AutoCloseable {

  /** Reads parameters where they are. */
  private static final class Direct extends ParameterStore {
    static final Direct INSTANCE = new Direct();

    @Override
    public NDArray getValue(Parameter parameter, Device device, boolean training) {
      return parameter.getArray();
    }
  }

  private final FieldType inType;
  private final FieldType outType;
  private final List<Constant> constants = new ArrayList<>();
  private final Map<Parameter, ParameterRole> roles = new IdentityHashMap<>();
  private DataType precision = DataType.FLOAT32;
  private NDManager keeper;

  /** A module from fields of {@code inType} to fields of {@code outType}. */
  protected EquivariantModule(FieldType inType, FieldType outType) {
    this.inType = inType;
    this.outType = outType;
  }

  /** The fields this module takes. */
  public final FieldType inType() {
    return inType;
  }

  /** The fields this module gives. */
  public final FieldType outType() {
    return outType;
  }

  /**
   * The layer itself, on arrays.
   *
   * @param store where to read parameters, by {@link #value}
   * @param x (batch, inType().size(), height, width); must not be written to
   * @param mode what the pass is for
   * @return (batch, outType().size(), ...), owned by the manager of {@code x}
   */
  protected abstract NDArray compute(ParameterStore store, NDArray x, Mode mode);

  /**
   * The shape of the output for an input shape: images of the same size, unless a subclass says
   * otherwise.
   *
   * @param input (batch, inType().size(), height, width)
   * @return (batch, outType().size(), ...)
   * @throws IllegalArgumentException if the layer cannot take images of this size
   */
  public Shape outputShape(Shape input) {
    long[] shape = input.getShape().clone();
    shape[1] = outType.size();
    return new Shape(shape);
  }

  /**
   * What the layer does at evaluation, in plain layers. Until a subclass says it, networks with the
   * layer inside are not exported.
   *
   * @throws UnsupportedExportException if there is no plain form, saying why
   */
  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    throw new UnsupportedExportException(
        name() + " cannot be exported: it does not say its plain form by plainForm");
  }

  /**
   * Whether the samples that the layer takes along an axis lie symmetrically about the centre of
   * the image, as quarter turns and mirrorings need it to be exact. Layers that move a window by
   * more than one pixel, or that resize, override this; it follows from their geometry alone.
   *
   * @param input (batch, inType().size(), height, width), which {@link #outputShape} takes
   * @param axis 2 for the height, 3 for the width
   */
  public boolean isCentred(Shape input, int axis) {
    return true;
  }

  /** What to change where {@link #isCentred} is false; empty if images of other sizes are. */
  public Optional<String> centringRemedy() {
    return Optional.empty();
  }

  /** The fields for evaluation: see {@link #forward(GeometricTensor, Mode)}. */
  public final GeometricTensor forward(GeometricTensor x) {
    return forward(x, Mode.EVALUATION);
  }

  /**
   * Applies the module.
   *
   * @return fields of type {@link #outType()}, owned by the manager of {@code x}
   * @throws FieldTypeException if {@code x} has another type than {@link #inType()}, naming both
   */
  public final GeometricTensor forward(GeometricTensor x, Mode mode) {
    FieldTypeException.check(name(), inType, x.type());
    return new GeometricTensor(compute(Direct.INSTANCE, x.array(), mode), outType);
  }

  @Override
  protected final NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray x = inputs.singletonOrThrow();
    checkChannels(x.getShape());
    return new NDList(compute(store, x, Mode.of(training)));
  }

  @Override
  public final Shape[] getOutputShapes(Shape[] inputShapes) {
    checkChannels(inputShapes[0]);
    return new Shape[] {outputShape(inputShapes[0])};
  }

  private void checkChannels(Shape shape) {
    if (shape.dimension() < 2 || shape.get(1) != inType.size()) {
      throw new FieldTypeException(
          name() + " needs " + inType + ", " + inType.size() + " channels, but was given " + shape);
    }
  }

  /** How messages call this module. */
  public String name() {
    return getClass().getSimpleName();
  }

  /** Adds a parameter that training changes. */
  protected final Parameter addWeight(String name, Shape shape) {
    return add(name, shape, ParameterRole.TRAINED);
  }

  /**
   * Adds a parameter that is saved but not trained.
   *
   * @param role what becomes of it in training; not {@link ParameterRole#TRAINED}
   */
  public final Parameter addBuffer(String name, Shape shape, ParameterRole role) {
    if (role == ParameterRole.TRAINED) {
      throw new IllegalArgumentException(
          "Buffer " + name + " of " + name() + " cannot be trained: use addWeight");
    }
    return add(name, shape, role);
  }

  private Parameter add(String name, Shape shape, ParameterRole role) {
    Parameter parameter =
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.OTHER)
            .optShape(shape)
            .optRequiresGrad(role == ParameterRole.TRAINED)
            .build();
    roles.put(parameter, role);
    parameter.setInitializer((manager, s, type) -> drawnByTheEngine(parameter, manager, s));
    return addParameter(parameter);
  }

  @Override
  public final ParameterRole role(Parameter parameter) {
    return roles.get(parameter);
  }

  /** What a parameter starts with when DJL initialises the block without a seed of ours. */
  private NDArray drawnByTheEngine(Parameter parameter, NDManager manager, Shape shape) {
    try (NDArray seed = manager.randomInteger(0, Long.MAX_VALUE, new Shape(1), DataType.INT64)) {
      var random = new SplittableRandom(seed.getLong(0));
      return manager.create(start(parameter, shape, random), shape);
    }
  }

  /** Adds an array that is a function of the module's options: neither trained nor saved. */
  public final Constant constant(double[] values, Shape shape) {
    return remember(Constant.floats(values, shape));
  }

  /** Adds indices that are a function of the module's options. */
  public final Constant constant(long... indices) {
    return remember(Constant.indices(indices));
  }

  private Constant remember(Constant constant) {
    constants.add(constant);
    if (keeper != null) {
      constant.keepWith(keeper);
    }
    return constant;
  }

  /** A parameter's array on the device of {@code x}. */
  public static NDArray value(ParameterStore store, Parameter parameter, NDArray x, Mode mode) {
    return store.getValue(parameter, x.getDevice(), mode.isTraining());
  }

  /** Applies a module inside this one. */
  public static NDArray apply(
      EquivariantModule module, ParameterStore store, NDArray x, Mode mode) {
    return module.compute(store, x, mode);
  }

  /**
   * Parameters start as ordinary layers' do; subclasses with other parameters say how theirs start.
   */
  @Override
  public float[] start(Parameter parameter, Shape shape, RandomGenerator random) {
    return OrdinaryInit.start(parameter.getType(), shape, shape, random);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    for (Block child : getChildren().values()) {
      initializeInside(child, manager, type, inputShapes);
    }
  }

  /** Initialises a part of a module, whose own images the shapes need not be. */
  public static void initializeInside(
      Block part, NDManager manager, DataType type, Shape... inputShapes) {
    if (part instanceof EquivariantModule module) {
      module.initializeQuietly(manager, type, inputShapes);
    } else {
      part.initialize(manager, type, inputShapes);
    }
  }

  private void initializeQuietly(NDManager manager, DataType type, Shape... inputShapes) {
    precision = type;
    super.initialize(manager, type, inputShapes);
    keepConstantsWith(manager);
  }

  private void keepConstantsWith(NDManager manager) {
    keeper = manager;
    constants.forEach(constant -> constant.keepWith(manager));
  }

  /** Gives parameters their first values, and warns of layers that miss the centre of the image. */
  @Override
  public void initialize(NDManager manager, DataType type, Shape... inputShapes) {
    Shape before = this.inputShapes == null ? null : this.inputShapes[0];
    initializeQuietly(manager, type, inputShapes);
    Shape images = inputShapes[0];
    if (before == null || !images.slice(1).equals(before.slice(1))) {
      CentreCheck.warn(this, images);
    }
  }

  @Override
  public final DataType precision() {
    return precision;
  }

  /**
   * A copy of this network for evaluation, in plain layers that know nothing of groups.
   *
   * @return equal outputs but for rounding; it owns its memory and must be closed
   * @throws UnsupportedExportException if a block inside, one that is not of this library, has no
   *     plain form
   */
  public final PlainNetwork export() {
    return PlainNetwork.of(this);
  }

  @Override
  public void loadParameters(NDManager manager, DataInputStream stream)
      throws IOException, MalformedModelException {
    super.loadParameters(manager, stream);
    keepConstantsWith(manager);
  }

  /** Frees the parameters, constants and caches of this module and of all modules inside it. */
  @Override
  public void close() {
    for (Block child : getChildren().values()) {
      if (child instanceof EquivariantModule module) {
        module.close();
      } else {
        child.clear();
      }
    }
    clear();
    constants.forEach(Constant::close);
  }
}
