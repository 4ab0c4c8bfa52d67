package org.e2spark.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sums first among the workers of a machine, and then between machines. */
@Timeout(60)
class MeetingTest {

  private static final int SEED = 17;
  private static final int SIZE = 300_001;
  private static final SyncOptions OPTIONS =
      SyncOptions.DEFAULT.withTimeouts(
          new SyncTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20)));

  /** What one worker does. */
  private interface Member<T> {
    T run(Communicator ring) throws Exception;
  }

  /**
   * Runs workers in threads, by the number of their tasks, of which two are on each machine in
   * turn.
   *
   * @param doors what others are told of a worker's address
   */
  private static <T> List<T> run(
      int workers, int group, List<String> hosts, Doors doors, Member<T> member) throws Exception {
    RunSecret secret = RunSecret.random();
    List<Meeting> meetings = new ArrayList<>();
    List<String> addresses = new ArrayList<>();
    ExecutorService pool = Executors.newFixedThreadPool(workers);
    try {
      for (int task = 0; task < workers; task++) {
        meetings.add(Meeting.open(hosts.get(task), OPTIONS, group));
        addresses.add(doors.told(task, meetings.get(task).address()));
      }
      RingOrder order = Meeting.order(addresses);
      List<Future<T>> results = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        int task = i;
        results.add(
            pool.submit(
                () -> {
                  try (Communicator ring =
                      meetings.get(task).join(order.rank(task), order, addresses, secret)) {
                    assertThat(ring.worldSize()).isEqualTo(workers);
                    assertThat(ring.rank()).isEqualTo(order.rank(task));
                    try {
                      return member.run(ring);
                    } catch (Exception e) {
                      ring.abort(e);
                      throw e;
                    }
                  }
                }));
      }
      return Ring.all(results);
    } finally {
      meetings.forEach(Meeting::close);
      pool.shutdownNow();
    }
  }

  /** Says what others are told of a worker's address. */
  private interface Doors {
    String told(int task, String address) throws IOException;
  }

  private static List<String> hosts(int workers, int machines) {
    List<String> hosts = new ArrayList<>();
    for (int task = 0; task < workers; task++) {
      hosts.add("127.0.0." + (1 + task % machines));
    }
    return hosts;
  }

  private static float[] sum(Communicator ring, WireFormat format, int... ends) {
    ByteBuffer values =
        ByteBuffer.allocateDirect(SIZE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    values.asFloatBuffer().put(Samples.values(SEED, ring.rank(), SIZE));
    int from = 0;
    for (int end : ends) {
      ring.allReduceSum(values.position(from).limit(end * Float.BYTES), format);
      from = end * Float.BYTES;
    }
    float[] sums = new float[SIZE];
    values.clear().asFloatBuffer().get(sums);
    return sums;
  }

  @ParameterizedTest
  @CsvSource({
    "4, 2, FLOAT32",
    "6, 2, FLOAT32",
    "6, 3, BF16",
    "8, 4, FLOAT32",
    "4, 2, BF16",
    "3, 1, FLOAT32"
  })
  void allHaveTheSameSumWhereverTheyAre(int workers, int group, WireFormat format)
      throws Exception {
    List<float[]> apart =
        run(
            workers,
            group,
            hosts(workers, workers / group),
            (task, address) -> address,
            ring -> sum(ring, format, SIZE));
    // All on one machine, and in stretches of no even length.
    List<float[]> together =
        run(
            workers,
            group,
            hosts(workers, 1),
            (task, address) -> address,
            ring -> sum(ring, format, 5, 123_457, 123_457, SIZE));
    assertThat(apart).allSatisfy(sums -> assertThat(sums).isEqualTo(apart.get(0)));
    assertThat(together).allSatisfy(sums -> assertThat(sums).isEqualTo(apart.get(0)));
    double[] exact = new double[SIZE];
    for (int rank = 0; rank < workers; rank++) {
      float[] values = Samples.values(SEED, rank, SIZE);
      Arrays.setAll(exact, i -> exact[i] + values[i]);
    }
    double worst = 0;
    for (int i = 0; i < SIZE; i++) {
      worst = Math.max(worst, Math.abs(apart.get(0)[i] - exact[i]));
    }
    assertThat(worst).isLessThan(format == WireFormat.FLOAT32 ? 1e-5 : 0.1 * workers);
  }

  @Test
  void betweenMachinesGoesWhatARingOfMachinesSends() throws Exception {
    double bytes = (double) SIZE * Float.BYTES;
    // Two machines of two: around one ring, three quarters of the buffer go each way twice.
    assertThat(bytesIntoAMachine(1) / bytes).isBetween(1.45, 1.55);
    assertThat(bytesIntoAMachine(2) / bytes).isBetween(0.95, 1.05);
  }

  /** What comes into the first of two machines of two workers from the other one. */
  private static long bytesIntoAMachine(int group) throws Exception {
    List<String> hosts = hosts(4, 2);
    try (Relays relays = new Relays()) {
      // Tasks 0 and 2 are ranks 0 and 1; the last rank of the other machine calls rank 0.
      run(
          4,
          group,
          hosts,
          (task, address) -> {
            String[] doors = address.split(" ");
            if (group == 1) {
              return task == 0 ? relays.before(doors[0]) : address;
            }
            return task % 2 == 0 ? doors[0] + " " + relays.before(doors[1]) : address;
          },
          ring -> sum(ring, WireFormat.FLOAT32, SIZE));
      return relays.bytes.get();
    }
  }

  /** Counts what goes through ports of its own to others'. */
  private static final class Relays implements AutoCloseable {
    private final AtomicLong bytes = new AtomicLong();
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final List<AutoCloseable> open = new ArrayList<>();

    String before(String address) throws IOException {
      Endpoint target = Endpoint.parse(address);
      ServerSocket door = new ServerSocket(0, 8, InetAddress.getByName(target.host()));
      open.add(door);
      pool.submit(
          () -> {
            while (true) {
              Socket caller = door.accept();
              Socket callee = new Socket(target.host(), target.port());
              open.addAll(List.of(caller, callee));
              pool.submit(() -> copy(caller.getInputStream(), callee.getOutputStream(), bytes));
              pool.submit(
                  () -> copy(callee.getInputStream(), caller.getOutputStream(), new AtomicLong()));
            }
          });
      return target.host() + ":" + door.getLocalPort();
    }

    private static Void copy(InputStream from, OutputStream to, AtomicLong bytes)
        throws IOException {
      byte[] chunk = new byte[1 << 16];
      for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
        to.write(chunk, 0, count);
        bytes.addAndGet(count);
      }
      to.close();
      return null;
    }

    @Override
    public void close() throws Exception {
      pool.shutdownNow();
      for (AutoCloseable one : open) {
        one.close();
      }
    }
  }

  @Test
  void whoeverFailsIsToldToAllByRank() {
    assertThatThrownBy(
            () ->
                run(
                    6,
                    2,
                    hosts(6, 3),
                    (task, address) -> address,
                    ring -> {
                      sum(ring, WireFormat.FLOAT32, SIZE);
                      if (ring.rank() == 3) {
                        throw new IllegalStateException("The disk is on fire");
                      }
                      try {
                        sum(ring, WireFormat.FLOAT32, SIZE);
                      } catch (SyncException.PeerFailed e) {
                        assertThat(e.failedRank()).isEqualTo(3);
                        throw e;
                      }
                      throw new AssertionError("Rank " + ring.rank() + " has heard nothing");
                    }))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("The disk is on fire");
  }

  @Test
  void machinesAreFirstWhereThereAreSeveralOfLikeSize() {
    assertThat(Meeting.group(8, 4)).isEqualTo(4);
    assertThat(Meeting.group(8, 1)).isEqualTo(1);
    assertThat(Meeting.group(4, 4)).as("one machine").isEqualTo(1);
    assertThat(Meeting.group(6, 4)).as("not even").isEqualTo(1);
    assertThat(Meeting.group(2, 4)).as("less than one machine").isEqualTo(1);
  }
}
