package org.e2spark.data.shard;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
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
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
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
  private static final Logger LOG = LoggerFactory.getLogger(ShardCache.class);

  private final Path directory;
  private final long bound;

  private ShardCache(Path directory, long bound) {
    this.directory = directory;
    this.bound = bound;
  }

  static ShardCache of(Configuration configuration) {
    String standard =
        Path.of(
                System.getProperty("java.io.tmpdir"),
                "e2spark-shards-" + System.getProperty("user.name"))
            .toString();
    return new ShardCache(
        Path.of(configuration.get(DIRECTORY, standard)),
        configuration.getLong(BYTES, DEFAULT_BYTES));
  }

  /** Makes sure that all of these shards have a copy. */
  void fetch(FileSystem fs, org.apache.hadoop.fs.Path remote, List<ShardManifest.Shard> shards)
      throws IOException {
    long needed = shards.stream().mapToLong(ShardManifest.Shard::bytes).sum();
    if (needed > bound) {
      throw new ShardCacheException(
          String.format(
              "Shards of %s take %d bytes, but the cache in %s may hold %d: raise %s",
              remote, needed, directory, bound, BYTES),
          null);
    }
    Files.createDirectories(directory);
    // The file lock is between processes; threads of one process must not ask for it twice.
    synchronized (ShardCache.class) {
      try (FileChannel channel =
              FileChannel.open(
                  directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var lock = channel.lock()) {
        LOG.debug("Holding {}", lock);
        Map<Path, ShardManifest.Shard> wanted = new HashMap<>();
        shards.forEach(shard -> wanted.put(copyOf(remote, shard), shard));
        makeRoom(wanted, needed);
        for (Map.Entry<Path, ShardManifest.Shard> entry : wanted.entrySet()) {
          fetchOne(fs, remote, entry.getValue(), entry.getKey());
        }
      }
    }
  }

  /** Maps a copy; one that was damaged on this disk is fetched again, once. */
  MappedShard open(
      FileSystem fs,
      org.apache.hadoop.fs.Path remote,
      ShardManifest.Shard shard,
      ShardLayout layout,
      int classes) {
    Path copy = copyOf(remote, shard);
    String name = new org.apache.hadoop.fs.Path(remote, shard.file()).toString();
    try {
      return MappedShard.open(copy, name, shard, layout, classes);
    } catch (CorruptShardException e) {
      LOG.warn("Fetching {} again: {}", name, e.getMessage());
      try {
        Files.deleteIfExists(copy);
        fetch(fs, remote, List.of(shard));
      } catch (IOException again) {
        e.addSuppressed(again);
        throw e;
      }
      return MappedShard.open(copy, name, shard, layout, classes);
    }
  }

  private void fetchOne(
      FileSystem fs, org.apache.hadoop.fs.Path remote, ShardManifest.Shard shard, Path copy)
      throws IOException {
    if (Files.exists(copy) && Files.size(copy) == shard.bytes()) {
      Files.setLastModifiedTime(copy, FileTime.from(Instant.now()));
      return;
    }
    Path temporary = directory.resolve(UUID.randomUUID() + ".tmp");
    try (InputStream in = fs.open(new org.apache.hadoop.fs.Path(remote, shard.file()))) {
      Files.copy(in, temporary);
      Files.move(temporary, copy, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    LOG.info("Fetched {}/{} ({} bytes)", remote, shard.file(), shard.bytes());
  }

  private void makeRoom(Map<Path, ShardManifest.Shard> wanted, long needed) throws IOException {
    record Copy(Path path, long bytes, FileTime used) {}
    List<Copy> others = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path path : (Iterable<Path>) files::iterator) {
        if (path.toString().endsWith(".tmp")) {
          // Whoever wrote it held the lock that is ours now: it died.
          Files.deleteIfExists(path);
        } else if (path.toString().endsWith(SUFFIX) && !wanted.containsKey(path)) {
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
      LOG.info("Dropped {} from the shard cache ({} bytes)", copy.path(), copy.bytes());
    }
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
