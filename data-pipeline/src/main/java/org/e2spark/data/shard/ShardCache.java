package org.e2spark.data.shard;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.e2spark.data.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of remote shards on this machine's disk, shared by its processes and bounded in size.
 *
 * <p>A copy's name is a hash of the shard's address and checksum, so a dataset that is prepared
 * anew never meets an old copy. The copies used longest ago go first; one that a process has mapped
 * stays readable for it after that. Processes take turns by a file lock, so each shard is fetched
 * once.
 */
final class ShardCache {
  /** Hadoop setting: the cache's folder. */
  static final String DIRECTORY = "e2spark.shard.cache.dir";

  /** Hadoop setting: most bytes of the cache. */
  static final String BYTES = "e2spark.shard.cache.bytes";

  private static final long DEFAULT_BYTES = 32L << 30;
  private static final String SUFFIX = ".arrow";
  private static final Logger log = LoggerFactory.getLogger(ShardCache.class);

  private static final int FETCHED_AT_ONCE = 1 << 20;
  private static final long LOOK_MILLIS = 200;

  /** The file lock is between processes; threads of one process must not ask for it twice. */
  private static final ReentrantLock TURN = new ReentrantLock();

  private final Path directory;
  private final long bound;
  private final Runnable progress;

  private ShardCache(Path directory, long bound, Runnable progress) {
    this.directory = directory;
    this.bound = bound;
    this.progress = progress;
  }

  /**
   * The cache of this machine.
   *
   * @param progress hears whenever some more was fetched or verified, by others too that are waited
   *     for
   */
  static ShardCache of(Configuration configuration, Runnable progress) {
    String standard =
        Path.of(
                System.getProperty("java.io.tmpdir"),
                "e2spark-shards-" + System.getProperty("user.name"))
            .toString();
    return new ShardCache(
        Path.of(configuration.get(DIRECTORY, standard)),
        configuration.getLong(BYTES, DEFAULT_BYTES),
        progress);
  }

  /**
   * Makes sure that all of these shards have a copy at the same time.
   *
   * @throws ShardCacheException if they are more than the cache may hold
   * @throws CorruptShardException if one is not there, or has another length than the manifest says
   */
  void fetch(FileSystem fs, org.apache.hadoop.fs.Path remote, List<ShardManifest.Shard> shards)
      throws IOException {
    locked(
        () -> {
          makeRoom(remote, shards);
          for (ShardManifest.Shard shard : shards) {
            fetchOne(fs, remote, shard);
          }
          return null;
        });
  }

  /** Maps a copy; one that is not there, or was damaged on this disk, is fetched first. */
  MappedShard open(
      FileSystem fs,
      org.apache.hadoop.fs.Path remote,
      ShardManifest.Shard shard,
      ShardLayout layout,
      int classes)
      throws IOException {
    Path copy = copyOf(remote, shard);
    String name = nameOf(remote, shard);
    if (Files.exists(copy)) {
      try {
        return MappedShard.open(copy, name, shard, layout, classes, progress);
      } catch (CorruptShardException e) {
        log.warn("Fetching {} again: {}", name, e.getMessage());
        Files.deleteIfExists(copy);
      }
    }
    // Mapped while locked: another process may need the room as soon as the lock is gone.
    return locked(
        () -> {
          makeRoom(remote, List.of(shard));
          fetchOne(fs, remote, shard);
          return MappedShard.open(copy, name, shard, layout, classes, progress);
        });
  }

  /** Something that reads files. */
  interface Work<T> {
    T run() throws IOException;
  }

