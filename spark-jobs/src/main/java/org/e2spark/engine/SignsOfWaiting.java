package org.e2spark.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Gives signs of life for a task that waits for others, which give theirs. */
final class SignsOfWaiting implements AutoCloseable {

  private static final long EVERY_SECONDS = 1;

  private final CountDownLatch over = new CountDownLatch(1);

  /** Begins to give signs. */
  SignsOfWaiting(Runnable alive) {
    Thread thread = new Thread(() -> give(alive), "e2spark-waiting");
    thread.setDaemon(true);
    thread.start();
  }

  private void give(Runnable alive) {
    try {
      while (!over.await(EVERY_SECONDS, TimeUnit.SECONDS)) {
        alive.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    over.countDown();
  }
}
