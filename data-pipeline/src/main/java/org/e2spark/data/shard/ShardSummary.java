package org.e2spark.data.shard;

import java.io.Serializable;
import java.util.Arrays;

/**
 * What a finished shard tells the manifest.
 *
 * @param rows number of images
 * @param bytes length of the file
 * @param checksum {@code crc32c:} and eight hexadecimal digits over the whole file
 * @param sums sum of all pixels, one value a channel
 * @param sumsOfSquares sum of all squared pixels, one value a channel
 * @param classCounts number of images of each class
 * @param classWeightSums sum of the weights of each class's images; the counts where all count the
 *     same
 */
@SuppressWarnings("ArrayRecordComponent") // read field by field, never compared
public record ShardSummary(
    long rows,
    long bytes,
    String checksum,
    long[] sums,
    long[] sumsOfSquares,
    long[] classCounts,
    double[] classWeightSums)
    implements Serializable {
  /** The same of the first classes alone. */
  public ShardSummary ofClasses(int classes) {
    return new ShardSummary(
        rows,
        bytes,
        checksum,
        sums,
        sumsOfSquares,
        Arrays.copyOf(classCounts, classes),
        Arrays.copyOf(classWeightSums, classes));
  }
}
