package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.commons.io.IOUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.RootLocale;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.train.TestDigits;
import org.e2spark.train.TestNetworks;
import org.e2spark.train.TrainOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Shards, run and model on HDFS, with a name node and a data node in this JVM. A name node names
 * its files in the digits of the locale, and never finds them where those are others.
 */
@ExtendWith({RootLocale.class, SparkExtension.class})
@Timeout(120)
class HdfsTest {

  @TempDir static Path folder;
  private static MiniDFSCluster cluster;
  private static FileSystem hdfs;
  private static String local;

  @BeforeAll
  static void start(SparkSession spark) throws IOException {
    local = TestDigits.prepare(spark, folder, 240, 60);
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    hdfs = cluster.getFileSystem();
    hdfs.copyFromLocalFile(new org.apache.hadoop.fs.Path(local), path("shards"));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.shutdown();
    }
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(hdfs.getUri() + "/data/" + name);
  }

  private static TrainOptions options(String shards, int epochs) {
    return TestDigits.options(shards, "normalised", epochs, 24);
  }

  @Test
  void trainsAndGoesOnToTheBitsOfALocalRun(SparkSession spark) throws IOException {
    String here = folder.resolve("run").toUri().toString();
    String there = path("run").toString();
    TrainJob.run(spark, options(local, 2), TestNetworks::normalized, run(here), TrainListener.NONE);
    Trap.fail(30, new IllegalStateException("This network cannot"));
    TrainOptions remote = options(path("shards").toString(), 2);
    assertThatThrownBy(
            () -> TrainJob.run(spark, remote, Trap::create, run(there), TrainListener.NONE))
        .hasMessageContaining("This network cannot");
    List<TrainEvent> heard = Collections.synchronizedList(new ArrayList<>());
    TrainJob.run(spark, remote, TestNetworks::normalized, run(there), heard::add);
    assertThat(heard).contains(new TrainEvent.Started(480, 240));
    try (var weights = hdfs.open(path("run/model/weights.safetensors"))) {
      assertThat(IOUtils.toByteArray(weights))
          .isEqualTo(Files.readAllBytes(folder.resolve("run/model/weights.safetensors")));
    }
  }

  private static RunOptions run(String out) {
    return RunOptions.in(out).withWorkers(2);
  }
}
