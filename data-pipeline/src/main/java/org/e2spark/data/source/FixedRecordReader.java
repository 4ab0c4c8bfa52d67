package org.e2spark.data.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;

/** Streams the samples of a block of fixed-size records, holding one record at a time. */
final class FixedRecordReader implements Iterator<Sample>, AutoCloseable {

  private final RecordBlock block;
  private final RecordLayout layout;
  private final InputStream images;
  private final InputStream labels;
  private final byte[] record;
  private long done;

  FixedRecordReader(RecordBlock block, RecordLayout layout, Configuration conf) {
    this.block = block;
    this.layout = layout;
    this.record = new byte[layout.recordBytes()];
    InputStream opened = null;
    try {
      opened = block.images().open(imageOffset(), conf);
      this.images = opened;
      this.labels =
          layout.labelBytes() > 0
              ? InputStream.nullInputStream()
              : block.labels().open(labelOffset(), conf);
    } catch (IOException e) {
      closeQuietly(opened, e);
      throw damaged(block.images(), imageOffset(), e);
    } catch (RuntimeException e) {
      closeQuietly(opened, e);
      throw e;
    }
  }

  private long imageOffset() {
    return block.imagesStart() + (block.firstRecord() + done) * layout.recordBytes();
  }

  private long labelOffset() {
    return layout.labelBytes() > 0
        ? imageOffset() + layout.labelIndex()
        : block.labelsStart() + block.firstRecord() + done;
  }

  @Override
  public boolean hasNext() {
    return done < block.records();
  }

  @Override
  public Sample next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    readRecord();
    int stored = readLabel();
    if (!layout.isLabel(stored)) {
      throw new BadImageDataException(
          labelFile().name(), labelOffset(), layout.labelRange(), String.valueOf(stored));
    }
    long id = block.firstId() + block.firstRecord() + done;
    done++;
    if (!hasNext()) {
      close();
    }
    return new Sample(id, layout.image(record), stored - layout.labelBase(), block.split());
  }

  private void readRecord() {
    try {
      int read = images.readNBytes(record, 0, record.length);
      if (read < record.length) {
        throw new BadImageDataException(
            block.images().name(),
            imageOffset() + read,
            (record.length - read) + " more bytes of record " + (block.firstRecord() + done),
            "the end of the file");
      }
    } catch (IOException e) {
      throw damaged(block.images(), imageOffset(), e);
    }
  }

  private int readLabel() {
    if (layout.labelBytes() > 0) {
      return Byte.toUnsignedInt(record[layout.labelIndex()]);
    }
    try {
      int stored = labels.read();
      if (stored < 0) {
        throw new BadImageDataException(
            block.labels().name(),
            labelOffset(),
            "the label of record " + (block.firstRecord() + done),
            "the end of the file");
      }
      return stored;
    } catch (IOException e) {
      throw damaged(block.labels(), labelOffset(), e);
    }
  }

  private ByteSource labelFile() {
    return layout.labelBytes() > 0 ? block.images() : block.labels();
  }

  private static BadImageDataException damaged(ByteSource file, long offset, IOException e) {
    return new BadImageDataException(file.name(), offset, "readable bytes", e.toString(), e);
  }

  @Override
  public void close() {
    try (images;
        labels) {
      done = block.records();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void closeQuietly(InputStream stream, Exception reason) {
    if (stream != null) {
      try {
        stream.close();
      } catch (IOException e) {
        reason.addSuppressed(e);
      }
    }
  }
}
