package org.e2spark.nn.normalization;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Fields;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.nn.Mode;
import org.e2spark.nn.RandomTypes;
import org.e2spark.nn.StateDict;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.TorchFunction;
import org.junit.jupiter.api.Test;

class FieldNormalizationTest {

  private static final BatchNormOptions AT_ONCE = BatchNormOptions.DEFAULT.withMomentum(1);

  /** Trivial irreps have mean 0; every irrep has a mean square of 1. */
  @Property(tries = 12)
  void everyIrrepIsNormalized(@ForAll long seed) {
    var types = new RandomTypes(seed);
    GSpace space = types.space();
    FieldType type = types.of(space, types.representations(space), r -> true);
    check(new GNormBatchNorm(type), seed, Per.IRREP);
    check(new IIDBatchNorm(type), seed, Per.FIELD);
    check(new FieldInstanceNorm(type), seed, Per.FIELD);
  }

  /** With momentum 1 the running variance is the batch's. */
  @Property(tries = 12)
  void fieldsOfMeanZeroAreNormalized(@ForAll long seed) {
    var types = new RandomTypes(seed);
    GSpace space = types.space();
    FieldType type = types.of(space, types.representations(space), r -> !r.containsTrivial());
    FieldType induced = types.of(space, types.induced(space), r -> !r.containsTrivial());
    Assume.that(type != null && induced != null);
    check(new NormBatchNorm(type, AT_ONCE), seed, Per.FIELD);
    check(new InducedNormBatchNorm(induced, AT_ONCE), seed, Per.FIELD);
  }

  private enum Per {
    IRREP,
    FIELD
  }

  private static void check(EquivariantModule module, long seed, Per per) {
    int size = 64;
    FieldType type = module.inType();
    try (module;
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = Fields.random(manager, type, 1, size, seed).mul(3).add(2);
      Networks.initialize(module, manager, x.getShape(), seed);
      NDArray y = module.forward(type.wrap(x), Mode.TRAINING).array();
      for (int field = 0; field < type.fields(); field++) {
        checkField(
            type.representations().get(field),
            y.get(":, " + type.start(field) + ":" + type.end(field)),
            per);
      }
    }
  }