  private <T> T locked(Work<T> work) throws IOException {
    Files.createDirectories(directory);
    Look look = new Look();
    try {
      while (!TURN.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        look.again();
      }
      try (FileChannel channel =
              FileChannel.open(
                  directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = lock(channel, look)) {
        log.debug("Holding {}", lock);
        return work.run();
      } finally {
        TURN.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while others fetched into " + directory);
    }
  }

  private static FileLock lock(FileChannel channel, Look look)
      throws IOException, InterruptedException {
    FileLock lock = channel.tryLock();
    while (lock == null) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      look.again();
      lock = channel.tryLock();
    }
    return lock;
  }

  /** Sees whether the cache grows while others have their turn. */
  private final class Look {
    private long seen = -1;

    void again() throws IOException {
      long now = 0;
      try (Stream<Path> files = Files.list(directory)) {
        for (Path path : (Iterable<Path>) files::iterator) {
          now += path.toFile().length(); // 0 of one that is gone meanwhile
        }
      }
      if (now != seen) {
        seen = now;
        progress.run();
      }
    }
  }

  private void fetchOne(FileSystem fs, org.apache.hadoop.fs.Path remote, ShardManifest.Shard shard)
      throws IOException {
    Path copy = copyOf(remote, shard);
    if (Files.exists(copy) && Files.size(copy) == shard.bytes()) {
      Files.setLastModifiedTime(copy, FileTime.from(Instant.now()));
      return;
    }
    String name = nameOf(remote, shard);
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(remote, shard.file());
    Path temporary = directory.resolve(UUID.randomUUID() + ".tmp");
    try {
      long length = fs.getFileStatus(path).getLen();
      if (length != shard.bytes()) {
        throw CorruptShardException.ofLength(name, length, shard.bytes());
      }
      try (InputStream in = fs.open(path)) {
        copy(in, temporary);
      }
      Files.move(temporary, copy, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileNotFoundException e) {
      throw CorruptShardException.ofMissing(name, e);
    } finally {
      Files.deleteIfExists(temporary);
    }
    log.info("Fetched {} ({} bytes)", name, shard.bytes());
  }

  private void copy(InputStream in, Path target) throws IOException {
    byte[] chunk = new byte[FETCHED_AT_ONCE];
    try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        out.write(chunk, 0, count);
        progress.run();
      }
    }
  }

  /** Drops what was used longest ago until these shards fit, counted as if none were there. */
  private void makeRoom(org.apache.hadoop.fs.Path remote, List<ShardManifest.Shard> shards)
      throws IOException {
    record Copy(Path path, long bytes, FileTime used) {}
    long needed = shards.stream().mapToLong(ShardManifest.Shard::bytes).sum();
    if (needed > bound) {
      throw new ShardCacheException(
          Text.format(
              "Shards of %s take %d bytes, but the cache in %s may hold %d: raise %s",
              remote, needed, directory, bound, BYTES),
          null);
    }
    Set<Path> wanted = new HashSet<>();
    shards.forEach(shard -> wanted.add(copyOf(remote, shard)));
    List<Copy> others = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path path : (Iterable<Path>) files::iterator) {
        if (path.toString().endsWith(".tmp")) {
          // Whoever wrote it held the lock that is ours now: it died.
          Files.deleteIfExists(path);
        } else if (path.toString().endsWith(SUFFIX) && !wanted.contains(path)) {
          others.add(new Copy(path, Files.size(path), Files.getLastModifiedTime(path)));
        }
      }
    }
    others.sort(Comparator.comparing(Copy::used));
    long held = others.stream().mapToLong(Copy::bytes).sum();
    for (Copy copy : others) {
      if (held + needed <= bound) {
        break;
      }
      Files.deleteIfExists(copy.path());
      held -= copy.bytes();
      log.info("Dropped {} from the shard cache ({} bytes)", copy.path(), copy.bytes());
    }
  }

  private static String nameOf(org.apache.hadoop.fs.Path remote, ShardManifest.Shard shard) {
    return new org.apache.hadoop.fs.Path(remote, shard.file()).toString();
  }

  private Path copyOf(org.apache.hadoop.fs.Path remote, ShardManifest.Shard shard) {
    try {
      String address = remote + "/" + shard.file() + " " + shard.bytes() + " " + shard.checksum();
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(address.getBytes(StandardCharsets.UTF_8));
      return directory.resolve(HexFormat.of().formatHex(digest, 0, 16) + SUFFIX);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
