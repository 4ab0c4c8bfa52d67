package org.e2spark.sync;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sums stretches of a buffer on a thread of its own, one after the other, while the caller computes
 * the next ones. From the first {@link #begin} until {@link #await} or {@link #abandon} the
 * communicator is that thread's.
 */
public final class BackgroundSum implements AutoCloseable {

  private static final int SECONDS_TO_STOP = 10;

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread worker = new Thread(task, "e2spark-sums");
            worker.setDaemon(true);
            return worker;
          });
  private final List<Future<?>> sums = new ArrayList<>();

  /** Of the thread alone; true from a sum's beginning until it has come to its end. */
  private boolean isBroken;

  /**
   * Begins a sum after those begun before.
   *
   * @param stretch as {@link Communicator#allReduceSum(ByteBuffer, WireFormat)} takes it; not to be
   *     touched until {@link #await}
   */
  public void begin(Communicator communicator, ByteBuffer stretch, WireFormat format) {
    sums.add(thread.submit(() -> sum(communicator, stretch, format)));
  }

  /** Nothing is sent after a failure: the others are to hear of that next. */
  private void sum(Communicator communicator, ByteBuffer stretch, WireFormat format) {
    if (isBroken) {
      throw new IllegalStateException("A sum before this one failed");
    }
    isBroken = true;
    communicator.allReduceSum(stretch, format);
    isBroken = false;
  }

  /**
   * Waits for all sums.
   *
   * @throws SyncException the first failure; no sum runs or comes after it
   */
  public void await() {
    try {
      for (Future<?> sum : sums) {
        sum.get();
      }
      sums.clear();
    } catch (ExecutionException e) {
      abandon();
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("A sum failed", e.getCause());
    } catch (InterruptedException e) {
      abandon();
      Thread.currentThread().interrupt();
      throw new SyncException.Interrupted("the other workers' gradients");
    }
  }

  /** Stops what runs, so that the communicator is the caller's again. */
  public void abandon() {
    if (sums.isEmpty()) {
      return;
    }
    sums.forEach(sum -> sum.cancel(true));
    sums.clear();
    boolean interrupted = Thread.interrupted();
    try {
      thread.submit(() -> {}).get(SECONDS_TO_STOP, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (ExecutionException | TimeoutException | CancellationException e) {
      throw new IllegalStateException(
          "A sum in the background does not stop within " + SECONDS_TO_STOP + " s", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    abandon();
    thread.shutdownNow();
  }
}
