package org.e2spark.engine;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.e2spark.data.task.ClassArchive;

/** A JVM with this one's class path, which ends when this one does. */
public final class ChildJvm implements AutoCloseable {

  private static final ClassArchive SHARED =
      ClassArchive.of(
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));

  /** More than a JVM spends on its clocks while all of its threads wait for each other. */
  private static final long SOME_WORK = TimeUnit.SECONDS.toNanos(1);

  private final Process process;
  private final Thread reader;
  private final AtomicLong spoke;

  private ChildJvm(Process process, Thread reader, AtomicLong spoke) {
    this.process = process;
    this.reader = reader;
    this.spoke = spoke;
  }

  static String classPath() {
    return SHARED.classPath();
  }

  /**
   * Options that open the platform's modules to Spark, choose the locale, and suit a short life, as
   * this JVM has them.
   */
  static List<String> inheritedOptions() {
    return Stream.concat(
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.matches("(--|-Duser\\.|-XX:).*")),
            Stream.concat(Stream.of("-XX:+UseSerialGC"), SHARED.options().stream()))
        .toList();
  }

  /**
   * Starts a main class.
   *
   * @param errors a file that takes what is written to the error stream
   * @param lines gets each line of the output
   * @param prefix a command that runs the JVM, or nothing
   */
  public static ChildJvm start(
      Class<?> main,
      Map<String, String> environment,
      Path errors,
      Consumer<String> lines,
      List<String> prefix,
      String... arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(inheritedOptions());
    command.add("-Xmx512m");
    command.addAll(List.of("-Dai.djl.offline=true", Until.class.getName(), main.getName()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("CLASSPATH", classPath());
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    builder.environment().put("OPT_OUT_TRACKING", "true");
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(new File(errors.toUri())));
    try {
      Process process = builder.start();
      AtomicLong spoke = new AtomicLong(System.nanoTime());
      Consumer<String> timed = line -> spoke.set(System.nanoTime());
      Thread reader =
          new Thread(
              () -> read(process, timed.andThen(lines)), "output of " + main.getSimpleName());
      reader.setDaemon(true);
      reader.start();
      return new ChildJvm(process, reader, spoke);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + command, e);
    }
  }

  private static void read(Process process, Consumer<String> lines) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      reader.lines().forEach(lines);
    } catch (IOException | UncheckedIOException e) {
      // Its end, when it is killed.
      lines.accept("ended: " + e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Whether it shares classes with others, as all do where the JDK can. */
  boolean startedSooner() {
    return ClassArchive.isUsedBy(process.toHandle());
  }

  List<ProcessHandle> children() {
    return process.children().toList();
  }

  void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it at once, as {@code kill -9} does. */
  void kill() {
    process.destroyForcibly();
  }

  CompletableFuture<Process> exited() {
    return process.onExit();
  }

  /**
   * Waits for its end and for its last line, however long it takes on a busy machine.
   *
   * @param seconds of the machine's work, or of almost none, after which it counts as stuck
   */
  public int exit(long seconds) throws InterruptedException {
    long limit = TimeUnit.SECONDS.toNanos(seconds);
    long before = 0;
    long last = System.nanoTime();
    while (!process.waitFor(1, TimeUnit.SECONDS)) {
      long work = work();
      if (work > limit * Runtime.getRuntime().availableProcessors()) {
        throw new AssertionError("Still running after " + Duration.ofNanos(work) + " of work");
      }
      if (Math.abs(work - before) > SOME_WORK) {
        before = work;
        last = System.nanoTime();
      } else if (System.nanoTime() - last > limit) {
        throw new AssertionError("Still running, and idle for " + seconds + " s");
      }
    }
    reader.join(TimeUnit.SECONDS.toMillis(seconds));
    return process.exitValue();
  }

  /** Processor time of its own and of those that it started, in nanoseconds. */
  private long work() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .flatMap(one -> one.info().totalCpuDuration().stream())
        .mapToLong(Duration::toNanos)
        .sum();
  }

  /**
   * Waits for its end and for its last line, however long it takes, as long as it goes on.
   *
   * @param seconds without a line, after which it counts as stuck
   */
  int exitUnlessSilent(long seconds) throws InterruptedException {
    awaitUnlessSilent(exited(), seconds);
    return exit(seconds);
  }

  /**
   * Waits for an event, however long it takes, as long as this goes on.
   *
   * @param seconds without a line, after which it counts as stuck
   */
  void awaitUnlessSilent(CompletableFuture<?> event, long seconds) throws InterruptedException {
    CountDownLatch happened = new CountDownLatch(1);
    event.whenComplete((value, failure) -> happened.countDown());
    while (!happened.await(1, TimeUnit.SECONDS)) {
      long silent = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - spoke.get());
      if (silent > seconds) {
        throw new AssertionError("Still running, and silent for " + silent + " s");
      }
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Runs a main class until its own end, or that of who started this JVM. */
  static final class Until {
    private Until() {}

    public static void main(String[] arguments) throws Exception {
      Thread watch =
          new Thread(
              () -> {
                try {
                  while (System.in.read() >= 0) {
                    continue;
                  }
                } catch (IOException e) {
                  System.err.println(e);
                }
                Runtime.getRuntime().halt(3);
              },
              "parent");
      watch.setDaemon(true);
      watch.start();
      Method program = Class.forName(arguments[0]).getMethod("main", String[].class);
      program.setAccessible(true);
      program.invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
    }
  }
}
