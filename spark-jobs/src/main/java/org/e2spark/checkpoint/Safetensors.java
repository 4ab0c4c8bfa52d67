package org.e2spark.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Named tensors as the bytes of a safetensors file. */
public final class Safetensors {

  private Safetensors() {}

  /** The bytes of a safetensors file; an empty map is one too. */
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
    return bytes;
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
