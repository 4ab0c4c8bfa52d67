package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher runs where tools are not GNU's, as on a Mac; its jar is for one platform. */
class LauncherTest {
  /** Options and tools that macOS lacks, and what Bash has only since 4.0. */
  private static final Pattern GNU =
      Pattern.compile(
          "\\b(readlink|realpath) -[a-z]*[fem]|\\bxargs -[a-z]*[dr]|\\b(ln|cp|mv) (-\\w+"
              + " )*-\\w*[tT]\\b|\\bsed -[a-zA-Z]*[ir]|\\bgrep -[a-zA-Z]*P|\\bfind"
              + " .*-(printf|quit|newermt)|\\bdate -d|\\bstat"
              + " -c|\\b(tac|nproc|timeout|setsid|mapfile|readarray|realpath)\\b|\\bhead -n"
              + " -|\\bsort -[a-zA-Z]*V|declare -A|local -n|\\$\\{\\w+(,,|\\^\\^|@)|\\|&|&>>");

  @Test
  void itUsesNoToolsOfGnuAlone() throws IOException {
    for (String wrong : List.of("xargs -d '\\n'", "ln -s -t dir", "mv -T a b", "readlink -f x")) {
      assertThat(GNU.matcher(wrong).find()).as(wrong).isTrue();
    }
    assertThat(Files.readAllLines(Tool.ROOT.resolve("spark-jobs/bin/e2spark")))
        .filteredOn(line -> !line.strip().startsWith("#"))
        .noneMatch(line -> GNU.matcher(line).find());
  }

  /** A checkout whose Maven and Java are scripts: what builds writes a line and takes a while. */
  private static Path checkout(Path root) throws IOException {
    Path bin = Files.createDirectories(root.resolve("spark-jobs/bin"));
    Files.copy(Tool.ROOT.resolve("spark-jobs/bin/e2spark"), bin.resolve("e2spark"));
    for (String module : List.of(".", "equivariant-lib", "data-pipeline", "spark-jobs")) {
      Files.createDirectories(root.resolve(module + "/src/main"));
      Files.writeString(root.resolve(module + "/pom.xml"), "");
    }
    Files.createDirectories(root.resolve("bin"));
    script(
        root.resolve("bin/mvn"),
        "echo begin >> builds",
        "sleep 0.3",
        "printf /m2/spark-core_2.13-4.0.1.jar:/m2/antlr4.jar > spark-jobs/target/spark-jars.txt",
        "touch spark-jobs/target/e2spark-assembly.jar",
        "echo end >> builds");
    java(root, 17);
    return root;
  }

  private static void java(Path root, int version) throws IOException {
    script(root.resolve("bin/java"), "echo '    java.specification.version = " + version + "'");
  }

  private static void script(Path file, String... lines) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static Process launch(Path root) throws IOException {
    return launch(root, Map.of());
  }

  private static Process launch(Path root, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(root.resolve("spark-jobs/bin/e2spark").toString(), "presets");
    builder.environment().put("JAVA_HOME", root.toString());
    builder.environment().merge("PATH", root.resolve("bin") + ":", (old, bin) -> bin + old);
    builder.environment().remove("SPARK_HOME");
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).redirectOutput(root.resolve("said").toFile()).start();
  }

  @Test
  void severalThatStartTogetherBuildOnce(@TempDir Path folder) throws Exception {
    Path root = checkout(folder);
    List<Process> launchers = List.of(launch(root), launch(root), launch(root));
    for (Process launcher : launchers) {
      assertThat(launcher.waitFor()).as(Files.readString(root.resolve("said"))).isZero();
    }
    assertThat(root.resolve("builds")).content().isEqualTo("begin\nend\n");
    assertThat(root.resolve("spark-jobs/target/spark-home/jars").toFile().list())
        .containsExactlyInAnyOrder("spark-core_2.13-4.0.1.jar", "antlr4.jar");
  }

  @Test
  void oneThatWasKilledWhileItBuiltHoldsNobodyUp(@TempDir Path folder) throws Exception {
    Path root = checkout(folder);
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Path target = Files.createDirectories(root.resolve("spark-jobs/target"));
    Files.createSymbolicLink(target.resolve("building"), Path.of(Long.toString(dead.pid())));
    assertThat(launch(root).waitFor()).as(Files.readString(root.resolve("said"))).isZero();
    assertThat(root.resolve("builds")).content().isEqualTo("begin\nend\n");
    assertThat(target.resolve("building")).doesNotExist();
  }

  /** The jar is for every Java; a Spark is not. */
  @Test
  void anotherJavaBuildsAnewForTheSparkOfTheBuildAlone(@TempDir Path folder) throws Exception {
    Path root = checkout(folder);
    assertThat(launch(root).waitFor()).as(Files.readString(root.resolve("said"))).isZero();
    java(root, 25);
    Path spark = Files.createDirectories(root.resolve("spark-4.3.0/jars")).getParent();
    Process own = launch(root, Map.of("SPARK_HOME", spark.toString()));
    assertThat(own.waitFor()).as(Files.readString(root.resolve("said"))).isZero();
    assertThat(root.resolve("builds")).content().isEqualTo("begin\nend\n");
    assertThat(launch(root).waitFor()).as(Files.readString(root.resolve("said"))).isZero();
    assertThat(root.resolve("builds")).content().isEqualTo("begin\nend\nbegin\nend\n");
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
