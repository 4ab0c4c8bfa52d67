package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.train.RequirementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(SparkExtension.class)
class DefaultWorkersTest {

  private static SparkConf conf(String settings) {
    SparkConf conf = new SparkConf(false);
    for (String setting : settings.split(" ")) {
      if (!setting.isEmpty()) {
        conf.set(setting.split("=")[0], setting.split("=")[1]);
      }
    }
    return conf;
  }

  @ParameterizedTest
  @CsvSource({
    "local[4], '', 1",
    "'local-cluster[3,1,1024]', '', 3",
    "yarn, '', 2",
    "k8s://https://h:443, '', 2",
    "yarn, spark.executor.instances=5, 5",
    "spark://h:7077, spark.executor.instances=5, 5",
    "spark://h:7077, spark.cores.max=8 spark.executor.cores=3, 2",
    "spark://h:7077, spark.cores.max=1 spark.executor.cores=3, 1",
  })
  void asManyAsTheConfigurationAsksFor(String master, String settings, int workers) {
    assertThat(ClusterPreflight.defaultWorkers(master, conf(settings))).isEqualTo(workers);
  }

  @Test
  void whateverSlotsThereAreNow(SparkSession spark) {
    ClusterPreflight cluster = new ClusterPreflight(spark.sparkContext());
    assertThat(cluster.slots()).isEqualTo(2);
    assertThat(cluster.defaultWorkers()).isEqualTo(1);
  }

  @Test
  void whereItDoesNotTellTheUserMust() {
    assertThatThrownBy(() -> ClusterPreflight.defaultWorkers("spark://h:7077", conf("")))
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining("spark://h:7077")
        .hasMessageContaining("--workers");
  }
}
