package org.e2spark.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a listener what happens, in order and on a thread of its own: one that is slow, fails or
 * never returns holds nobody up. Of more than {@value #LIMIT} events that wait the oldest are
 * dropped, and that is logged.
 */
final class ListenerQueue implements TrainListener, AutoCloseable {

  static final int LIMIT = 1024;

  private static final Logger log = LoggerFactory.getLogger(ListenerQueue.class);

  private final TrainListener listener;
  private final Duration lastWords;
  private final Deque<TrainEvent> waiting = new ArrayDeque<>();
  private final Thread teller;
  private long dropped;
  private boolean closed;

  /**
   * @param lastWords how long the end waits for a listener that has not heard all
   */
  ListenerQueue(TrainListener listener, Duration lastWords) {
    this.listener = listener;
    this.lastWords = lastWords;
    teller = new Thread(this::tellAll, "e2spark-listener");
    teller.setDaemon(true);
    teller.start();
  }

  @Override
  public synchronized void happened(TrainEvent event) {
    if (waiting.size() == LIMIT) {
      waiting.removeFirst();
      if (dropped++ == 0) {
        log.warn("The listener does not keep up: the oldest events are dropped");
      }
    }
    waiting.addLast(event);
    notifyAll();
  }

  private void tellAll() {
    try {
      for (TrainEvent event = next(); event != null; event = next()) {
        tell(event);
      }
    } catch (InterruptedException e) {
      log.debug("The listener is not told any more", e);
    }
  }

  private void tell(TrainEvent event) {
    try {
      listener.happened(event);
    } catch (RuntimeException e) {
      log.warn("The listener failed, and the training goes on", e);
    }
  }

  private synchronized TrainEvent next() throws InterruptedException {
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    return waiting.pollFirst();
  }

  /** Waits, within the limit, until the listener has heard all. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    boolean interrupted = Thread.interrupted();
    try {
      teller.join(lastWords.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (teller.isAlive()) {
      teller.interrupt();
      log.warn(
          "The listener has not returned within {} s and is left alone", lastWords.toSeconds());
    }
    if (dropped > 0) {
      log.warn("{} events were dropped in all", dropped);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
