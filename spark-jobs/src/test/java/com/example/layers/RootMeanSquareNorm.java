package com.example.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
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
    return groups.map(
        x,
        FieldGroups.Output.CHANNELS,
        (group, fields) -> {
          NDArray scale = value(store, scales.get(group.key()), x, mode);
          NDArray running = value(store, meanSquares.get(group.key()), x, mode);
          if (!mode.isTraining()) {
            return normalised(group, fields, running, scale);
          }
          try (NDArray batch = meanSquare(group, fields)) {
            move(running, batch);
            return normalised(group, fields, batch, scale);
          }
        });
  }

  private static NDArray meanSquare(FieldGroups.Group<Integer> group, NDArray x) {
    String fields = "torch.unflatten(x, 1, " + sizes(group) + ")";
    return TorchFunction.of("x", "torch.mean(torch.square(" + fields + "), [0, 2, 3, 4])")
        .apply(x.getManager(), x);
  }

  private static NDArray normalised(
      FieldGroups.Group<Integer> group, NDArray x, NDArray meanSquare, NDArray scale) {
    return TorchFunction.of(
            "x, square, scale",
            List.of(
                "s = torch.mul(scale, torch.rsqrt(torch.add(square, " + EPS + ")))",
                "f = torch.unflatten(x, 1, " + sizes(group) + ")"),
            "torch.flatten(torch.mul(f, torch.reshape(s, [-1, 1, 1, 1])), 1, 2)")
        .apply(x.getManager(), x, meanSquare, scale);
  }

  private static String sizes(FieldGroups.Group<Integer> group) {
    return "[" + group.fields() + ", " + group.fieldSize() + "]";
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

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    double[] factors = new double[inType().size()];
    for (FieldGroups.Group<Integer> group : groups.groups()) {
      double[] scale = PlainArrays.values(scales.get(group.key()).getArray());
      double[] square = PlainArrays.values(meanSquares.get(group.key()).getArray());
      List<long[]> fields = FieldGroups.fields(group);
      for (int i = 0; i < fields.size(); i++) {
        for (long channel : fields.get(i)) {
          factors[(int) channel] = scale[i] / Math.sqrt(square[i] + EPS);
        }
      }
    }
    return new Affine(arrays.perChannel(factors), null);
  }
}
