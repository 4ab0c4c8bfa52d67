package org.e2spark.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.checkpoint.DamagedException;
import org.e2spark.checkpoint.VersionedFormat;
import org.e2spark.train.RequirementException;
import org.e2spark.train.TrainingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write into a run's directory, which one driver has at a time.
 *
 * <p>A file says who has it and is written anew every few seconds. A driver that died does not
 * write any more: the next one waits for the time between three signs of life, and takes over. Each
 * attempt to train has a number that grows over all drivers; workers of another attempt than the
 * file names may not write.
 */
final class RunLease implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RunLease.class);

  static final String FILE = "lease.json";
  private static final Duration BEAT = Duration.ofSeconds(4);
  private static final int READS = 10;
  private static final Duration DEAD = BEAT.multipliedBy(3);

  /**
   * What the file holds.
   *
   * @param owner a name that no other driver has; empty when nobody owns the run
   * @param attempt the number of the latest attempt
   * @param workers that it began with
   * @param host of the driver
   * @param process of the driver there
   * @param beat counts the signs of life
   */
  record Holder(String owner, int attempt, int workers, String host, long process, long beat) {}

  private static final VersionedFormat<Holder> FORMAT =
      VersionedFormat.of(FILE, Holder.class, RunLease::nobodyCountedWorkers);

  private final RunDirectory directory;
  private final String owner = UUID.randomUUID().toString();
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "e2spark-lease");
            thread.setDaemon(true);
            return thread;
          });
  private int attempt;
  private int workers;
  private long beat;

  /** From version 1 to 2. */
  private static void nobodyCountedWorkers(ObjectNode holder) {
    holder.put("workers", holder.path("workers").intValue());
  }

  private RunLease(RunDirectory directory, int attempt, int workers) {
    this.directory = directory;
    this.attempt = attempt;
    this.workers = workers;
  }

  /**
   * Takes the run, at once if nobody has it, or else when its driver is seen to be dead.
   *
   * @throws RequirementException if another driver trains there
   */
  static RunLease acquire(RunDirectory directory) {
    Optional<Holder> before = read(directory);
    if (before.isPresent() && !before.get().owner().isEmpty()) {
      awaitDeath(directory, before.get());
    }
    RunLease lease =
        new RunLease(
            directory,
            before.map(Holder::attempt).orElse(0),
            before.map(Holder::workers).orElse(0));
    lease.write(lease.owner);
    lease.beats.scheduleWithFixedDelay(
        lease::tick, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    return lease;
  }

  private static void awaitDeath(RunDirectory directory, Holder holder) {
    if (holder.host().equals(host())) {
      if (ProcessHandle.of(holder.process()).isEmpty()) {
        return;
      }
      if (holder.process() == ProcessHandle.current().pid()) {
        throw taken(directory, holder);
      }
    }
    log.info(
        "{} was left by a driver on {}: waiting {} s for a sign of life",
        directory.path(),
        holder.host(),
        DEAD.toSeconds());
    long end = System.nanoTime() + DEAD.toNanos();
    while (System.nanoTime() < end) {
      try {
        TimeUnit.MILLISECONDS.sleep(BEAT.toMillis() / 4);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TrainingException("Stopped while waiting for " + directory.path(), e);
      }
      Optional<Holder> now = read(directory);
      if (now.isEmpty() || now.get().owner().isEmpty()) {
        return;
      }
      if (!now.get().equals(holder)) {
        throw taken(directory, now.get());
      }
    }
  }

  private static RequirementException taken(RunDirectory directory, Holder holder) {
    return new RequirementException(
        "A training runs in "
            + directory.path()
            + ", driven by process "
            + holder.process()
            + " on "
            + holder.host()
            + ": wait for it, stop it, or choose another --out");
  }

  /** How many workers the latest attempt began with; 0 if there was none. */
  synchronized int workers() {
    return workers;
  }

  /** Begins an attempt; workers of all before may not write any more. */
  synchronized int nextAttempt(int worldSize) {
    attempt++;
    workers = worldSize;
    write(owner);
    return attempt;
  }

  /**
   * Checks, on a worker, that its attempt is the latest.
   *
   * <p>Between this look and the write that it allows, the next attempt may begin; file systems
   * have nothing that would make one of the two. What comes too late is a pointer to a whole
   * checkpoint of the same run in a directory of the attempt's own, and does no harm: where the new
   * attempt begins was read by its driver and is told to all workers, the model is read from the
   * checkpoint that its rank 0 names, and a third attempt would go on from a whole checkpoint, at
   * worst an older one.
   *
   * @throws CheckpointException if it is not
   */
  static void check(RunDirectory directory, int attempt) {
    int latest = read(directory).map(Holder::attempt).orElse(attempt);
    if (latest != attempt) {
      throw new CheckpointException(
          "Attempt "
              + attempt
              + " is over: attempt "
              + latest
              + " has begun in "
              + directory.path());
    }
  }

  private synchronized void tick() {
    try {
      if (read(directory).map(holder -> !holder.owner().equals(owner)).orElse(false)) {
        log.warn("Another driver has taken over {}", directory.path());
        beats.shutdown();
        return;
      }
      write(owner);
    } catch (CheckpointException e) {
      log.warn("A sign of life could not be given: {}", e.getMessage());
    }
  }

  private void write(String name) {
    beat++;
    directory.write(
        FILE,
        FORMAT.write(
            new Holder(name, attempt, workers, host(), ProcessHandle.current().pid(), beat)));
  }

  /** What the file says; on some file systems it can be met while it is written anew. */
  private static Optional<Holder> read(RunDirectory directory) {
    DamagedException last = null;
    for (int i = 0; i < READS; i++) {
      try {
        return directory.read(FORMAT);
      } catch (DamagedException e) {
        last = e;
        LockSupport.parkNanos(BEAT.toNanos() / 100);
      }
    }
    throw last;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  @Override
  public synchronized void close() {
    beats.shutdownNow();
    // Files cannot be written by a thread that is marked as interrupted, such as a stopped
    // driver's.
    boolean interrupted = Thread.interrupted();
    try {
      if (read(directory).map(holder -> holder.owner().equals(owner)).orElse(false)) {
        write("");
      }
    } catch (CheckpointException e) {
      log.warn("The directory could not be given back: {}", e.getMessage());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
