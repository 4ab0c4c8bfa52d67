package org.e2spark.sync;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections on a port and lets in those that prove themselves.
 *
 * <p>Callers are heard side by side, {@value #LIMIT} at most, each for ten seconds altogether; one
 * more, and the one that has been there longest must go: a worker needs milliseconds, so strangers
 * that stay silent cannot keep one out. Running out of file descriptors is waited out.
 */
final class Gate implements AutoCloseable {

  static final int LIMIT = 64;

  private static final Logger log = LoggerFactory.getLogger(Gate.class);
  private static final Duration HANDSHAKE = Duration.ofSeconds(10);
  private static final int TOLD = 10;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** What happens to a connection. */
  interface Doorman {
    /**
     * Hears a caller until the deadline; throws to turn it away.
     *
     * @param admission to be asked before the caller is told that it is accepted
     */
    Handshake.Session hear(SocketChannel caller, Handshake.Admission admission, long deadline)
        throws IOException;

    /** Takes a connection over that has proved itself. */
    void keep(SocketChannel caller, Handshake.Session session) throws IOException;

    /** Hears of a caller that was turned away. */
    default void turnedAway(Exception reason) {}

    /** Hears that no more are accepted, by a fault of the gate itself. */
    default void broken(Throwable cause) {}
  }

  private final ServerSocketChannel server;
  private final Doorman doorman;
  private final Set<SocketChannel> callers = new LinkedHashSet<>();
  private final ExecutorService hearings;
  private final AtomicInteger turnedAway = new AtomicInteger();
  private volatile boolean closed;

  /** Begins to accept. */
  Gate(String name, ServerSocketChannel server, Doorman doorman) {
    this.server = server;
    this.doorman = doorman;
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            LIMIT,
            LIMIT,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> daemon(name + "-handshake", task));
    pool.allowCoreThreadTimeOut(true);
    hearings = pool;
    daemon(name, this::accept).start();
  }

  static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  static void closeQuietly(Closeable channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        log.debug("Closing a connection failed", e);
      }
    }
  }

  private void accept() {
    long pause = 1;
    while (!closed && server.isOpen()) {
      try {
        SocketChannel caller = server.accept();
        pause = 1;
        admit(caller);
      } catch (IOException e) {
        if (!closed && server.isOpen()) {
          log.warn("No connection can be accepted, trying again in {} ms: {}", pause, e.toString());
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
          pause = Math.min(2 * pause, LONGEST_PAUSE.toMillis());
        }
      } catch (RuntimeException | Error e) {
        if (!closed) {
          doorman.broken(e);
        }
        return;
      }
    }
  }

  private void admit(SocketChannel caller) {
    synchronized (callers) {
      if (callers.size() >= LIMIT) {
        Iterator<SocketChannel> oldest = callers.iterator();
        SocketChannel evicted = oldest.next();
        oldest.remove();
        closeQuietly(evicted);
      }
      callers.add(caller);
    }
    long deadline = System.nanoTime() + HANDSHAKE.toNanos();
    hearings.execute(() -> hear(caller, deadline));
  }

  private void hear(SocketChannel caller, long deadline) {
    try {
      doorman.keep(caller, doorman.hear(caller, () -> letIn(caller), deadline));
    } catch (IOException | RuntimeException e) {
      closeQuietly(caller);
      if (!closed) {
        turnAway(e);
      }
    } finally {
      synchronized (callers) {
        callers.remove(caller);
      }
    }
  }

  /** From here on nobody's place is taken; before, the caller calls again. */
  private void letIn(SocketChannel caller) throws IOException {
    synchronized (callers) {
      if (!callers.remove(caller)) {
        throw new IOException("The connection had to make room for another");
      }
    }
  }

  private void turnAway(Exception reason) {
    int count = turnedAway.incrementAndGet();
    if (count <= TOLD) {
      log.warn(
          "Turned a connection away: {}{}",
          reason.toString(),
          count == TOLD ? " (more are counted, and told at the end)" : "");
    }
    doorman.turnedAway(reason);
  }

  /** Stops accepting and ends what is not proved yet; connections that were let in stay. */
  @Override
  public void close() {
    closed = true;
    closeQuietly(server);
    synchronized (callers) {
      callers.forEach(Gate::closeQuietly);
      callers.clear();
    }
    hearings.shutdown();
    if (turnedAway.get() > TOLD) {
      log.warn("Turned {} connections away in all", turnedAway);
    }
  }
}
