package com.example.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.Mode;
import org.e2spark.nn.ParameterRole;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.TorchFunction;

/**
 * Divides every field by the root of its mean square over batch, image and channels, which the
 * group does not change if it keeps lengths. In evaluation the mean square is a running one.
 */
public final class RootMeanSquareNorm extends EquivariantModule {

  private static final double EPS = 1e-5;

  private final FieldGroups<Integer> groups;
  private final Map<Integer, Parameter> scales = new HashMap<>();
  private final Map<Integer, Parameter> meanSquares = new HashMap<>();

  public RootMeanSquareNorm(FieldType type) {
    super(type, type);
    type.representations().forEach(r -> FieldTypeException.checkOrthonormal(r, name()));
    groups = FieldGroups.bySize(this, type);
    for (FieldGroups.Group<Integer> group : groups.groups()) {
      Shape shape = new Shape(group.fields());
      int size = group.fieldSize();
      scales.put(size, addWeight("scale_" + size, shape));
      meanSquares.put(size, addBuffer("mean_square_" + size, shape, ParameterRole.AVERAGED));
    }
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    if (!mode.isTraining()) {
      return FormArrays.pass(store, x, mode, this::form);
    }
    return groups.map(
        x,
        FieldGroups.Output.CHANNELS,
        (group, fields) ->
            FormArrays.pass(store, fields, mode, arrays -> learn(arrays, group, fields)));
  }

  private Affine learn(FormArrays arrays, FieldGroups.Group<Integer> group, NDArray x) {
    String fields = "torch.unflatten(x, 1, [" + group.fields() + ", " + group.fieldSize() + "])";
    String meanSquare = "torch.mean(torch.square(" + fields + "), [0, 2, 3, 4])";
    NDArray batch = arrays.derived(TorchFunction.of("x", meanSquare), x);
    move(arrays.of(meanSquares.get(group.key())), batch);
    return divided(arrays, group, batch);
  }

  private Affine divided(FormArrays arrays, FieldGroups.Group<Integer> group, NDArray square) {
    String factor = "torch.mul(scale, torch.rsqrt(torch.add(square, " + EPS + ")))";
    NDArray scale = arrays.of(scales.get(group.key()));
    NDArray factors = arrays.derived(TorchFunction.of("square, scale", factor), square, scale);
    return new Affine(FieldGroups.perChannel(arrays, group, factors), null);
  }

  // A tenth of the way to the batch's; no gradient passes.
  private static void move(NDArray running, NDArray batch) {
    try (Autograd scope = Autograd.pause();
        NDArray step = batch.mul(0.1)) {
      running.muli(0.9).addi(step);
    }
  }

  @Override
  public float[] start(Parameter parameter, Shape shape, RandomGenerator random) {
    float[] ones = new float[Math.toIntExact(shape.size())];
    Arrays.fill(ones, 1);
    return ones;
  }

  private PlainLayer form(FormArrays arrays) {
    return groups.affine(
        arrays, group -> divided(arrays, group, arrays.of(meanSquares.get(group.key()))));
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return form(FormArrays.copies(arrays));
  }
}
