package org.e2spark.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.e2spark.text.Similar;
import org.e2spark.train.RequirementException;

/** The settings of ours in Spark's and Hadoop's configuration; a name that is none is a mistake. */
final class KnownSettings {

  private static final String SPARK = "spark.e2spark.";
  private static final String HADOOP = "e2spark.";

  private static final Set<String> OF_SPARK =
      Set.of(
          Devices.ALLOW_CPU,
          SyncSettings.ENCRYPT,
          SyncSettings.PORTS,
          "spark.e2spark.predict.model");

  private static final Set<String> OF_HADOOP =
      Set.of("e2spark.shard.cache.dir", "e2spark.shard.cache.bytes");

  private KnownSettings() {}

  /**
   * Refuses what looks like a setting of ours and is none.
   *
   * @throws RequirementException naming it and the nearest that there is
   */
  static void require(SparkConf conf, Configuration hadoop) {
    Arrays.stream(conf.getAll())
        .map(setting -> setting._1())
        .filter(name -> name.startsWith(SPARK))
        .forEach(name -> require(name, OF_SPARK));
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, String> setting : hadoop) {
      names.add(setting.getKey());
    }
    names.stream()
        .filter(name -> name.startsWith(HADOOP))
        .forEach(name -> require(name, OF_HADOOP));
  }

  private static void require(String name, Set<String> known) {
    if (!known.contains(name)) {
      throw new RequirementException(
          name
              + " is no setting of e2spark: did you mean "
              + Similar.names(name, known, 1).get(0)
              + "?");
    }
  }
}
