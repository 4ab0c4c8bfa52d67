package org.e2spark.engine;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.TaskKilledException;
import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.checkpoint.CheckpointStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes checkpoints beside the training, one at a time. One that cannot be written is logged at
 * once, and ends the training when the next is due.
 */
final class CheckpointWriter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CheckpointWriter.class);
  private static final Duration LAST_WORDS = Duration.ofSeconds(10);

  private final Duration limit;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "e2spark-checkpoint");
            thread.setDaemon(true);
            return thread;
          });
  private Future<CheckpointStore.Name> writing;

  /**
   * @param limit how long the training waits for a checkpoint
   */
  CheckpointWriter(Duration limit) {
    this.limit = limit;
  }

  /**
   * Begins to write.
   *
   * @throws IllegalStateException when the one before was not waited for
   */
  void begin(Callable<CheckpointStore.Name> write) {
    if (writing != null) {
      throw new IllegalStateException("A checkpoint is being written");
    }
    writing = writer.submit(() -> logged(write));
  }

  private static CheckpointStore.Name logged(Callable<CheckpointStore.Name> write)
      throws Exception {
    try {
      return write.call();
    } catch (Exception e) {
      log.error("A checkpoint cannot be written; the training stops when the next is due", e);
      throw e;
    }
  }

  /**
   * Waits until what was begun is written.
   *
   * @return its name, or null when nothing was begun since the last call
   * @throws CheckpointException when it could not be written, or not in time
   * @throws TaskKilledException when the thread is interrupted
   */
  CheckpointStore.Name await() {
    if (writing == null) {
      return null;
    }
    try {
      CheckpointStore.Name name = writing.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      writing = null;
      return name;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CheckpointException known) {
        throw known;
      }
      throw new CheckpointException("Cannot write a checkpoint: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new CheckpointException(
          "A checkpoint is not written after "
              + limit.toSeconds()
              + " s: is --out's storage full or slow?",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("the training was stopped while a checkpoint was written");
    }
  }

  /**
   * Lets what is being written come to its end, for ten seconds; a stopped worker does not wait.
   */
  @Override
  public void close() {
    writer.shutdown();
    boolean ended = false;
    try {
      ended = writer.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      writer.shutdownNow();
    }
  }
}
