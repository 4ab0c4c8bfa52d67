package org.e2spark.data.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;

/** Streams the samples of a block of fixed-size records, holding one record at a time. */
final class FixedRecordReader implements SampleReader {

  private final RecordBlock block;
  private final RecordLayout layout;
  private final Depth depth;
  private final InputStream images;
  private final InputStream labels;
  private final byte[] record;
  private long done;

  FixedRecordReader(RecordBlock block, RecordLayout layout, Depth depth, Configuration conf) {
    this.block = block;
    this.layout = layout;
    this.depth = depth;
    boolean pixels = depth == Depth.PIXELS || layout.labelBytes() > 0;
    this.record = new byte[pixels ? layout.recordBytes() : 0];
    this.images =
        pixels ? open(block.images(), imageOffset(), conf) : InputStream.nullInputStream();
    try {
      this.labels =
          layout.labelBytes() > 0
              ? InputStream.nullInputStream()
              : open(block.labels(), labelOffset(), conf);
    } catch (BadImageDataException e) {
      try {
        images.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  private static InputStream open(ByteSource file, long offset, Configuration conf) {
    try {
      return file.open(offset, conf);
    } catch (IOException e) {
      throw damaged(file, offset, e);
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
  public Reading next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    readRecord();
    Reading reading = interpret(readLabel());
    done++;
    if (!hasNext()) {
      close();
    }
    return reading;
  }

  private Reading interpret(int stored) {
    if (!layout.isLabel(stored)) {
      ByteSource file = layout.labelBytes() > 0 ? block.images() : block.labels();
      return new Reading.Bad(
          new BadImageDataException(
              file.name(), labelOffset(), layout.labelRange(), String.valueOf(stored)));
    }
    byte[] image = depth == Depth.PIXELS ? layout.image(record) : Sample.NO_IMAGE;
    long id = block.firstId() + block.firstRecord() + done;
    return new Reading.Good(new Sample(id, image, stored - layout.labelBase(), block.split()));
  }

  private void readRecord() {
    try {
      int read = images.readNBytes(record, 0, record.length);
      if (read < record.length) {
        throw ended(
            block.images(), imageOffset() + read, (record.length - read) + " more bytes", null);
      }
    } catch (EOFException e) {
      throw ended(block.images(), imageOffset(), record.length + " bytes", e);
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
        throw ended(block.labels(), labelOffset(), "the label", null);
      }
      return stored;
    } catch (EOFException e) {
      throw ended(block.labels(), labelOffset(), "the label", e);
    } catch (IOException e) {
      throw damaged(block.labels(), labelOffset(), e);
    }
  }

  private BadImageDataException ended(
      ByteSource file, long offset, String missing, EOFException cause) {
    return new BadImageDataException(
        file.name(),
        offset,
        missing + " of record " + (block.firstRecord() + done),
        "the end of the file",
        cause);
  }

  private static BadImageDataException damaged(ByteSource file, long offset, IOException e) {
    return new BadImageDataException(file.name(), offset, "readable bytes", e.toString(), e);
  }

  @Override
  public void close() {
    done = block.records();
    try (images;
        labels) {
      return;
    } catch (IOException e) {
      throw damaged(block.images(), 0, e);
    }
  }
}
