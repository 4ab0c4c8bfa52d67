package org.e2spark.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.e2spark.engine.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines without file descriptors left, or with two kinds of addresses. */
class CrowdedMachineTest {

  @TempDir Path folder;

  /** A driver that runs out of file descriptors for a while. */
  static final class Driver {
    private Driver() {}

    public static void main(String[] arguments) throws Exception {
      RunSecret secret = RunSecret.random();
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      try (ReportServer server =
          ReportServer.open(
              "127.0.0.1",
              "127.0.0.1",
              secret,
              SyncOptions.DEFAULT,
              (rank, text) -> heard.add(text))) {
        report(server, secret, "before", heard);
        Deque<FileInputStream> files = new ArrayDeque<>();
        try {
          while (true) {
            files.add(new FileInputStream("/dev/null"));
          }
        } catch (FileNotFoundException full) {
          System.out.println("full " + server.address());
        }
        awaitPause();
        for (FileInputStream file : files) {
          file.close();
        }
        report(server, secret, "after", heard);
      }
    }

    private static void report(
        ReportServer server, RunSecret secret, String text, BlockingQueue<String> heard)
        throws InterruptedException {
      try (ReportClient client =
          ReportClient.connect(server.address(), 0, secret, Encryption.NONE)) {
        client.send(text);
        System.out.println("heard " + heard.poll(20, TimeUnit.SECONDS));
      }
    }

    /** Waits until the thread that accepts waits for something else than callers. */
    private static void awaitPause() {
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (System.nanoTime() < end) {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
          if (thread.getName().equals("e2spark-reports")
              && thread.getState() == Thread.State.TIMED_WAITING) {
            System.out.println("paused");
            return;
          }
        }
      }
    }
  }

  /** Libraries print, too, when they find no file descriptor. */
  private static void keep(String line, Collection<String> lines) {
    if (line.matches("(heard|full|paused|sums).*")) {
      lines.add(line);
    }
  }

  @Test
  void aDriverWithoutFileDescriptorsHearsWorkersAgainWhenItHasSome() throws Exception {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    List<String> limited = List.of("bash", "-c", "ulimit -n 600; exec \"$@\"", "bash");
    Path errors = folder.resolve("driver.log");
    try (ChildJvm driver =
        ChildJvm.start(Driver.class, Map.of(), errors, line -> keep(line, lines), limited)) {
      assertThat(lines.poll(60, TimeUnit.SECONDS)).isEqualTo("heard before");
      String full = lines.poll(60, TimeUnit.SECONDS);
      assertThat(full).as(Files.readString(errors)).startsWith("full 127.0.0.1:");
      int port = Integer.parseInt(full.substring(full.lastIndexOf(':') + 1));
      // The first is taken by a call that had its descriptor already.
      try (Socket first = new Socket("127.0.0.1", port);
          Socket second = new Socket("127.0.0.1", port)) {
        assertThat(first.isConnected() && second.isConnected()).isTrue();
        assertThat(lines.poll(60, TimeUnit.SECONDS)).isEqualTo("paused");
        assertThat(lines.poll(60, TimeUnit.SECONDS)).isEqualTo("heard after");
      }
      assertThat(driver.exit(60)).isZero();
    }
  }

  /** Workers that call a driver by a name of two addresses, of which it listens at one. */
  static final class DualStack {
    private DualStack() {}

    public static void main(String[] arguments) throws Exception {
      for (String bind : arguments) {
        RunSecret secret = RunSecret.random();
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (ReportServer server =
                ReportServer.open(
                    bind, "driver", secret, SyncOptions.DEFAULT, (rank, text) -> heard.add(text));
            ReportClient client =
                ReportClient.connect(server.address(), 0, secret, Encryption.NONE)) {
          client.send(bind);
          System.out.println("heard " + heard.poll(20, TimeUnit.SECONDS));
        }
        if (!bind.equals("0.0.0.0")) {
          System.out.println(ring(bind));
        }
      }
    }

    private static String ring(String host) throws Exception {
      SyncTimeouts timeouts = new SyncTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20));
      RunSecret secret = RunSecret.random();
      try (Rendezvous zero = Rendezvous.open(host, SyncOptions.DEFAULT.withTimeouts(timeouts));
          Rendezvous one = Rendezvous.open(host, SyncOptions.DEFAULT.withTimeouts(timeouts))) {
        List<String> addresses = List.of(zero.address(), one.address());
        float[] other = {2};
        Thread thread =
            new Thread(
                () -> {
                  try (Communicator ring = one.join(1, addresses, secret)) {
                    ring.allReduceSum(other);
                  }
                });
        thread.start();
        float[] own = {1};
        try (Communicator ring = zero.join(0, addresses, secret)) {
          ring.allReduceSum(own);
        }
        thread.join();
        return "sums at " + host + ": " + own[0] + " " + other[0];
      }
    }
  }

  @Test
  void hostsOfTwoKindsOfAddressesAreReachedAtEither() throws Exception {
    Path hosts = Files.writeString(folder.resolve("hosts"), "::1 driver\n127.0.0.1 driver\n");
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    Path errors = folder.resolve("dual.log");
    Map<String, String> environment = Map.of("JDK_JAVA_OPTIONS", "-Djdk.net.hosts.file=" + hosts);
    try (ChildJvm child =
        ChildJvm.start(
            DualStack.class,
            environment,
            errors,
            line -> keep(line, lines),
            List.of(),
            "127.0.0.1",
            "::1",
            "0.0.0.0")) {
      assertThat(child.exit(60)).as(Files.readString(errors)).isZero();
    }
    assertThat(lines)
        .containsExactly(
            "heard 127.0.0.1",
            "sums at 127.0.0.1: 3.0 3.0",
            "heard ::1",
            "sums at ::1: 3.0 3.0",
            "heard 0.0.0.0");
  }
}
