package org.e2spark.data.shard;

import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Makes batches ahead on one thread and hands them over in order, failures included. */
final class Prefetcher implements AutoCloseable {
  /** What the thread hands over: a batch, or why there is none. */
  private record Outcome(ImageBatch batch, Throwable failure) {}

  private final long batches;
  private final BatchMaker maker;
  private final BlockingQueue<Outcome> ready;
  private final Thread thread;
  private volatile boolean closed;
  private long served;
  private Throwable failure;

  Prefetcher(long batches, BatchMaker maker, int depth) {
    this.batches = batches;
    this.maker = maker;
    this.ready = new ArrayBlockingQueue<>(depth);
    this.thread = new Thread(this::run, "e2spark-batch-reader");
    thread.setDaemon(true);
    thread.start();
  }

  boolean hasNext() {
    return served < batches;
  }

  ImageBatch next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The epoch's " + batches + " batches are served");
    }
    if (closed) {
      throw new IllegalStateException("The reader is closed");
    }
    if (failure == null) {
      Outcome outcome = take();
      if (outcome.failure() == null) {
        served++;
        return outcome.batch();
      }
      failure = outcome.failure();
    }
    if (failure instanceof ShardException typed) {
      throw typed;
    }
    throw new IllegalStateException("Cannot read batch " + served + ": " + failure, failure);
  }

  private Outcome take() {
    try {
      return ready.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for batch " + served, e);
    }
  }

  private void run() {
    try {
      for (long batch = 0; batch < batches && !closed; batch++) {
        ready.put(new Outcome(maker.make(batch), null));
      }
    } catch (InterruptedException e) {
      // Only close() interrupts this thread, and it waits for no further batch.
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      fail(e);
    }
  }

  private void fail(Throwable cause) {
    try {
      ready.put(new Outcome(null, cause));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    ready.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
