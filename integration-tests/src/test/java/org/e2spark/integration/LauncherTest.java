package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The launcher runs where tools are not GNU's, as on a Mac; its jar is for one platform. */
class LauncherTest {
  /** Options and tools that macOS lacks, and what Bash has only since 4.0. */
  private static final Pattern GNU =
      Pattern.compile(
          "\\b(readlink|realpath) -[a-z]*[fem]|\\bxargs -[a-z]*[dr]|\\b(ln|cp|mv) (-\\w+ )*-\\w*[tT]\\b"
              + "|\\bsed -[a-zA-Z]*[ir]|\\bgrep -[a-zA-Z]*P|\\bfind .*-(printf|quit|newermt)"
              + "|\\bdate -d|\\bstat -c|\\b(tac|nproc|timeout|setsid|mapfile|readarray|realpath)\\b"
              + "|\\bhead -n -|\\bsort -[a-zA-Z]*V"
              + "|declare -A|local -n|\\$\\{\\w+(,,|\\^\\^|@)|\\|&|&>>");

  @Test
  void itUsesNoToolsOfGnuAlone() throws IOException {
    for (String wrong : List.of("xargs -d '\\n'", "ln -s -t dir", "mv -T a b", "readlink -f x")) {
      assertThat(GNU.matcher(wrong).find()).as(wrong).isTrue();
    }
    assertThat(Files.readAllLines(Tool.ROOT.resolve("spark-jobs/bin/e2spark")))
        .filteredOn(line -> !line.strip().startsWith("#"))
        .noneMatch(line -> GNU.matcher(line).find());
  }

  @Test
  void itsJarHasOneLibtorchAndWhatBindsJavaToIt() throws IOException {
    try (JarFile jar =
        new JarFile(Tool.ROOT.resolve("spark-jobs/target/e2spark-assembly.jar").toFile())) {
      String platform = jar.getManifest().getMainAttributes().getValue("Native-Platform");
      List<String> names = jar.stream().map(entry -> entry.getName()).toList();
      assertThat(names)
          .filteredOn(name -> name.matches(".*/libtorch_cpu\\.\\w+(\\.gz)?"))
          .containsExactly("pytorch/cpu/" + platform + "/libtorch_cpu.so");
      assertThat(names)
          .filteredOn(name -> name.matches("jnilib/.*djl_torch.*"))
          .isNotEmpty()
          .allMatch(name -> name.startsWith("jnilib/" + platform + "/"));
    }
  }
}
