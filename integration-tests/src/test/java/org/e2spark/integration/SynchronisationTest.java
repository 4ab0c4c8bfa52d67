package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.checkpoint.Safetensors;
import org.e2spark.savedmodel.SavedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What dividing a batch among executors does to the parameters, nothing but rounding; and what
 * training again does, nothing.
 */
class SynchronisationTest {
  @TempDir Path directory;

  @Test
  void twoExecutorsOnHalfBatchesEqualOneWorkerOnWholeBatchesAndThemselvesInEveryBit() {
    byte[] one = train("local[1]", 1, "one");
    byte[] two = train("local-cluster[2,1,2048]", 2, "two");
    assertThat(largestDifference(one, two)).isLessThan(1e-5f);
    assertThat(train("local-cluster[2,1,2048]", 2, "again")).isEqualTo(two);
  }

  private byte[] train(String master, int workers, String name) {
    Path out = directory.resolve(name);
    Tool.Run run =
        Tool.run(
            "train",
            "--master",
            master,
            "--preset",
            "quickstart/c8-without-batch-norm",
            "--data",
            Digits.shards().toString(),
            "--out",
            out.toString(),
            "--workers",
            String.valueOf(workers),
            "--batch",
            "150",
            "--epochs",
            "1",
            "--optimizer",
            "sgd",
            "--learning-rate",
            "0.05");
    assertThat(run.exit()).as(run.all()).isZero();
    var model = new org.apache.hadoop.fs.Path(out.resolve("model").toUri());
    return SavedModel.read(model, new Configuration()).weights();
  }

  private static float largestDifference(byte[] first, byte[] second) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> a = Safetensors.decode(manager, first);
      Map<String, NDArray> b = Safetensors.decode(manager, second);
      assertThat(b).containsOnlyKeys(a.keySet());
      float largest = 0;
      for (String name : a.keySet()) {
        largest = Math.max(largest, a.get(name).sub(b.get(name)).abs().max().getFloat());
      }
      return largest;
    }
  }
}
