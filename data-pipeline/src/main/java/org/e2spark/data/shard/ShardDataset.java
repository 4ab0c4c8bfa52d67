package org.e2spark.data.shard;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.task.UserPath;

/**
 * The images of one split: every shard verified and mapped, any sample found in constant time.
 *
 * <p>Datasets of one JVM that are open at the same time, such as those of the tasks of an executor,
 * share what is verified and mapped. Copies of remote shards are shared by all JVMs of a machine.
 *
 * <p>Safe for any number of reading threads. Closing forgets the mappings; their memory goes when
 * the last tensor made from them does.
 */
public final class ShardDataset implements AutoCloseable {
  private final ShardManifest manifest;
  private final String split;
  private final ShardLayout layout;
  private final long[] starts;
  private final long size;
  private final Runnable giveBack;
  private volatile List<MappedShard> shards;

  private ShardDataset(
      ShardManifest manifest, String split, List<MappedShard> shards, Runnable giveBack) {
    this.giveBack = giveBack;
    this.manifest = manifest;
    this.split = split;
    this.layout = layoutOf(manifest);
    this.shards = shards;
    this.size = manifest.split(split).samples();
    this.starts = new long[shards.size()];
    long start = 0;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = start;
      start += shards.get(i).rows();
    }
  }

  /**
   * Opens a split of a shard directory.
   *
   * <p>Shards on a remote file system are first copied into a cache on this machine's disk:
   * Hadoop's settings {@code e2spark.shard.cache.dir} (default: a folder of the user's in the
   * temporary folder) and {@code e2spark.shard.cache.bytes} (default: 32 GiB) say where and how
   * much.
   *
   * @param directory where {@link ShardManifest#FILE_NAME} lies
   * @param split the split's name
   * @param configuration Hadoop's configuration for that path
   * @throws ManifestException if the manifest is missing, invalid or has no such split
   * @throws CorruptShardException naming the first shard that is not as the manifest says; nothing
   *     of it was parsed if its length or checksum is wrong
   * @throws ShardCacheException if remote shards cannot be fetched, or the cache is too small
   */
  public static ShardDataset open(Path directory, String split, Configuration configuration) {
    return open(directory, split, configuration, () -> {});
  }

  /**
   * As {@link #open(Path, String, Configuration)}.
   *
   * @param progress hears, in this thread, whenever some more was fetched or verified, by this
   *     process or by another one that is waited for
   */
  public static ShardDataset open(
      Path directory, String split, Configuration configuration, Runnable progress) {
    ShardManifest manifest = ShardManifest.read(directory, configuration);
    ShardManifest.Split content = manifest.split(split);
    LocalShards local = LocalShards.of(directory, configuration, content.shards(), progress);
    ShardLayout layout = layoutOf(manifest);
    int classes = manifest.classNames().size();
    Path qualified = UserPath.qualify(directory.toString(), configuration);
    List<SharedShards.Key> taken = new ArrayList<>();
    List<MappedShard> shards = new ArrayList<>();
    try {
      for (ShardManifest.Shard shard : content.shards()) {
        SharedShards.Key key = new SharedShards.Key(qualified, shard, layout, classes);
        shards.add(SharedShards.take(key, () -> local.open(shard, layout, classes)));
        taken.add(key);
      }
    } catch (RuntimeException | Error e) {
      taken.forEach(SharedShards::giveBack);
      throw e;
    }
    return new ShardDataset(
        manifest, split, List.copyOf(shards), () -> taken.forEach(SharedShards::giveBack));
  }

  static ShardLayout layoutOf(ShardManifest manifest) {
    return new ShardLayout(
        manifest.shape(), manifest.recordBatchRows(), manifest.transformed(), manifest.weighted());
  }

  /** Number of images. */
  public long size() {
    return size;
  }

  /** The directory's manifest. */
  public ShardManifest manifest() {
    return manifest;
  }

  /** Id of the sample at an index in {@code [0, size)}. */
  public long id(long sample) {
    int shard = shardOf(sample);
    return open().get(shard).id(sample - starts[shard]);
  }

  /** Class of the sample at an index in {@code [0, size)}. */
  public int label(long sample) {
    int shard = shardOf(sample);
    return open().get(shard).label(sample - starts[shard]);
  }

  /**
   * Degrees this sample was rotated by when it was prepared, counter-clockwise; 0 if it was not.
   */
  public float degrees(long sample) {
    int shard = shardOf(sample);
    return open().get(shard).degrees(sample - starts[shard]);
  }

  /** Whether this sample was mirrored when it was prepared. */
  public boolean reflected(long sample) {
    int shard = shardOf(sample);
    return open().get(shard).reflected(sample - starts[shard]);
  }

  /** How much this sample counts beside others of the split; 1 where all count the same. */
  public double weight(long sample) {
    int shard = shardOf(sample);
    return open().get(shard).weight(sample - starts[shard]);
  }

  /**
   * Copies a sample's image, (channels, height, width).
   *
   * @param sample its index in {@code [0, size)}
   * @param target buffer that takes the bytes
   * @param position where in the buffer, whatever its own position is
   */
  public void copyImage(long sample, ByteBuffer target, int position) {
    int shard = shardOf(sample);
    open().get(shard).copyImage(sample - starts[shard], target, position);
  }

  ByteBuffer imagesWithoutCopy(long sample, int count) {
    int shard = shardOf(sample);
    return open().get(shard).imagesWithoutCopy(sample - starts[shard], count);
  }

  ShardLayout layout() {
    return layout;
  }

  private int shardOf(long sample) {
    if (sample < 0 || sample >= size) {
      throw new IndexOutOfBoundsException(
          "Sample " + sample + " is outside a split of " + size + " samples");
    }
    int found = Arrays.binarySearch(starts, sample);
    return found >= 0 ? found : -found - 2;
  }

  private List<MappedShard> open() {
    List<MappedShard> current = shards;
    if (current == null) {
      throw new IllegalStateException("The dataset of split '" + split + "' is closed");
    }
    return current;
  }

  @Override
  public synchronized void close() {
    if (shards != null) {
      shards = null;
      giveBack.run();
    }
  }
}
