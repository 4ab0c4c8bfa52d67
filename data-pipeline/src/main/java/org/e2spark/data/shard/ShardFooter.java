package org.e2spark.data.shard;

import com.google.errorprone.annotations.FormatMethod;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.e2spark.data.text.Text;

/**
 * Finds the columns' buffers in a shard's bytes without trusting any of them.
 *
 * <p>A checksum tells damage, not malice: whoever writes the file can write the manifest. So every
 * count is compared with what the manifest promises before it drives a loop, every offset and
 * length is checked against the file, and flatbuffer tables are read through bounds-checked buffers
 * that end where their message ends. Nothing is allocated by a number from the file.
 */
final class ShardFooter {
  private static final byte[] MAGIC = {'A', 'R', 'R', 'O', 'W', '1'};
  private static final int TRAILER = 4 + MAGIC.length;
  private static final int MESSAGE_PREFIX = 8;

  /** The columns before the layout's extra ones. */
  static final int FIRST_EXTRA = 3;

  private final String name;
  private final ByteBuffer file;
  private final ShardLayout layout;
  private final long rows;

  ShardFooter(String name, ByteBuffer file, ShardLayout layout, long rows) {
    this.name = name;
    this.file = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    this.layout = layout;
    this.rows = rows;
  }

  /**
   * Offset of each column's values in the file: {@code [batch][column]}, columns in the order id,
   * label, image and the {@link ShardLayout#extras}.
   */
  int[][] offsets() {
    try {
      return parse();
    } catch (IndexOutOfBoundsException | IllegalArgumentException | AssertionError e) {
      throw new CorruptShardException(name, "metadata points outside the file", e);
    }
  }

  private int[][] parse() {
    int size = file.limit();
    require(size >= 2 * TRAILER + MESSAGE_PREFIX, "too short for an Arrow file: %d bytes", size);
    for (int i = 0; i < MAGIC.length; i++) {
      require(
          file.get(i) == MAGIC[i] && file.get(size - MAGIC.length + i) == MAGIC[i],
          "does not begin and end with ARROW1");
    }
    int length = file.getInt(size - TRAILER);
    require(length > 0 && length <= size - TRAILER - MESSAGE_PREFIX, "footer length is %d", length);
    int footerStart = size - TRAILER - length;
    Footer footer = Footer.getRootAsFooter(part(footerStart, length));
    require(footer.version() == MetadataVersion.V5, "metadata version %d", footer.version());
    require(footer.schema() != null, "no schema");
    require(footer.schema().endianness() == Endianness.Little, "big-endian");
    SchemaCheck.check(name, footer.schema(), layout);
    require(footer.dictionariesLength() == 0, "has dictionaries");
    int batches = layout.batches(rows);
    require(
        footer.recordBatchesLength() == batches,
        "has %d record batches (manifest: %d)",
        footer.recordBatchesLength(),
        batches);
    int[][] offsets = new int[batches][];
    for (int i = 0; i < batches; i++) {
      offsets[i] = batch(footer.recordBatches(i), layout.rowsOfBatch(i, rows), footerStart);
    }
    return offsets;
  }

  private int[] batch(Block block, int batchRows, int end) {
    long start = block.offset();
    long metadata = block.metaDataLength();
    long body = block.bodyLength();
    require(
        start >= MESSAGE_PREFIX
            && start % ShardLayout.ALIGNMENT == 0
            && start <= end
            && metadata > MESSAGE_PREFIX
            && metadata % ShardLayout.ALIGNMENT == 0
            && metadata <= end - start
            && body >= 0
            && body <= end - start - metadata,
        "record batch at %d with %d + %d bytes is outside the file",
        start,
        metadata,
        body);
    int messageStart = (int) start + MESSAGE_PREFIX;
    require(file.getInt((int) start) == -1, "no message at %d", start);
    Message message = Message.getRootAsMessage(part(messageStart, (int) metadata - MESSAGE_PREFIX));
    require(message.headerType() == MessageHeader.RecordBatch, "no record batch at %d", start);
    RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
    require(batch != null, "no record batch at %d", start);
    require(batch.compression() == null, "record batch at %d is compressed", start);
    require(
        batch.length() == batchRows,
        "record batch at %d has %d rows (manifest: %d)",
        start,
        batch.length(),
        batchRows);
    return new Columns(batch, batchRows, (int) (start + metadata), body).offsets();
  }

  /** Walks one record batch's nodes and buffers, which Arrow lists depth first. */
  private final class Columns {
    private final RecordBatch batch;
    private final int batchRows;
    private final int bodyStart;
    private final long body;
    private int node;
    private int buffer;

    Columns(RecordBatch batch, int batchRows, int bodyStart, long body) {
      this.batch = batch;
      this.batchRows = batchRows;
      this.bodyStart = bodyStart;
      this.body = body;
    }

    int[] offsets() {
      List<ExtraColumn> extras = layout.extras();
      require(batch.nodesLength() == 4 + extras.size(), "has %d columns", batch.nodesLength());
      require(
          batch.buffersLength() == 7 + 2 * extras.size(), "has %d buffers", batch.buffersLength());
      int[] offsets = new int[FIRST_EXTRA + extras.size()];
      offsets[0] = values(batchRows, 8);
      offsets[1] = values(batchRows, 4);
      node(batchRows);
      buffer++;
      offsets[2] = values((long) batchRows * layout.imageBytes(), 1);
      for (int i = 0; i < extras.size(); i++) {
        offsets[FIRST_EXTRA + i] = values(batchRows, extras.get(i).width());
      }
      return offsets;
    }

    private void node(long length) {
      FieldNode found = batch.nodes(node++);
      require(
          found.length() == length && found.nullCount() == 0,
          "a column has %d values, %d of them null (expected %d, 0)",
          found.length(),
          found.nullCount(),
          length);
    }

    private int values(long count, int width) {
      node(count);
      buffer++;
      Buffer found = batch.buffers(buffer++);
      long offset = found.offset();
      long length = found.length();
      require(
          offset >= 0
              && offset % ShardLayout.ALIGNMENT == 0
              && offset <= body
              && length >= count * width
              && length <= body - offset,
          "a column of %d bytes lies at %d of a body of %d",
          length,
          offset,
          body);
      return bodyStart + (int) offset;
    }
  }

  private ByteBuffer part(int start, int length) {
    return file.slice(start, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  @FormatMethod
  private void require(boolean condition, String format, Object... values) {
    if (!condition) {
      throw new CorruptShardException(name, Text.format(format, values));
    }
  }
}
