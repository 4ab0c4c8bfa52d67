package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.SparkExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link SeveralDevicesTest} shows the same on a cluster. */
@ExtendWith(SparkExtension.class)
class TaskResourcesTest {

  @ParameterizedTest
  @CsvSource({
    "yarn, spark.executor.cores=8, 2, 4",
    "yarn, spark.executor.cores=8, 3, 2",
    "yarn, spark.executor.cores=2, 4, 1",
    "spark://h:7077, spark.task.cpus=3, 2, 3",
    "'local-cluster[2,6,1024]', spark.task.cpus=1, 2, 3",
    "'local-cluster[2,6,1024]', spark.executor.cores=4, 2, 2",
  })
  void aGpuComesWithItsShareOfTheCores(String master, String setting, int gpus, int cpus) {
    String[] pair = setting.split("=");
    SparkConf conf = new SparkConf(false).set(pair[0], pair[1]);
    assertThat(TaskResources.cpus(master, conf, gpus)).isEqualTo(cpus);
  }

  @Test
  void whereStagesHaveNoResourcesOfTheirOwnTheReasonIsSaid(SparkSession spark) {
    SparkContext context = spark.sparkContext();
    assertThat(TaskResources.ofTraining(context).isOwn()).isFalse();
    SparkConf conf = context.conf();
    conf.set("spark.executor.resource.gpu.amount", "2");
    try {
      TaskResources resources = TaskResources.ofTraining(context);
      assertThat(resources.isOwn()).isFalse();
      assertThat(resources.description())
          .startsWith("as all stages: TaskResourceProfiles are only");
      assertThat(ClusterPreflight.ofTraining(context).slots())
          .isEqualTo(new ClusterPreflight(context).slots());
      conf.set("spark.dynamicAllocation.enabled", "true");
      assertThat(TaskResources.ofTraining(context).description()).contains("dynamic allocation");
    } finally {
      conf.remove("spark.executor.resource.gpu.amount");
      conf.remove("spark.dynamicAllocation.enabled");
    }
  }
}
