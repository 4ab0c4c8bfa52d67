package org.e2spark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
  void tensorsBeginAtAMultipleOfEightBytesAndComeBack(int extra) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      tensors.put("w" + "x".repeat(extra), manager.create(new float[] {1, -2, 3}));
      tensors.put("b", manager.create(new float[] {extra}));
      byte[] file = Safetensors.encode(tensors);
      long header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
      assertThat(header % 8).isZero();
      assertThat((long) file.length).isEqualTo(8 + header + 16);
      Map<String, NDArray> read = Safetensors.decode(manager, file);
      assertThat(read.keySet()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
      tensors.forEach(
          (name, tensor) ->
              assertThat(read.get(name).toFloatArray()).isEqualTo(tensor.toFloatArray()));
    }
  }
}
