package org.e2spark.nn.convolution.factorised;

import ai.djl.ndarray.types.DataType;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.e2spark.cache.BoundedCache;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.convolution.factorised.Choice.Kind;
import org.e2spark.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses how a layer evaluates its kernel: by operation counts which forms to try, by the clock
 * among them and the dense convolution. The clock is the thread's processor time, so that what else
 * runs on the machine changes neither what is chosen nor what is tried. What was measured is
 * remembered in the process.
 *
 * @param clock nanoseconds
 * @param trial gives what to run to measure a choice
 */
record Planner(LongSupplier clock, Function<Choice, Trial> trial) {

  private static final Logger log = LoggerFactory.getLogger(Planner.class);

  /** A layer of fewer dense multiplications a batch is left alone: calls would cost more. */
  private static final long SMALLEST = 4_000_000;

  /** Kinds that are measured at most. */
  private static final int KINDS = 3;

  /** Time in which candidates may be begun to be measured, nanoseconds. */
  private static final long BUDGET = 3_000_000_000L;

  /** Runs before the first that counts: the engine optimises programs while they run. */
  private static final int WARM_UP = 2;

  /** Runs that count, at most. */
  private static final int RUNS = 4;

  /** Time of runs that count after which there are enough, nanoseconds. */
  private static final long ENOUGH = 100_000_000L;

  /** How much longer than the best so far a run takes after which there are enough. */
  private static final double FAR_BEHIND = 1.25;

  /**
   * What a form must save of the dense time to be chosen: inside a network its constants are not in
   * the cache any more, as they are from one trial run to the next.
   */
  private static final double MARGIN = 0.15;

  private static final int CACHE_LIMIT = 512;

  /** What a choice depends on. */
  record Key(
      FieldType in, FieldType out, int entries, KernelWindow window, Use use, DataType type) {}

  private static final BoundedCache<Key, Choice> MEASURED = BoundedCache.ofSize(CACHE_LIMIT);

  private record Timing(Choice choice, long nanos) {}

  /** Processor time of this thread, or the time that passes where Java cannot tell that. */
  private static long processorTime() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()
        ? threads.getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  /** The form of fewest multiplications, or dense if no form applies. */
  static Choice byCount(Candidates candidates, List<Product> products, Use use) {
    List<Kind> kinds = candidates.kinds();
    return kinds.isEmpty() ? Choice.DENSE : choice(candidates, kinds.get(0), products.get(0), use);
  }

  private static Choice choice(Candidates candidates, Kind kind, Product product, Use use) {
    return new Choice(kind, product, candidates.chunks(kind, use.batch()).get(0));
  }

  /**
   * The fastest choice.
   *
   * @param trial gives what to run to measure a choice
   */
  static Choice byClock(
      Key key,
      Candidates candidates,
      List<Product> products,
      String layer,
      Function<Choice, Trial> trial) {
    return MEASURED.get(
        key,
        () ->
            new Planner(Planner::processorTime, trial)
                .measured(candidates, products, key.use(), layer));
  }

  /** The fastest choice, not remembered. */
  Choice measured(Candidates candidates, List<Product> products, Use use, String layer) {
    List<Kind> kinds = candidates.promising();
    if (kinds.isEmpty() || candidates.dense() * use.batch() < SMALLEST) {
      log.debug("{} is evaluated densely for {}: no form saves enough", layer, use);
      return Choice.DENSE;
    }
    var search = new Search(time(Choice.DENSE, Long.MAX_VALUE));
    for (Kind kind : kinds.subList(0, Math.min(KINDS, kinds.size()))) {
      search.tryOut(choice(candidates, kind, products.get(0), use));
    }
    Choice best = search.best.choice();
    for (Product product : products) {
      search.tryOut(new Choice(best.kind(), product, best.chunk()));
    }
    for (int chunk : candidates.chunks(best.kind(), use.batch())) {
      search.tryOut(new Choice(best.kind(), search.best.choice().product(), chunk));
    }
    return search.decided(layer, use);
  }

  /** What has been measured of one layer, beginning with dense evaluation. */
  private final class Search {

    private final long start = clock.getAsLong();
    private final Timing dense;
    private final Set<Choice> tried = new HashSet<>();
    private Timing best;

    Search(Timing dense) {
      this.dense = dense;
      this.best = dense;
    }

    /** Measures a choice, if it is new and there is time. */
    void tryOut(Choice choice) {
      if (choice.kind() == Kind.DENSE || clock.getAsLong() - start > BUDGET || !tried.add(choice)) {
        return;
      }
      Timing timing = time(choice, best.nanos());
      if (timing.nanos() < best.nanos()) {
        best = timing;
      }
    }

    Choice decided(String layer, Use use) {
      Timing decided = best.nanos() > (1 - MARGIN) * dense.nanos() ? dense : best;
      log.info(
          "{} for {} is evaluated as {}: {} ms, dense {} ms, ratio {} ({} candidates measured in"
              + " {} ms)",
          layer,
          use,
          decided.choice(),
          Text.format("%.2f", decided.nanos() / 1e6),
          Text.format("%.2f", dense.nanos() / 1e6),
          Text.format("%.2f", (double) dense.nanos() / decided.nanos()),
          tried.size(),
          (clock.getAsLong() - start) / 1_000_000);
      return decided.choice();
    }
  }

  /** The shortest of some runs, fewer if they are long or far behind. */
  private Timing time(Choice choice, long best) {
    try (Trial runs = trial.apply(choice)) {
      int warmUp = choice.kind() == Kind.DENSE ? 1 : WARM_UP;
      long shortest = Long.MAX_VALUE;
      long spent = 0;
      for (int run = 0; run < warmUp + RUNS; run++) {
        long start = clock.getAsLong();
        runs.run();
        long nanos = clock.getAsLong() - start;
        if (run >= warmUp) {
          shortest = Math.min(shortest, nanos);
          spent += nanos;
        }
        if (spent > ENOUGH || nanos / (run < warmUp ? 4 : FAR_BEHIND) > best) {
          return new Timing(choice, Math.min(shortest, nanos));
        }
      }
      return new Timing(choice, shortest);
    }
  }

  /** A use of a layer to be measured. */
  interface Trial extends Runnable, AutoCloseable {
    @Override
    void close();
  }
}
