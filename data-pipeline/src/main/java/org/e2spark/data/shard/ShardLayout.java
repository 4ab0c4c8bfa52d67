package org.e2spark.data.shard;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.text.Text;

/**
 * Where everything stands in a shard file, as a function of the image's shape.
 *
 * @param shape channels, height and width of every image
 * @param recordBatchRows rows of every record batch but a shard's last, at least 1
 * @param transformed whether the columns {@code angle} and {@code reflected} follow the image
 * @param weighted whether a column {@code weight} comes last
 */
public record ShardLayout(
    ImageShape shape, int recordBatchRows, boolean transformed, boolean weighted)
    implements Serializable {
  /** The largest shard, in bytes, unless asked otherwise. */
  public static final long MAX_SHARD_BYTES = 64L << 20;

  static final int ALIGNMENT = 8;
  static final int MAX_RECORD_BATCH_ROWS = 1024;
  private static final long MAX_RECORD_BATCH_BYTES = 8L << 20;
  private static final long METADATA_BYTES = 1024;
  private static final long FOOTER_BYTES = 4096;

  /** Checks the rows; throws IllegalArgumentException if they are not positive. */
  public ShardLayout {
    if (recordBatchRows < 1) {
      throw new IllegalArgumentException(
          "Invalid rows of a record batch: " + recordBatchRows + " (must be >= 1)");
    }
  }

  /** A layout in which all images count the same. */
  public ShardLayout(ImageShape shape, int recordBatchRows, boolean transformed) {
    this(shape, recordBatchRows, transformed, false);
  }

  /** The layout this shape gets by default: record batches of at most 1,024 rows and 8 MiB. */
  public static ShardLayout forShape(ImageShape shape) {
    long rows = MAX_RECORD_BATCH_BYTES / shape.size();
    return new ShardLayout(shape, (int) Math.max(1, Math.min(rows, MAX_RECORD_BATCH_ROWS)), false);
  }

  /** The same layout with the columns that say how each image was turned. */
  public ShardLayout withTransforms() {
    return new ShardLayout(shape, recordBatchRows, true, weighted);
  }

  /** The same layout with the column that says how much each image counts. */
  public ShardLayout withWeights() {
    return new ShardLayout(shape, recordBatchRows, transformed, true);
  }

  /** The columns behind the images. */
  List<ExtraColumn> extras() {
    List<ExtraColumn> extras = new ArrayList<>();
    if (transformed) {
      extras.add(ExtraColumn.ANGLE);
      extras.add(ExtraColumn.REFLECTED);
    }
    if (weighted) {
      extras.add(ExtraColumn.WEIGHT);
    }
    return extras;
  }

  /** Bytes of one image. */
  public int imageBytes() {
    return shape.size();
  }

  /**
   * The most rows that a shard of at most this many bytes holds, a multiple of the record batch.
   *
   * @throws IllegalArgumentException if not even one record batch fits
   */
  public int rowsPerShard(long maxBytes) {
    long batch = METADATA_BYTES + bodyBytes(recordBatchRows);
    long batches = (maxBytes - FOOTER_BYTES) / batch;
    if (batches < 1) {
      throw new IllegalArgumentException(
          Text.format(
              "A record batch of %d images of %d bytes takes %d bytes, but a shard may have only %d:"
                  + " allow larger shards, or fewer rows",
              recordBatchRows, imageBytes(), batch + FOOTER_BYTES, maxBytes));
    }
    return Math.toIntExact(Math.min(batches * recordBatchRows, Integer.MAX_VALUE));
  }

  int batches(long rows) {
    return Math.toIntExact((rows + recordBatchRows - 1) / recordBatchRows);
  }

  int rowsOfBatch(int batch, long rows) {
    return (int) Math.min(recordBatchRows, rows - (long) batch * recordBatchRows);
  }

  Schema schema() {
    List<Field> fields = new ArrayList<>();
    fields.add(required("id", new ArrowType.Int(64, true), List.of()));
    fields.add(required("label", new ArrowType.Int(32, true), List.of()));
    fields.add(
        required(
            "image",
            new ArrowType.FixedSizeList(imageBytes()),
            List.of(required("item", new ArrowType.Int(8, false), List.of()))));
    extras().forEach(extra -> fields.add(required(extra.title(), extra.type(), List.of())));
    return new Schema(fields);
  }

  private long bodyBytes(long rows) {
    long body = padded(8 * rows) + padded(4 * rows) + padded(rows * imageBytes());
    return body + extras().stream().mapToLong(extra -> padded(extra.width() * rows)).sum();
  }

  private static long padded(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static Field required(String name, ArrowType type, List<Field> children) {
    return new Field(name, new FieldType(false, type, null), children);
  }
}