  private static void checkField(Representation representation, NDArray field, Per per) {
    int n = representation.size();
    double[] inverse = representation.changeOfBasisInverse().getDDRM().getData();
    float[] matrix = new float[n * n];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = (float) inverse[i];
    }
    NDManager manager = field.getManager();
    NDArray irreps =
        manager.create(matrix, new Shape(n, n)).matMul(field.reshape(n, field.size() / n));
    float[] mean = irreps.mean(new int[] {1}).toFloatArray();
    float[] square = irreps.square().mean(new int[] {1}).toFloatArray();
    int position = 0;
    double sum = 0;
    for (Irrep irrep : representation.irreps()) {
      if (irrep.isTrivial()) {
        assertThat(Math.abs(mean[position])).as("mean of %s", representation).isLessThan(1e-3f);
      }
      double variance = 0;
      for (int k = 0; k < irrep.size(); k++) {
        variance += square[position++];
      }
      sum += variance;
      if (per == Per.IRREP) {
        assertThat(Math.sqrt(variance / irrep.size())).isBetween(1 - 1e-3, 1 + 1e-3);
      }
    }
    assertThat(Math.sqrt(sum / n))
        .as("deviation of %s", representation)
        .isBetween(1 - 1e-3, 1 + 1e-3);
  }

  @Test
  void onPermutationsOneVarianceAFieldIsInnerBatchNorm() {
    var d4 = new FlipRot2dOnR2(4);
    FieldType type = FieldType.of(d4, d4.regular(), d4.trivial(), d4.regular());
    try (var inner = new InnerBatchNorm(type);
        var iid = new IIDBatchNorm(type);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = Fields.random(manager, type, 3, 5, 1).mul(2).add(1);
      NDArray other = x.duplicate();
      NDArray upstream = Fields.random(manager, type, 3, 5, 2);
      Networks.initialize(inner, manager, x.getShape(), 1);
      Networks.initialize(iid, manager, x.getShape(), 1);
      for (NDArray input : List.of(x, other)) {
        input.setRequiresGradient(true);
      }
      NDArray expected = gradient(inner, x, upstream);
      NDArray actual = gradient(iid, other, upstream);
      Fields.assertClose(actual, expected, 1e-5, 1e-5);
      Fields.assertClose(other.getGradient(), x.getGradient(), 1e-5, 1e-5);
      Fields.assertClose(
          iid.forward(type.wrap(other)).array(), inner.forward(type.wrap(x)).array(), 1e-5, 1e-5);
    }
  }

  private static NDArray gradient(EquivariantModule module, NDArray x, NDArray upstream) {
    try (var scope = Autograd.record()) {
      NDArray y = module.forward(module.inType().wrap(x), Mode.TRAINING).array();
      scope.backward(y, upstream);
      return y;
    }
  }

  @Test
  void withoutRunningStatisticsEvaluationUsesTheBatch() {
    var c8 = new Rot2dOnR2(8);
    BatchNormOptions options =
        BatchNormOptions.DEFAULT.withStatistics(BatchNormOptions.Statistics.BATCH);
    FieldType any = FieldType.of(c8, c8.regular(), c8.irrep(2));
    FieldType vectors = FieldType.of(c8, c8.irrep(1), 3);
    for (EquivariantModule module :
        List.of(
            new GNormBatchNorm(any, options),
            new IIDBatchNorm(any, options),
            new NormBatchNorm(vectors, options))) {
      try (module;
          NDManager manager = NDManager.newBaseManager("PyTorch")) {
        NDArray x = Fields.random(manager, module.inType(), 2, 6, 3).mul(5);
        Networks.initialize(module, manager, x.getShape(), 1);
        GeometricTensor input = module.inType().wrap(x);
        assertThat(StateDict.of(module).keySet()).noneMatch(name -> name.contains("running"));
        Fields.assertClose(
            module.forward(input).array(),
            module.forward(input, Mode.TRAINING).array(),
            1e-7,
            1e-6);
      }
    }
  }

  /** On fields that permute their channels the statistics are PyTorch's. */
  @Property(tries = 8)
  void onPermutationsNormalizationIsPyTorchs(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int groups) {
    var c4 = new Rot2dOnR2(4);
    FieldType type = FieldType.of(c4, c4.regular(), 2 * groups);
    int channels = type.size();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = Fields.random(manager, type, 2, 5, seed).mul(2).add(1);
      compare(new FieldGroupNorm(type, groups), x, groupNorm(groups));
      compare(new FieldInstanceNorm(type), x, groupNorm(type.fields()));
      String last = "torch.permute(x, [0, 2, 3, 1])";
      String normal = "torch.layer_norm(" + last + ", [" + channels + "], None, None, 1e-5, False)";
      compare(new FieldLayerNorm(type), x, "torch.permute(" + normal + ", [0, 3, 1, 2])");
    }
  }

  private static String groupNorm(int groups) {
    return "torch.group_norm(x, " + groups + ", None, None, 1e-5, False)";
  }

  private static void compare(EquivariantModule module, NDArray x, String expected) {
    try (module) {
      Networks.initialize(module, x.getManager(), x.getShape(), 1);
      NDArray y = module.forward(module.inType().wrap(x)).array();
      Fields.assertClose(y, TorchFunction.of("x", expected).apply(x.getManager(), x), 1e-5, 1e-5);
    }
  }

  @Test
  void shiftsMoveOnlyTrivialIrreps() {
    var d4 = new FlipRot2dOnR2(4);
    FieldType type = FieldType.of(d4, d4.irrep(1, 1), d4.regular(), d4.trivial());
    Map<String, Parameter> state = StateDict.of(new FieldInstanceNorm(type));
    assertThat(state.get("weight").getShape()).isEqualTo(new Shape(3));
    assertThat(state.get("bias").getShape()).isEqualTo(new Shape(2));
  }
}
