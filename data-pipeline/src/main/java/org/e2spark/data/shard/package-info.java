/**
 * Shards: checked, memory-mapped Arrow files of images, and the order in which training reads them.
 *
 * <p>A shard directory holds one uncompressed Arrow IPC file for at most 64 MiB of images, and
 * {@code manifest.json}, which is written last: a directory without it holds nothing that reads as
 * complete. Columns of a shard are {@code id} (int64), {@code label} (int32) and {@code image}
 * (FixedSizeList&lt;uint8&gt;[channels·height·width], channel-major), followed by {@code angle}
 * (float32, degrees) and {@code reflected} (uint8) if images were turned when they were prepared.
 * Rows are sorted by {@code id}, and every record batch but a shard's last has the same number of
 * rows, so the place of a row is arithmetic.
 *
 * <p>{@link org.e2spark.data.shard.ShardDataset} verifies each file's length and checksum before
 * anything is parsed, {@link org.e2spark.data.shard.SampleOrder} says which sample stands where in
 * an epoch, and {@link org.e2spark.data.shard.BatchReader} serves a worker's part of every global
 * batch.
 */
package org.e2spark.data.shard;
