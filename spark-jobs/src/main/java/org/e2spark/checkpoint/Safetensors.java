package org.e2spark.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Named tensors as the bytes of a safetensors file. */
public final class Safetensors {

  private static final int ALIGNMENT = 8;

  private Safetensors() {}

  /**
   * The bytes of a safetensors file, its tensors at a multiple of {@value #ALIGNMENT} bytes, where
   * readers can map them; an empty map is one too.
   */
  public static byte[] encode(Map<String, NDArray> tensors) {
    NDList list = new NDList();
    IdentityHashMap<NDArray, String> names = new IdentityHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          names.put(tensor, tensor.getName());
          tensor.setName(name);
          list.add(tensor);
        });
    byte[] bytes = list.encode(NDList.Encoding.SAFETENSORS);
    names.forEach(NDArray::setName);
    return aligned(bytes);
  }

  /**
   * As {@link #encode(Map)}, with text that the file carries.
   *
   * @param metadata by name
   */
  public static byte[] encode(Map<String, NDArray> tensors, Map<String, String> metadata) {
    byte[] file = encode(tensors);
    ByteBuffer content = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int header = Math.toIntExact(content.getLong());
    byte[] said =
        ("{\"__metadata__\":" + Json.line(metadata) + (tensors.isEmpty() ? "" : ","))
            .getBytes(StandardCharsets.UTF_8);
    // In place of the brace that begins the header.
    return aligned(
        ByteBuffer.allocate(file.length - 1 + said.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header - 1 + said.length)
            .put(said)
            .put(file, Long.BYTES + 1, file.length - Long.BYTES - 1)
            .array());
  }

  /** With blanks after the header, which the format allows for the purpose. */
  private static byte[] aligned(byte[] file) {
    ByteBuffer content = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int header = Math.toIntExact(content.getLong());
    int padded = (header + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (padded == header) {
      return file;
    }
    ByteBuffer result =
        ByteBuffer.allocate(Math.addExact(file.length, padded - header))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(padded)
            .put(file, Long.BYTES, header);
    while (result.position() < Long.BYTES + padded) {
      result.put((byte) ' ');
    }
    return result.put(file, Long.BYTES + header, file.length - Long.BYTES - header).array();
  }

  /**
   * The tensors of a safetensors file whose digest was checked.
   *
   * @param manager who owns them from now on
   */
  public static Map<String, NDArray> decode(NDManager manager, byte[] content) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (NDArray tensor : NDList.decode(manager, content)) {
      tensors.put(tensor.getName(), tensor);
    }
    return tensors;
  }
}
