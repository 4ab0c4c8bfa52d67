package org.e2spark.torch;

import ai.djl.ndarray.NDArray;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A pickle, protocol 2, of an instance of {@code __torch__.Program} with {@code training = False}
 * or, without tensors, {@code True}, and tensors that refer to the archive's entries by number.
 */
final class ModulePickle {

  private static final int MARK = '(';
  private static final int TUPLE = 't';
  private static final int REDUCE = 'R';
  private static final int TRUE = 0x88;
  private static final int FALSE = 0x89;
  private static final int NEW_OBJECT = 0x81;
  private static final int LONG = 0x8a;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private ModulePickle() {}

  static byte[] of(Map<String, NDArray> tensors) {
    var pickle = new ModulePickle();
    pickle.module(tensors);
    return pickle.out.toByteArray();
  }

  private void module(Map<String, NDArray> tensors) {
    codes(0x80, 2);
    global("__torch__", "Program");
    codes(')', NEW_OBJECT, '}', MARK);
    text("training");
    codes(tensors.isEmpty() ? TRUE : FALSE);
    int key = 0;
    for (Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
      text(tensor.getKey());
      tensor(tensor.getValue(), key++);
    }
    codes('u', 'b', '.');
  }

  private void tensor(NDArray tensor, int key) {
    global("torch._utils", "_rebuild_tensor_v2");
    codes(MARK, MARK);
    text("storage");
    global("torch", storage(tensor));
    text(Integer.toString(key));
    text("cpu");
    number(tensor.size());
    codes(TUPLE, 'Q');
    number(0);
    long[] sizes = tensor.getShape().getShape();
    codes(MARK);
    for (long size : sizes) {
      number(size);
    }
    codes(TUPLE, MARK);
    for (int axis = 0; axis < sizes.length; axis++) {
      number(tensor.getShape().slice(axis + 1).size());
    }
    codes(TUPLE, FALSE);
    global("collections", "OrderedDict");
    codes(')', REDUCE, TUPLE, REDUCE);
  }

  private static String storage(NDArray tensor) {
    return switch (tensor.getDataType()) {
      case FLOAT32 -> "FloatStorage";
      case FLOAT64 -> "DoubleStorage";
      case FLOAT16 -> "HalfStorage";
      case INT64 -> "LongStorage";
      default ->
          throw new IllegalArgumentException(
              "Cannot write a tensor of type "
                  + tensor.getDataType()
                  + " (must be float16, float32, float64 or int64)");
    };
  }

  private void codes(int... codes) {
    for (int code : codes) {
      out.write(code);
    }
  }

  private void global(String module, String name) {
    codes('c');
    ascii(module + "\n" + name + "\n");
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    codes('X');
    out.writeBytes(little(4).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }

  private void number(long value) {
    codes(LONG, Long.BYTES);
    out.writeBytes(little(Long.BYTES).putLong(value).array());
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void ascii(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }
}
