package org.e2spark.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterProperty;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.kernel.EmptyBasisException;
import org.e2spark.model.Networks;
import org.e2spark.nn.ExpansionProgram.Chunks;
import org.e2spark.nn.ExpansionProgram.Form;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.TorchFunction;
import org.junit.jupiter.api.Test;

/**
 * The ways to a filter and back agree: recorded or not, in pieces or whole, and the way back is the
 * transpose. In double precision, over random layers with fields in any order.
 */
class FilterExpansionTest {

  private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @AfterProperty
  void free() {
    manager.close();
  }

  @Property(tries = 40)
  void allWaysAgree(@ForAll long seed) {
    R2Conv layer = randomLayer(seed);
    NDArray weights = random(layer.weightCount(), seed);
    weights.setRequiresGradient(true);
    NDArray filter = layer.expansion().expand(manager, weights);
    NDArray written = manager.zeros(filter.getShape(), DataType.FLOAT64);
    layer.expansion().expandInto(weights, written);
    assertEqual(written, filter);

    NDArray upstream = random(filter.size(), seed + 1).reshape(filter.getShape());
    NDArray back = layer.expansion().pullBack(weights, upstream);
    assertThat(back.mul(weights).sum().getDouble())
        .isCloseTo(upstream.mul(filter).sum().getDouble(), within(1e-9 * filter.size()));
    try (var scope = Autograd.record()) {
      scope.backward(layer.expansion().expand(manager, weights), upstream);
    }
    assertEqual(back, weights.getGradient());
  }

  @Property(tries = 40)
  void piecesMakeTheWhole(@ForAll long seed) {
    var random = new Random(seed);
    GSpace space = new Rot2dOnR2(2 + random.nextInt(8));
    FieldType in = FieldType.of(space, space.regular(), 4 + random.nextInt(40));
    FieldType out = FieldType.of(space, space.regular(), 4 + random.nextInt(40));
    R2Conv layer = R2Conv.builder(in, out).kernelSize(3 + 2 * random.nextInt(2)).build();
    var program = new ExpansionProgram(layer.layout(), layer.kernelSize());
    List<NDArray> constants = new ArrayList<>();
    NDArray weights = random(layer.weightCount(), seed);
    program
        .constants(
            new IrrepSpaceExpansion.Constants() {
              @Override
              public Constant floats(double[] values, Shape shape) {
                return Constant.floats(values, shape);
              }

              @Override
              public Constant indices(long... values) {
                return Constant.indices(values);
              }
            })
        .forEach(constant -> constants.add(constant.at(weights)));
    for (Form form : Form.values()) {
      NDArray[] results = new NDArray[2];
      for (Chunks chunks : Chunks.values()) {
        List<NDArray> arguments = new ArrayList<>(List.of(weights));
        if (form != Form.RECORDED) {
          Shape shape = layer.expandShape();
          arguments.add(random(shape.size(), seed + 1).reshape(shape));
        }
        arguments.addAll(constants);
        TorchFunction function = program.function(form, chunks);
        try (var scope = Autograd.pause()) {
          results[chunks.ordinal()] =
              function.apply(manager, arguments.toArray(NDArray[]::new)).duplicate();
        }
      }
      assertEqual(results[0], results[1]);
    }
  }
}
