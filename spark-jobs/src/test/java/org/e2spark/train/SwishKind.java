package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.List;
import java.util.random.RandomGenerator;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Pointwise;
import org.e2spark.spec.LayerKind;
import org.e2spark.spec.LayerKindProvider;
import org.e2spark.spec.Option;
import org.e2spark.spec.OptionTypes;
import org.e2spark.torch.TorchFunction;

/** A layer of somebody's own, with a parameter, that the library does not know. */
public final class SwishKind implements LayerKindProvider {

  private static final Option<Double> SLOPE =
      Option.of("slope", OptionTypes.number(), 1.0, "What the slope starts as.");

  @Override
  public List<LayerKind> kinds() {
    return List.of(
        LayerKind.equivariant(
            "Swish",
            "x sigmoid(slope x) with a slope that is learnt.",
            (in, options) -> new Swish(in, options.get(SLOPE)),
            SLOPE));
  }

  private static final class Swish extends Pointwise {

    private static final TorchFunction FUNCTION =
        TorchFunction.of("x, slope", "torch.mul(x, torch.sigmoid(torch.mul(x, slope)))");

    private final float start;
    private final Parameter slope;

    Swish(FieldType type, double start) {
      super(type);
      this.start = (float) start;
      this.slope = addWeight("slope", new Shape(1));
    }

    @Override
    protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
      return FUNCTION.apply(x.getManager(), x, value(store, slope, x, mode));
    }

    @Override
    public float[] start(Parameter parameter, Shape shape, RandomGenerator random) {
      return new float[] {start};
    }
  }
}
