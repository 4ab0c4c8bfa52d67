package org.e2spark.data.task;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * What a Spark loads from jars, archived once a build for the JVMs that tests start: reading it
 * again would be a quarter of their start. Java takes an archive only where the class path begins
 * with the jars that it was made from, and has folders after them.
 *
 * @param jars what the class path begins with, as {@code java -cp} has it
 * @param others what follows: what the build makes
 */
public record ClassArchive(String jars, String others) {

  private static final String FOLDER = "class-archive";

  /** Divides a class path, in whose order it keeps each part. */
  public static ClassArchive of(String classPath) {
    var parts =
        Arrays.stream(classPath.split(":"))
            .collect(
                Collectors.partitioningBy(
                    entry -> entry.endsWith(".jar") && !entry.contains("/target/"),
                    Collectors.joining(":")));
    return new ClassArchive(parts.get(true), parts.get(false));
  }

  public String classPath() {
    return jars + ":" + others;
  }

  /**
   * Options with which a JVM uses the archive, made if there is none; where that fails, which is
   * told, it loads its classes as ever. Java 25 takes options that open modules for errors of the
   * archive's, which it uses all the same.
   */
  public List<String> options() {
    try {
      Path archive = made();
      return Files.exists(archive)
          ? List.of(
              "-XX:SharedArchiveFile=" + archive,
              "-Xlog:disable",
              "-Xlog:all=error,cds*=off:stderr")
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether a running JVM uses one; or could not, as this JDK comes without an archive of its own.
   */
  public static boolean isUsedBy(ProcessHandle jvm) {
    try (Stream<String> maps = Files.lines(Path.of("/proc", Long.toString(jvm.pid()), "maps"))) {
      return !System.getProperty("java.vm.info").contains("sharing")
          || maps.anyMatch(line -> line.contains("/target/" + FOLDER + "/"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Processes that ask for the same one wait for the first. */
  private Path made() throws IOException {
    Path folder = Files.createDirectories(Path.of("target", FOLDER).toAbsolutePath());
    Object made = jars.endsWith("*") ? Files.getLastModifiedTime(Path.of(jars).getParent()) : "";
    String name =
        Integer.toHexString(List.of(jars, made, System.getProperty("java.home")).hashCode());
    Path archive = folder.resolve(name + ".jsa");
    synchronized (ClassArchive.class) {
      try (FileChannel lock =
              FileChannel.open(
                  folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var held = lock.lock()) {
        Path log = folder.resolve(name + ".log");
        if (held.isValid() && !Files.exists(log)) {
          make(archive, log);
        }
      }
    }
    return archive;
  }

  private void make(Path archive, Path log) throws IOException {
    Path program = program(archive.resolveSibling("program.jar"));
    Path fresh = archive.resolveSibling("fresh.jsa");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.matches("(--|-XX:).*"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:ArchiveClassesAtExit=" + fresh,
            "-cp",
            jars,
            "org.apache.spark.deploy.SparkSubmit",
            "--master",
            "local[2]",
            "--class",
            Program.class.getName(),
            program.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (process.waitFor() == 0 && Files.exists(fresh)) {
        Files.move(fresh, archive, StandardCopyOption.ATOMIC_MOVE);
      } else {
        System.err.println("No archive of classes, see " + log);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Files.delete(log); // whoever asks next makes it
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    }
  }

  private static Path program(Path jar) throws IOException {
    String name = Program.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        InputStream code = Program.class.getClassLoader().getResourceAsStream(name)) {
      out.putNextEntry(new JarEntry(name));
      code.transferTo(out);
    }
    return jar;
  }

  /** Loads what most tests' JVMs do. */
  public static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws Exception {
      for (String name :
          List.of(
              "org.apache.spark.deploy.master.Master",
              "org.apache.spark.deploy.worker.Worker",
              "org.apache.spark.deploy.LocalSparkCluster",
              "org.apache.spark.executor.CoarseGrainedExecutorBackend",
              "org.apache.spark.scheduler.cluster.StandaloneSchedulerBackend")) {
        Class.forName(name);
      }
      try (SparkSession spark = SparkSession.builder().getOrCreate()) {
        spark
            .range(100)
            .repartition(2)
            .selectExpr("id % 7 AS key")
            .groupBy("key")
            .count()
            .collect();
      }
    }
  }
}
