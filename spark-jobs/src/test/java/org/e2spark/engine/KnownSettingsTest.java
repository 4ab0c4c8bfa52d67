package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.e2spark.train.RequirementException;
import org.junit.jupiter.api.Test;

class KnownSettingsTest {

  @Test
  void aNameThatIsNoneIsRefusedWithTheNearest() {
    SparkConf conf = new SparkConf(false).set("spark.e2spark.port", "40000-40100");
    assertThatThrownBy(() -> KnownSettings.require(conf, new Configuration(false)))
        .isInstanceOf(RequirementException.class)
        .hasMessage(
            "spark.e2spark.port is no setting of e2spark: did you mean spark.e2spark.ports?");
    Configuration hadoop = new Configuration(false);
    hadoop.set("e2spark.shard.cache.byte", "1");
    assertThatThrownBy(() -> KnownSettings.require(new SparkConf(false), hadoop))
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining("did you mean e2spark.shard.cache.bytes?");
  }

  @Test
  void everyNameInTheSourcesIsKnown() throws IOException {
    SparkConf conf = new SparkConf(false);
    Set<String> names = new TreeSet<>();
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      for (Path source : sources.filter(Files::isRegularFile).toList()) {
        Pattern.compile("\"(spark\\.e2spark\\.[a-zA-Z.]*[a-zA-Z])\"")
            .matcher(Files.readString(source))
            .results()
            .forEach(found -> names.add(found.group(1)));
      }
    }
    assertThat(names).contains("spark.e2spark.ports", "spark.e2spark.predict.model");
    names.forEach(name -> conf.set(name, "1"));
    KnownSettings.require(conf, new Configuration(false));
  }

  @Test
  void everyNameThatUsersAreToldIsKnown() throws IOException {
    SparkConf conf = new SparkConf(false);
    Path root = Path.of(System.getProperty("e2spark.build.dir", ".."));
    Pattern name = Pattern.compile("\\bspark\\.e2spark\\.[a-zA-Z.]*[a-zA-Z]");
    List<Path> files = new ArrayList<>(List.of(root.resolve("README.md")));
    files.add(Path.of("README.md"));
    try (Stream<Path> configs = Files.walk(root.resolve("cluster-configs"))) {
      configs.filter(Files::isRegularFile).forEach(files::add);
    }
    for (Path file : files) {
      name.matcher(Files.readString(file)).results().forEach(key -> conf.set(key.group(), "1"));
    }
    assertThat(conf.getAll()).hasSizeGreaterThanOrEqualTo(4);
    KnownSettings.require(conf, new Configuration(false));
  }
}
