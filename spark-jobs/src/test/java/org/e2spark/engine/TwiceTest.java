package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.e2spark.events.TrainListener;
import org.e2spark.train.LocalSteps;
import org.e2spark.train.Span;
import org.e2spark.train.TestDigits;
import org.e2spark.train.TestNetworks;
import org.e2spark.train.TrainOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trainings one after the other, two at once, one stopped in the middle, and one whose Spark is
 * stopped: in both modes, in a JVM of their own, which nothing of them stays behind in.
 */
class TwiceTest {

  @TempDir Path folder;

  @Test
  void nothingStaysBehind() throws Exception {
    List<String> said = Collections.synchronizedList(new ArrayList<>());
    Path errors = folder.resolve("errors.log");
    try (ChildJvm jvm =
        ChildJvm.start(Program.class, Map.of(), errors, said::add, List.of(), folder.toString())) {
      assertThat(jvm.exit(240)).as(Files.readString(errors)).isZero();
    }
    assertThat(said)
        .containsExactly(
            "after trainings: nothing",
            "after Spark, ALL_REDUCE: nothing, told: TrainingException",
            "after Spark, AVERAGING: nothing, told: TrainingException");
  }

  /** What runs in the other JVM. */
  static final class Program {

    /** What an allocator may keep besides, of a process of several hundred MiB. */
    private static final long SLACK = 48L << 20;

    private final SparkSession spark;
    private final Path folder;
    private final String shards;

    private Program(SparkSession spark, Path folder, String shards) {
      this.spark = spark;
      this.folder = folder;
      this.shards = shards;
    }

    private static SparkSession session() {
      return SparkSession.builder()
          .config(StandaloneCluster.application("local[2]", 2))
          .getOrCreate();
    }

    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[0]);
      SparkSession spark = session();
      Program program = new Program(spark, folder, TestDigits.prepare(spark, folder, 120, 30));
      program.everything("warm");
      TreeSet<String> before = leftovers();
      long memory = residentAndNotHeap();
      program.everything("again");
      TreeSet<String> after = leftoversBeside(before);
      long grown = residentAndNotHeap() - memory;
      if (grown > SLACK) {
        after.add((grown >> 20) + " MiB");
      }
      System.out.println("after trainings: " + (after.isEmpty() ? "nothing" : after));
      for (Mode mode : List.of(Mode.ALL_REDUCE, Mode.AVERAGING)) {
        String told = new Program(session(), folder, program.shards).stopSpark(mode);
        TreeSet<String> last = leftoversBeside(before);
        System.out.println(
            "after Spark, "
                + mode
                + ": "
                + (last.isEmpty() ? "nothing" : last)
                + ", told: "
                + told);
      }
      System.exit(0);
    }

    private void everything(String name) throws Exception {
      for (Mode mode : List.of(Mode.ALL_REDUCE, Mode.AVERAGING)) {
        String prefix = name + "-" + mode;
        train(mode, prefix, 2);
        CompletableFuture<?> other =
            CompletableFuture.runAsync(() -> train(mode, prefix + "-one", 1));
        train(mode, prefix + "-two", 1);
        other.get(60, TimeUnit.SECONDS);
        stopInTheMiddle(mode, prefix + "-stopped");
      }
    }

    private TrainOptions options(Mode mode, int epochs) {
      TrainOptions options = TestDigits.options(shards, "normalised", epochs, 24);
      return mode == Mode.ALL_REDUCE
          ? options
          : options.toBuilder().localSteps(LocalSteps.every(Span.samples(48))).build();
    }

    private RunOptions run(Mode mode, String name, int workers) {
      return RunOptions.in(folder.resolve(name).toUri().toString())
          .withMode(mode)
          .withWorkers(workers);
    }

    private void train(Mode mode, String name, int workers) {
      TrainJob.run(
          spark,
          options(mode, 2),
          TestNetworks::normalized,
          run(mode, name, workers),
          TrainListener.NONE);
    }

    /** Begins a training that would last, and tells what it ends with once it is under way. */
    private CompletableFuture<Throwable> begin(Mode mode, String name, Thread[] driver)
        throws InterruptedException {
      CountDownLatch reached = new CountDownLatch(1);
      Trap.set(8, reached::countDown);
      CompletableFuture<Throwable> told = new CompletableFuture<>();
      driver[0] =
          new Thread(
              () -> {
                try {
                  TrainJob.run(
                      spark,
                      options(mode, 100_000),
                      Trap::create,
                      run(mode, name, 2),
                      TrainListener.NONE);
                  told.complete(null);
                } catch (Throwable e) {
                  told.complete(e);
                }
              });
      driver[0].start();
      if (!reached.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("The training has not begun");
      }
      return told;
    }

    private void stopInTheMiddle(Mode mode, String name)
        throws InterruptedException, ExecutionException, TimeoutException {
      Thread[] driver = new Thread[1];
      CompletableFuture<Throwable> told = begin(mode, name, driver);
      driver[0].interrupt();
      told.get(60, TimeUnit.SECONDS);
      driver[0].join();
    }

    private String stopSpark(Mode mode) throws Exception {
      Thread[] driver = new Thread[1];
      CompletableFuture<Throwable> told = begin(mode, "spark-stopped-" + mode, driver);
      spark.stop();
      String name = told.get(60, TimeUnit.SECONDS).getClass().getSimpleName();
      driver[0].join();
      return name;
    }

    /** What is left once all had time to end; what stays is told after 20 s. */
    private static TreeSet<String> leftoversBeside(TreeSet<String> before)
        throws IOException, InterruptedException {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      TreeSet<String> left;
      do {
        left = leftovers();
        left.removeAll(before);
      } while (!left.isEmpty() && System.nanoTime() < deadline);
      return left;
    }

    /** Threads of ours, doors that are open, files that are: once those that end have ended. */
    private static TreeSet<String> leftovers() throws IOException, InterruptedException {
      System.gc();
      TreeSet<String> left = new TreeSet<>();
      for (Thread thread : Thread.getAllStackTraces().keySet()) {
        if (thread.getName().startsWith("e2spark")) {
          thread.join(20_000);
          if (thread.isAlive()) {
            left.add("thread " + thread.getName());
          }
        }
      }
      if (RoundWorkers.count() > 0) {
        left.add(RoundWorkers.count() + " networks");
      }
      try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
        for (Path descriptor : descriptors.toList()) {
          String target = target(descriptor);
          if (target.startsWith("socket:") || target.contains("shards")) {
            left.add(target);
          }
        }
      }
      return left;
    }

    private static String target(Path descriptor) {
      try {
        return Files.readSymbolicLink(descriptor).toString();
      } catch (IOException e) {
        return ""; // closed since it was listed
      }
    }

    private static long residentAndNotHeap() throws IOException {
      System.gc();
      long resident =
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("RssAnon:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
              .findFirst()
              .orElseThrow();
      return resident - Runtime.getRuntime().totalMemory();
    }
  }
}
