package org.e2spark.data.shard;

import java.io.Serializable;

/**
 * What a finished shard tells the manifest.
 *
 * @param rows number of images
 * @param bytes length of the file
 * @param checksum {@code crc32c:} and eight hexadecimal digits over the whole file
 * @param sums sum of all pixels, one value a channel
 * @param sumsOfSquares sum of all squared pixels, one value a channel
 * @param classCounts number of images of each class
 */
@SuppressWarnings("ArrayRecordComponent") // read field by field, never compared
public record ShardSummary(
    long rows, long bytes, String checksum, long[] sums, long[] sumsOfSquares, long[] classCounts)
    implements Serializable {
  /** The same with other class counts. */
  public ShardSummary withClassCounts(long[] counts) {
    return new ShardSummary(rows, bytes, checksum, sums, sumsOfSquares, counts);
  }
}
