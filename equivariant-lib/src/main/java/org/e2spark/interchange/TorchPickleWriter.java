package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes PyTorch's archives of tensors: a pickle of protocol 2 that rebuilds them, and beside it
 * the bytes of each, uncompressed.
 */
final class TorchPickleWriter {

  private static final String FOLDER = "archive/";
  private static final Map<DataType, String> STORAGES =
      Map.of(DataType.FLOAT32, "FloatStorage", DataType.INT64, "LongStorage");

  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();

  private TorchPickleWriter() {}

  static void write(Map<String, NDArray> arrays, OutputStream out) throws IOException {
    try (var zip = new ZipOutputStream(out)) {
      zip.setMethod(ZipOutputStream.STORED);
      store(zip, "data.pkl", new TorchPickleWriter().dictionary(arrays));
      store(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
      int key = 0;
      for (NDArray array : arrays.values()) {
        store(zip, "data/" + key++, bytes(array));
      }
      store(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static byte[] bytes(NDArray array) {
    ByteBuffer elements = array.toByteBuffer().order(ByteOrder.nativeOrder());
    byte[] bytes = new byte[elements.remaining()];
    if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      elements.get(bytes);
      return bytes;
    }
    int size = array.getDataType().getNumOfBytes();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i / size * size + size - 1 - i % size] = elements.get();
    }
    return bytes;
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    var crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(FOLDER + name);
    entry.setTime(0);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private byte[] dictionary(Map<String, NDArray> arrays) {
    pickle.write(0x80);
    pickle.write(2);
    emptyOrderedDictionary();
    put('(');
    int key = 0;
    for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
      text(entry.getKey());
      tensor(entry.getValue(), Integer.toString(key++), entry.getKey());
    }
    put('u');
    put('.');
    return pickle.toByteArray();
  }

  private void tensor(NDArray array, String key, String name) {
    String storage = STORAGES.get(array.getDataType());
    if (storage == null) {
      throw new IllegalArgumentException(
          name + " is of " + array.getDataType() + ": only FLOAT32 and INT64 are written");
    }
    global("torch._utils", "_rebuild_tensor_v2");
    put('(');
    put('(');
    text("storage");
    global("torch", storage);
    text(key);
    text("cpu");
    integer(array.size());
    put('t');
    put('Q');
    integer(0);
    long[] sizes = array.getShape().getShape();
    long[] strides = new long[sizes.length];
    long step = 1;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= sizes[axis];
    }
    tuple(sizes);
    tuple(strides);
    // Needs no gradient, has no hooks.
    pickle.write(0x89);
    emptyOrderedDictionary();
    put('t');
    put('R');
  }

  private void emptyOrderedDictionary() {
    global("collections", "OrderedDict");
    put(')');
    put('R');
  }

  private void tuple(long[] numbers) {
    put('(');
    for (long number : numbers) {
      integer(number);
    }
    put('t');
  }

  private void integer(long value) {
    put('J');
    int small = Math.toIntExact(value);
    pickle.writeBytes(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(small).array());
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    put('X');
    pickle.writeBytes(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(bytes.length)
            .array());
    pickle.writeBytes(bytes);
  }

  private void global(String module, String name) {
    put('c');
    pickle.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private void put(char opcode) {
    pickle.write(opcode);
  }
}
