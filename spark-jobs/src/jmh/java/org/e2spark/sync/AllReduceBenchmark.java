package org.e2spark.sync;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * The sum of 44 MB over loopback, each rank in a JVM of its own: around the ring, with half the
 * bytes, and in the tree of micro-batches (one a rank), beside plain sockets between the same
 * processes, each of which sends to the next what the ring's link carries and adds nothing: at once
 * ({@code SOCKETS}), or in the ring's frames, of which each waits for the one before, as a sum must
 * ({@code RELAY}). They alternate, so that what slows the machine slows them all; medians are
 * compared.
 *
 * <p>Read {@code ringPercent}, the ring's rate as a percentage of that of the sockets, and the
 * like; and the milliseconds. With more ranks than cores, all of them measure the scheduler, too.
 *
 * <pre>
 * mvn -q -pl spark-jobs -am test-compile exec:exec@jmh -Djmh="AllReduceBenchmark -p worldSize=2"
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 1, time = 15)
@Fork(1)
public class AllReduceBenchmark {

  /** How the numbers are exchanged. */
  enum Way {
    SOCKETS(AllReduceMember::sockets),
    RELAY(AllReduceMember::relay),
    RING(member -> member.ring(WireFormat.FLOAT32)),
    BF16(member -> member.ring(WireFormat.BF16)),
    TREE(AllReduceMember::tree);

    private final Consumer<AllReduceMember> way;

    Way(Consumer<AllReduceMember> way) {
      this.way = way;
    }

    void go(AllReduceMember member) {
      way.accept(member);
    }
  }

  /** How many ranks; one alone would send nothing. */
  @Param({"2", "3", "4", "5", "6", "7", "8"})
  public int worldSize;

  private AllReduceMember member;
  private RankProcesses others;

  /** Starts all and connects them. */
  @Setup(Level.Trial)
  public void connect() throws IOException {
    member = new AllReduceMember();
    others = new RankProcesses(member.address());
    for (int rank = 1; rank < worldSize; rank++) {
      others.start(List.of(), AllReduceMember.class);
    }
    member.join(others.invite());
  }

  /** Ends all. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    member.meet(true);
    member.close();
    others.close();
  }

  /** All ways, one after the other. */
  @Benchmark
  public void all(Times times) {
    member.meet(false);
    for (Way way : Way.values()) {
      member.meet(false);
      long start = System.nanoTime();
      way.go(member);
      times.add(way, System.nanoTime() - start);
    }
  }

  /** The times of one iteration. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Times {

    private long[][] nanos;
    private int[] counts;

    /** Forgets the iteration before. */
    @Setup(Level.Iteration)
    public void reset() {
      nanos = new long[Way.values().length][4096];
      counts = new int[nanos.length];
    }

    void add(Way way, long time) {
      nanos[way.ordinal()][counts[way.ordinal()]++] = time;
    }

    /** The ring's rate as a percentage of the sockets'. */
    public double ringPercent() {
      return 100 * median(Way.SOCKETS) / median(Way.RING);
    }

    /** That of sockets whose frames wait for each other. */
    public double relayPercent() {
      return 100 * median(Way.SOCKETS) / median(Way.RELAY);
    }

    /** That of the ring with half the bytes, for the same numbers. */
    public double bf16Percent() {
      return 100 * median(Way.SOCKETS) / median(Way.BF16);
    }

    /** That of the tree, for the same numbers. */
    public double treePercent() {
      return 100 * median(Way.SOCKETS) / median(Way.TREE);
    }

    /** Milliseconds of the sockets. */
    public double socketsMillis() {
      return median(Way.SOCKETS) / 1e6;
    }

    /** Milliseconds of the ring. */
    public double ringMillis() {
      return median(Way.RING) / 1e6;
    }

    private double median(Way way) {
      int count = counts[way.ordinal()];
      return Arrays.stream(nanos[way.ordinal()], 0, count)
          .sorted()
          .skip(count / 2)
          .findFirst()
          .orElse(0);
    }
  }
}
