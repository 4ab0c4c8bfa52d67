package org.e2spark.data.shard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * One shard, verified and mapped read-only.
 *
 * <p>The mapping lives as long as any buffer cut from it, tensors included: Java unmaps it when the
 * last of them is unreachable, so no order of closing can leave a tensor over unmapped memory.
 */
final class MappedShard {
  private static final int ANGLE = ShardFooter.FIRST_EXTRA;
  private static final int REFLECTED = ANGLE + 1;
  private static final int VERIFIED_AT_ONCE = 16 << 20;

  private final ShardLayout layout;
  private final ByteBuffer file;
  private final int[][] offsets;
  private final long rows;
  private final int weights;

  private MappedShard(ShardLayout layout, ByteBuffer file, int[][] offsets, long rows) {
    this.layout = layout;
    this.file = file;
    this.offsets = offsets;
    this.rows = rows;
    this.weights = ShardFooter.FIRST_EXTRA + layout.extras().indexOf(ExtraColumn.WEIGHT);
  }

  /** Maps a shard after its length and checksum proved to be the manifest's. */
  static MappedShard open(
      Path path, ShardManifest.Shard expected, ShardLayout layout, int classes, Runnable progress) {
    return open(path, path.toString(), expected, layout, classes, progress);
  }

  /** The same for a copy of a shard that people know by another name. */
  static MappedShard open(
      Path path,
      String name,
      ShardManifest.Shard expected,
      ShardLayout layout,
      int classes,
      Runnable progress) {
    ByteBuffer file;
    try (FileChannel channel = FileChannel.open(path)) {
      long size = channel.size();
      if (size != expected.bytes()) {
        throw CorruptShardException.ofLength(name, size, expected.bytes());
      }
      file = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
    } catch (NoSuchFileException e) {
      throw CorruptShardException.ofMissing(name, e);
    } catch (IOException e) {
      throw new CorruptShardException(name, "it cannot be read: " + e.getMessage(), e);
    }
    String checksum = checksum(file, progress);
    if (!checksum.equals(expected.checksum())) {
      throw new CorruptShardException(
          name, "its checksum is " + checksum + " (manifest: " + expected.checksum() + ")");
    }
    return parse(name, file, expected.rows(), layout, classes);
  }

  private static String checksum(ByteBuffer file, Runnable progress) {
    CRC32C crc = new CRC32C();
    ByteBuffer rest = file.duplicate();
    while (rest.position() < file.limit()) {
      int count = Math.min(VERIFIED_AT_ONCE, file.limit() - rest.position());
      crc.update(rest.limit(rest.position() + count));
      progress.run();
    }
    return ChecksummedChannel.format(crc);
  }

  /** Finds the columns in bytes whose checksum is verified, trusting none of them. */
  static MappedShard parse(
      String name, ByteBuffer file, long rows, ShardLayout layout, int classes) {
    ByteBuffer bytes = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (rows > bytes.limit() / layout.imageBytes()) {
      throw new CorruptShardException(
          name, "its " + bytes.limit() + " bytes cannot hold " + rows + " images");
    }
    int[][] offsets = new ShardFooter(name, bytes, layout, rows).offsets();
    MappedShard shard = new MappedShard(layout, bytes, offsets, rows);
    for (long row = 0; row < rows; row++) {
      int label = shard.label(row);
      if (label < 0 || label >= classes) {
        throw new CorruptShardException(
            name, "row " + row + " has label " + label + " (must be in [0, " + classes + "))");
      }
      double weight = shard.weight(row);
      if (!(weight >= 0 && weight <= Double.MAX_VALUE)) {
        throw new CorruptShardException(
            name, "row " + row + " has weight " + weight + " (must be >= 0)");
      }
    }
    return shard;
  }

  long rows() {
    return rows;
  }

  long id(long row) {
    return file.getLong(at(row, 0, 8));
  }

  int label(long row) {
    return file.getInt(at(row, 1, 4));
  }

  float degrees(long row) {
    return layout.transformed() ? file.getFloat(at(row, ANGLE, 4)) : 0;
  }

  boolean reflected(long row) {
    return layout.transformed() && file.get(at(row, REFLECTED, 1)) != 0;
  }

  double weight(long row) {
    return layout.weighted() ? file.getDouble(at(row, weights, 8)) : 1;
  }

  void copyImage(long row, ByteBuffer target, int position) {
    target.put(position, file, at(row, 2, layout.imageBytes()), layout.imageBytes());
  }

  /** Images of consecutive rows without a copy, or null if they do not lie in one record batch. */
  ByteBuffer imagesWithoutCopy(long row, int count) {
    long batch = row / layout.recordBatchRows();
    if (count == 0 || row + count > rows || (row + count - 1) / layout.recordBatchRows() != batch) {
      return null;
    }
    return file.slice(at(row, 2, layout.imageBytes()), count * layout.imageBytes());
  }

  private int at(long row, int column, int width) {
    int batch = (int) (row / layout.recordBatchRows());
    return offsets[batch][column] + (int) (row % layout.recordBatchRows()) * width;
  }
}
