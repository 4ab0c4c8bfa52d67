package org.e2spark.sync;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The sum of 44 MB over loopback, ranks in threads of one JVM: around the ring, and in the tree of
 * micro-batches (one a rank), beside plain sockets that carry what a ring's links carry and add
 * nothing. What counts is the ratio of {@code sockets} to {@code ring}.
 *
 * <pre>
 * mvn -q -pl spark-jobs -am test-compile exec:exec@jmh -Djmh="AllReduceBenchmark -p worldSize=2"
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AllReduceBenchmark {
  private static final int FLOATS = 11_000_000;

  /** How many ranks. */
  @Param({"1", "2", "4", "8"})
  public int worldSize;

  private ExecutorService pool;
  private Ring ring;
  private final List<Communicator> members = new ArrayList<>();
  private final List<ByteBuffer> values = new ArrayList<>();
  private final List<MicroBatchSum> shares = new ArrayList<>();
  private final List<SocketChannel> callers = new ArrayList<>();
  private final List<SocketChannel> callees = new ArrayList<>();

  /** Connects all. */
  @Setup(Level.Trial)
  public void connect() throws Exception {
    pool = Executors.newFixedThreadPool(2 * worldSize);
    ring = Ring.open(worldSize);
    members.addAll(Ring.all(ring.join()));
    for (int rank = 0; rank < worldSize; rank++) {
      values.add(ByteBuffer.allocateDirect(FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN));
      MicroBatchSum share = new MicroBatchSum(FLOATS);
      share.begin(new MicroBatchShare(worldSize, worldSize, rank));
      share.add(values.get(rank));
      shares.add(share);
      try (ServerSocketChannel server = ServerSocketChannel.open()) {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        callers.add(SocketChannel.open(server.getLocalAddress()));
        callees.add(server.accept());
      }
    }
  }

  /** Leaves. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    members.forEach(Communicator::close);
    ring.close();
    pool.shutdownNow();
    for (int rank = 0; rank < worldSize; rank++) {
      callers.get(rank).close();
      callees.get(rank).close();
    }
  }

  private void onAll(List<Callable<Void>> tasks) throws Exception {
    for (Future<Void> task : pool.invokeAll(tasks)) {
      task.get();
    }
  }

  /** The ring. */
  @Benchmark
  public void ring() throws Exception {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < worldSize; i++) {
      int rank = i;
      tasks.add(
          () -> {
            members.get(rank).allReduceSum(values.get(rank));
            return null;
          });
    }
    onAll(tasks);
  }

  /** The tree. */
  @Benchmark
  public void tree() throws Exception {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < worldSize; i++) {
      int rank = i;
      tasks.add(
          () -> {
            members.get(rank).allReduceSum(shares.get(rank), values.get(rank));
            return null;
          });
    }
    onAll(tasks);
  }

  /** As many bytes over each link as the ring's, sent and received at once. */
  @Benchmark
  public void sockets() throws Exception {
    int bytes = (worldSize - 1) * (FLOATS / worldSize) * Float.BYTES;
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < worldSize; i++) {
      SocketChannel caller = callers.get(i);
      SocketChannel callee = callees.get(i);
      ByteBuffer out = values.get(i).duplicate();
      ByteBuffer in = values.get((i + 1) % worldSize).duplicate();
      tasks.add(
          () -> {
            for (int time = 0; time < 2; time++) {
              out.clear().limit(bytes);
              while (out.hasRemaining()) {
                caller.write(out);
              }
            }
            return null;
          });
      tasks.add(
          () -> {
            for (int time = 0; time < 2; time++) {
              in.clear().limit(bytes);
              while (in.hasRemaining()) {
                callee.read(in);
              }
            }
            return null;
          });
    }
    onAll(tasks);
  }
}
