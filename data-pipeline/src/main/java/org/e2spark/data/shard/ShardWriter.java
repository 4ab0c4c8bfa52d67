package org.e2spark.data.shard;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes one shard file, a record batch at a time.
 *
 * <p>Columns have no nulls, so their validity bitmaps are left out, as the Arrow format allows: the
 * file is the images and little else, and the same rows always give the same bytes.
 */
public final class ShardWriter implements AutoCloseable {
  private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

  private final ShardLayout layout;
  private final Schema schema;
  private final ShardTally tally;
  private final BufferAllocator allocator = new RootAllocator();
  private final ArrowBuf empty;
  private final ArrowBuf ids;
  private final ArrowBuf labels;
  private final ArrowBuf images;
  private final ArrowBuf angles;
  private final ArrowBuf reflections;
  private final ArrowBuf weights;
  private final ChecksummedChannel sink;
  private final WriteChannel out;
  private final List<ArrowBlock> blocks = new ArrayList<>();
  private int rows;
  private long written;

  /**
   * Opens a shard.
   *
   * @param stream where the file goes; closed with the writer
   * @param layout the shard's layout
   * @param classes number of classes: labels are in {@code [0, classes)}
   */
  public ShardWriter(OutputStream stream, ShardLayout layout, int classes) throws IOException {
    this.layout = layout;
    this.schema = layout.schema();
    this.tally = new ShardTally(layout.shape(), classes);
    int capacity = layout.recordBatchRows();
    this.empty = allocator.getEmpty();
    this.ids = allocator.buffer(8L * capacity);
    this.labels = allocator.buffer(4L * capacity);
    this.images = allocator.buffer((long) layout.imageBytes() * capacity);
    this.angles = allocator.buffer(4L * capacity);
    this.reflections = allocator.buffer(capacity);
    this.weights = allocator.buffer(8L * capacity);
    this.sink = new ChecksummedChannel(stream);
    this.out = new WriteChannel(sink);
    out.write(MAGIC);
    out.align();
    MessageSerializer.serialize(out, schema);
  }

  /**
   * Adds an image that was not turned.
   *
   * @param id the sample's id, larger than the one before
   * @param label its class
   * @param image its bytes, (channels, height, width)
   * @throws IllegalArgumentException if a value does not fit the layout
   */
  public void add(long id, int label, byte[] image) throws IOException {
    add(id, label, ByteBuffer.wrap(image));
  }

  /**
   * Adds an image that was not turned and stands within a larger array, as in a column of images.
   *
   * @param id the sample's id, larger than the one before
   * @param label its class
   * @param image its bytes, (channels, height, width), from position to limit; backed by an array
   * @throws IllegalArgumentException if a value does not fit the layout
   */
  public void add(long id, int label, ByteBuffer image) throws IOException {
    add(id, label, image, 0, 0);
  }

  /**
   * Adds an image that was not turned, and how much it counts.
   *
   * @param id the sample's id, larger than the one before
   * @param label its class
   * @param image its bytes, (channels, height, width), from position to limit; backed by an array
   * @param weight finite, at least 0
   * @throws IllegalArgumentException if a value does not fit the layout
   */
  public void addWeighted(long id, int label, ByteBuffer image, double weight) throws IOException {
    if (!layout.weighted() || !(weight >= 0 && weight <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "Image " + id + " has weight " + weight + " (must be >= 0, in a layout with weights)");
    }
    add(id, label, image, 0, 0, weight);
  }

  /**
   * Adds an image and how it was turned.
   *
   * @param id the sample's id, larger than the one before
   * @param label its class
   * @param image its bytes, (channels, height, width), from position to limit; backed by an array
   * @param degrees it was rotated by, counter-clockwise
   * @param reflected 1 if it was mirrored before that, else 0
   * @throws IllegalArgumentException if a value does not fit the layout
   */
  public void add(long id, int label, ByteBuffer image, float degrees, int reflected)
      throws IOException {
    add(id, label, image, degrees, reflected, 1);
  }

  private void add(
      long id, int label, ByteBuffer image, float degrees, int reflected, double weight)
      throws IOException {
    byte[] bytes = image.array();
    int from = image.arrayOffset() + image.position();
    int length = image.remaining();
    tally.add(id, label, bytes, from, length);
    tally.weigh(label, weight);
    ids.setLong(8L * rows, id);
    labels.setInt(4L * rows, label);
    images.setBytes((long) layout.imageBytes() * rows, bytes, from, length);
    angles.setFloat(4L * rows, degrees);
    reflections.setByte(rows, reflected);
    weights.setDouble(8L * rows, weight);
    if (++rows == layout.recordBatchRows()) {
      flush();
    }
  }

  /** Number of rows added. */
  public long rows() {
    return written + rows;
  }

  /**
   * Writes what is left and the footer, and closes the stream.
   *
   * @return what the manifest says about this shard
   */
  public ShardSummary finish() throws IOException {
    if (rows > 0) {
      flush();
    }
    out.writeIntLittleEndian(MessageSerializer.IPC_CONTINUATION_TOKEN);
    out.writeIntLittleEndian(0);
    long footerStart = out.getCurrentPosition();
    out.write(new ArrowFooter(schema, List.of(), blocks), false);
    out.writeIntLittleEndian((int) (out.getCurrentPosition() - footerStart));
    out.write(MAGIC);
    sink.close();
    return tally.summary(written, sink.bytes(), sink.checksum());
  }

  private void flush() throws IOException {
    List<ArrowFieldNode> nodes = new ArrayList<>();
    List<ArrowBuf> buffers = new ArrayList<>();
    column(nodes, buffers, ids, 8);
    column(nodes, buffers, labels, 4);
    nodes.add(new ArrowFieldNode(rows, 0));
    buffers.add(empty);
    nodes.add(new ArrowFieldNode((long) rows * layout.imageBytes(), 0));
    buffers.add(empty);
    buffers.add(images.slice(0, (long) rows * layout.imageBytes()));
    for (ExtraColumn extra : layout.extras()) {
      column(nodes, buffers, values(extra), extra.width());
    }
    try (ArrowRecordBatch batch = new ArrowRecordBatch(rows, nodes, buffers)) {
      blocks.add(MessageSerializer.serialize(out, batch));
    }
    written += rows;
    rows = 0;
  }

  private ArrowBuf values(ExtraColumn column) {
    return switch (column) {
      case ANGLE -> angles;
      case REFLECTED -> reflections;
      case WEIGHT -> weights;
    };
  }

  private void column(
      List<ArrowFieldNode> nodes, List<ArrowBuf> buffers, ArrowBuf values, long width) {
    nodes.add(new ArrowFieldNode(rows, 0));
    buffers.add(empty);
    buffers.add(values.slice(0, rows * width));
  }

  /** Frees the buffers and, if the shard was not finished, closes its stream as it is. */
  @Override
  public void close() throws IOException {
    for (ArrowBuf buffer : List.of(ids, labels, images, angles, reflections, weights)) {
      buffer.close();
    }
    allocator.close();
    if (sink.isOpen()) {
      sink.close();
    }
  }
}
