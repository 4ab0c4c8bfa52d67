package org.e2spark.nn.normalization;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.e2spark.golden.NpzFile;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.model.Networks;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Fields;
import org.e2spark.nn.Mode;
import org.e2spark.nn.StateDict;
import org.e2spark.torch.Ops;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plain averages over all batches, PyTorch's momentum=None. */
class CumulativeStatisticsTest {

  private static final GSpace D4 = new FlipRot2dOnR2(4);
  private static final BatchNormOptions OPTIONS =
      BatchNormOptions.DEFAULT.withStatistics(BatchNormOptions.Statistics.CUMULATIVE);

  static Stream<EquivariantModule> modules() {
    FieldType regular = FieldType.of(D4, D4.regular(), D4.trivial());
    FieldType vectors = FieldType.of(D4, D4.irrep(1, 1), D4.irrep(1, 0), D4.irrep(1, 1));
    SubgroupId c4 = SubgroupId.withoutReflections(4);
    var induced = D4.induced(c4, D4.subgroup(c4).group().irreps().get(1));
    return Stream.of(
        new InnerBatchNorm(regular, OPTIONS),
        new GNormBatchNorm(regular, OPTIONS),
        new NormBatchNorm(vectors, OPTIONS),
        new InducedNormBatchNorm(FieldType.of(D4, induced, 2), OPTIONS));
  }

  /** Numbers of the reference: src/test/python/cumulative_statistics.py. */
  @ParameterizedTest
  @MethodSource("modules")
  void remembersWhatTheReferenceRemembers(EquivariantModule module)
      throws IOException, URISyntaxException {
    Path file =
        Path.of(
            Objects.requireNonNull(getClass().getResource("/cumulative-statistics.npz")).toURI());
    NpzFile numbers = NpzFile.read(file);
    String name = module.getClass().getSimpleName();
    try (module;
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = null;
      NDArray y = null;
      for (int batch = 0; batch < 3; batch++) {
        x = array(manager, numbers.get(name + ".x" + batch));
        Networks.initialize(module, manager, x.getShape(), 1);
        y = module.forward(module.inType().wrap(x), Mode.TRAINING).array();
      }
      Fields.assertClose(y, array(manager, numbers.get(name + ".y_train")), 1e-5, 1e-5);
      NDArray evaluated = module.forward(module.inType().wrap(x)).array();
      Fields.assertClose(evaluated, array(manager, numbers.get(name + ".y_eval")), 1e-5, 1e-5);
      Map<String, Parameter> state = StateDict.of(module);
      long compared = 0;
      for (String key : numbers.names()) {
        if (key.startsWith(name + ".after.") && numbers.get(key).values().length > 0) {
          Parameter parameter = state.get(key.substring((name + ".after.").length()));
          assertThat(parameter).as(key).isNotNull();
          NDArray expected = array(manager, numbers.get(key));
          Fields.assertClose(parameter.getArray(), expected, 1e-6, 1e-5);
          compared++;
        }
      }
      assertThat(compared)
          .isEqualTo(state.values().stream().filter(p -> !p.requiresGradient()).count());
    }
  }

  private static NDArray array(NDManager manager, NpzFile.Array array) {
    return manager.create(array.floats(), new Shape(array.shape()));
  }

  /** Also where the reference has no such layer: vectors, and one variance a field. */
  @Test
  void theAverageOfTheBatchesIsRemembered() {
    var vectors = new BatchNorm(3, OPTIONS);
    var iid = new IIDBatchNorm(FieldType.of(D4, D4.trivial(), 3), OPTIONS);
    try (iid;
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Networks.initialize(vectors, manager, new Shape(4, 3), 1);
      Networks.initialize(iid, manager, new Shape(4, 3, 2, 2), 1);
      var random = new Random(5);
      double[] mean = new double[3];
      double[] imageMean = new double[3];
      int batches = 5;
      for (int batch = 0; batch < batches; batch++) {
        NDArray x = random(manager, new Shape(4, 3), random);
        vectors.forward(new ParameterStore(manager, false), new NDList(x), true);
        NDArray images = random(manager, new Shape(4, 3, 2, 2), random);
        iid.forward(iid.inType().wrap(images), Mode.TRAINING);
        float[] means = Ops.mean(x, 0).toFloatArray();
        float[] imageMeans = Ops.mean(images, 0, 2, 3).toFloatArray();
        for (int i = 0; i < 3; i++) {
          mean[i] += means[i] / batches;
          imageMean[i] += imageMeans[i] / batches;
        }
      }
      assertThat(PlainArrays.values(StateDict.of(vectors).get("running_mean").getArray()))
          .containsExactly(mean, org.assertj.core.data.Offset.offset(1e-6));
      assertThat(PlainArrays.values(StateDict.of(iid).get("irrep_0,0_running_mean").getArray()))
          .containsExactly(imageMean, org.assertj.core.data.Offset.offset(1e-6));
      assertThat(StateDict.of(vectors).get("num_batches_tracked").getArray().getFloat())
          .isEqualTo(batches);
    }
  }

  private static NDArray random(NDManager manager, Shape shape, Random random) {
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() + i % 3;
    }
    return manager.create(values, shape);
  }
}
