package org.e2spark.data.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserPathTest {

  private final Configuration configuration = new Configuration();

  @Test
  void relativePathsAreOfTheWorkingDirectory() {
    String here = Path.of("").toAbsolutePath().toString();
    assertThat(UserPath.qualify("shards/train", configuration))
        .hasToString("file:" + here + "/shards/train");
    assertThat(UserPath.qualify("./a b%20c/[é]", configuration))
        .hasToString("file:" + here + "/a b%20c/[é]");
  }

  @Test
  void theDefaultFileSystemIsHeeded() {
    configuration.set("fs.defaultFS", "viewfs://images/");
    configuration.set("fs.viewfs.mounttable.images.link./data", "file:///");
    assertThat(UserPath.qualify("/data/shards", configuration))
        .hasToString("viewfs://images/data/shards");
    assertThat(UserPath.qualify("file:///shards", configuration)).hasToString("file:/shards");
  }

  @ParameterizedTest
  @CsvSource({
    "s3a://bucket/x, add --packages org.apache.hadoop:hadoop-aws:3.",
    "abfss://c@a.dfs.core.windows.net/x, add --packages org.apache.hadoop:hadoop-azure:3.",
    "s3://bucket/x, write s3a://",
    "gs://bucket/x, gcs-connector",
    "nowhere://x/y, nothing on the class path serves nowhere://"
  })
  void aFileSystemThatIsNotThereIsNamedWithItsPackage(String path, String remedy) {
    assertThatThrownBy(() -> UserPath.qualify(path, configuration))
        .isInstanceOf(PathException.class)
        .hasMessageContaining(path)
        .hasMessageContaining(remedy);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a:b/c", ":"})
  void whatIsNoPathIsRefused(String text) {
    assertThatThrownBy(() -> UserPath.qualify(text, configuration))
        .isInstanceOf(PathException.class)
        .hasMessageStartingWith("Invalid path");
  }

  @Test
  void wholePathsMayHaveColons() {
    assertThat(UserPath.qualify("file:///folder/a:b", configuration))
        .hasToString("file:/folder/a:b");
  }
}
