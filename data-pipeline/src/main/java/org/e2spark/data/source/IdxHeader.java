package org.e2spark.data.source;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.text.Text;

/**
 * The header of an IDX file: four magic bytes (two zeros, the element type, the number of
 * dimensions), then each dimension as a big-endian 32-bit integer.
 */
@SuppressWarnings("ArrayRecordComponent") // read field by field, never compared
record IdxHeader(int[] dimensions) {

  private static final int UNSIGNED_BYTE = 0x08;

  int bytes() {
    return 4 + 4 * dimensions.length;
  }

  /**
   * Reads the header of {@code rank} dimensions and checks that the file's length is what it says.
   *
   * @throws BadImageDataException on another magic, dimensions out of range or another length
   */
  static IdxHeader read(ByteSource file, int rank, Configuration conf) {
    try (DataInputStream in = new DataInputStream(file.open(0, conf))) {
      int magic = UNSIGNED_BYTE << 8 | rank;
      int found = readInt(in, file, 0);
      if (found != magic) {
        throw new BadImageDataException(
            file.name(), 0, Text.format("IDX magic 0x%08x", magic), Text.format("0x%08x", found));
      }
      int[] dimensions = new int[rank];
      long content = 1;
      for (int i = 0; i < rank; i++) {
        dimensions[i] = readInt(in, file, 4 + 4L * i);
        if (dimensions[i] < 1) {
          throw new BadImageDataException(
              file.name(), 4 + 4L * i, "a dimension of at least 1", "" + dimensions[i]);
        }
      }
      if (rank > 1 && !ImageShape.isValid(1, dimensions[1], dimensions[2])) {
        throw new BadImageDataException(
            file.name(),
            8,
            "an image of at most " + ImageShape.MAX_BYTES + " bytes",
            dimensions[1] + "x" + dimensions[2]);
      }
      for (int dimension : dimensions) {
        content = Math.multiplyExact(content, (long) dimension);
      }
      IdxHeader header = new IdxHeader(dimensions);
      header.checkLength(file, header.bytes() + content, conf);
      return header;
    } catch (IOException e) {
      throw new BadImageDataException(file.name(), 0, "an IDX header", e.toString(), e);
    }
  }

  private static int readInt(DataInputStream in, ByteSource file, long offset) throws IOException {
    try {
      return in.readInt();
    } catch (EOFException e) {
      throw new BadImageDataException(
          file.name(), offset, "4 bytes of the IDX header", "the end of the file", e);
    }
  }

  private void checkLength(ByteSource file, long expected, Configuration conf) {
    long found = RecordBlocks.length(file, expected + 1, conf);
    if (found != expected) {
      throw new BadImageDataException(
          file.name(),
          Math.min(found, expected),
          expected + " bytes for dimensions " + Arrays.toString(dimensions),
          found > expected && !file.isSeekable() ? "more" : found + " bytes");
    }
  }
}
