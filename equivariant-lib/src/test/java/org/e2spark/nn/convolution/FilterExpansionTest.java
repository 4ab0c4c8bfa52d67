package org.e2spark.nn.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.kernel.EmptyBasisException;
import org.e2spark.nn.Constant;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.RandomTypes;
import org.e2spark.nn.container.IdentityModule;
import org.e2spark.nn.convolution.ExpansionProgram.Chunks;
import org.e2spark.nn.convolution.ExpansionProgram.Form;
import org.e2spark.torch.Autograd;

/**
 * The ways from weights to a filter agree, recorded or not, in pieces or whole, and the way back of
 * a gradient is the transpose. In double precision, over random layers with fields in any order.
 */
class FilterExpansionTest {

  @Property(tries = 60)
  void recordedAndWrittenFiltersAgreeAndGradientsGoTheTransposedWay(@ForAll long seed) {
    KernelLayout layout = randomLayout(seed);
    int k = kernelSize(seed);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      FilterExpansion expansion = new IrrepSpaceExpansion(new IdentityModule(layout.in()), layout);
      NDArray weights = random(manager, seed, new Shape(layout.size()));
      weights.setRequiresGradient(true);
      NDArray filter = expansion.expand(manager, weights);
      assertThat(filter.getShape())
          .isEqualTo(new Shape(layout.out().size(), layout.in().size(), k, k));
      NDArray written = manager.zeros(filter.getShape(), DataType.FLOAT64);
      expansion.expandInto(weights, written);
      assertEqual(written, filter);
      assertThat(filter.abs().sum().getDouble()).isPositive();

      NDArray upstream = random(manager, seed + 1, filter.getShape());
      NDArray back = expansion.pullBack(weights, upstream);
      assertThat(back.mul(weights).sum().getDouble())
          .isCloseTo(upstream.mul(filter).sum().getDouble(), within(1e-9 * filter.size()));
      try (var scope = Autograd.record()) {
        scope.backward(expansion.expand(manager, weights), upstream);
      }
      assertEqual(back, weights.getGradient());
    }
  }

  @Property(tries = 20)
  void piecesMakeTheWhole(@ForAll long seed) {
    var random = new Random(seed);
    GSpace space = new Rot2dOnR2(4 + random.nextInt(9));
    FieldType in = FieldType.of(space, space.regular(), 10 + random.nextInt(20));
    FieldType out = FieldType.of(space, space.regular(), 10 + random.nextInt(20));
    KernelLayout layout = R2Conv.builder(in, out).kernelSize(5).layout(in, out);
    var program = new ExpansionProgram(layout);
    List<Constant> constants = program.constants(new IdentityModule(in));
    Shape filter = new Shape(out.size(), in.size(), 5, 5);
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        var scope = Autograd.pause()) {
      NDArray weights = random(manager, seed, new Shape(layout.size()));
      for (Form form : Form.values()) {
        NDArray[] results = new NDArray[Chunks.values().length];
        for (Chunks chunks : Chunks.values()) {
          List<NDArray> arguments = new ArrayList<>(List.of(weights));
          if (form != Form.RECORDED) {
            arguments.add(random(manager, seed + 1, filter));
          }
          constants.forEach(constant -> arguments.add(constant.at(weights)));
          results[chunks.ordinal()] =
              program.function(form, chunks).apply(manager, arguments.toArray(NDArray[]::new));
        }
        assertEqual(results[0], results[1]);
      }
    }
  }

  private static int kernelSize(long seed) {
    return 1 + (int) Math.floorMod(seed, 6L);
  }

  private static KernelLayout randomLayout(long seed) {
    var types = new RandomTypes(seed);
    GSpace space = types.space();
    FieldType in = types.of(space, types.representations(space), r -> true);
    FieldType out = types.of(space, types.representations(space), r -> true);
    try {
      return R2Conv.builder(in, out).kernelSize(kernelSize(seed)).layout(in, out);
    } catch (EmptyBasisException e) {
      Assume.that(false);
      throw e;
    }
  }

  private static NDArray random(NDManager manager, long seed, Shape shape) {
    double[] values = new Random(seed).doubles(shape.size(), -1, 1).toArray();
    return manager.create(values, shape);
  }

  private static void assertEqual(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    assertThat(actual.sub(expected).abs().max().getDouble()).isLessThan(1e-10);
  }
}
