package org.e2spark.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several ranks in threads of this JVM, over loopback. */
public final class Ring implements AutoCloseable {

  /** What one rank does. */
  public interface Member<T> {
    T run(Communicator ring) throws Exception;
  }

  private final List<Rendezvous> doors = new ArrayList<>();
  private final ExecutorService pool;
  private final RunSecret secret = RunSecret.random();

  private Ring(int worldSize, SyncOptions options) {
    for (int rank = 0; rank < worldSize; rank++) {
      doors.add(Rendezvous.open("127.0.0.1", options));
    }
    pool = Executors.newFixedThreadPool(worldSize);
  }

  static Ring open(int worldSize) {
    return open(worldSize, new SyncTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20)));
  }

  static Ring open(int worldSize, SyncTimeouts timeouts) {
    return open(worldSize, SyncOptions.DEFAULT.withTimeouts(timeouts));
  }

  static Ring open(int worldSize, SyncOptions options) {
    return new Ring(worldSize, options);
  }

  /** Runs all ranks to their ends; results by rank. */
  public static <T> List<T> run(int worldSize, Member<T> member) throws Exception {
    try (Ring ring = open(worldSize)) {
      return all(ring.start(member));
    }
  }

  static <T> List<T> all(List<Future<T>> futures) throws Exception {
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(future.get());
    }
    return results;
  }

  List<String> addresses() {
    return doors.stream().map(Rendezvous::address).toList();
  }

  RunSecret secret() {
    return secret;
  }

  /** All ranks, connected, for the caller to use and close. */
  List<Future<Communicator>> join() {
    List<Future<Communicator>> results = new ArrayList<>();
    for (int i = 0; i < doors.size(); i++) {
      int rank = i;
      results.add(pool.submit(() -> doors.get(rank).join(rank, addresses(), secret)));
    }
    return results;
  }

  <T> List<Future<T>> start(Member<T> member) {
    List<Future<T>> results = new ArrayList<>();
    for (int i = 0; i < doors.size(); i++) {
      int rank = i;
      results.add(pool.submit(() -> take(rank, member)));
    }
    return results;
  }

  private <T> T take(int rank, Member<T> member) throws Exception {
    try (Communicator communicator = doors.get(rank).join(rank, addresses(), secret)) {
      try {
        return member.run(communicator);
      } catch (Exception e) {
        communicator.abort(e);
        throw e;
      }
    }
  }

  @Override
  public void close() {
    doors.forEach(Rendezvous::close);
    pool.shutdownNow();
  }
}
