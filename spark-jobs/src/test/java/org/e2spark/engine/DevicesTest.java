package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.e2spark.train.RequirementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of libtorch's GPUs an address of Spark's is. */
class DevicesTest {

  @ParameterizedTest
  @CsvSource({"0, 1, 0", "3, 4, 3", "3, 1, 0", "MIG-6f1a/1/0, 1, 0", "GPU-8a2b, 1, 0"})
  void anAddressIsANumberOrTheOnlyOneThatIsSeen(String address, int visible, int index) {
    assertThat(Devices.index(address, visible, List.of())).isEqualTo(index);
  }

  @ParameterizedTest
  @CsvSource({
    "GPU-8a2b, 2, GPU-77c0 GPU-8a2b, 1",
    "MIG-2, 1, MIG-2, 0",
    "3, 2, 2 3, 1",
    "2, 2, 2 3, 0",
    "1, 4, '', 1",
  })
  void whereTheEnvironmentNamesGpusAnAddressIsItsPlaceThere(
      String address, int visible, String named, int index) {
    List<String> names = named.isEmpty() ? List.of() : List.of(named.split(" "));
    assertThat(Devices.index(address, visible, names)).isEqualTo(index);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, libtorch sees no GPU",
    "4, 4, but libtorch sees 4 GPUs",
    "GPU-8a2b, 2, without knowing which that is",
    "MIG-6f1a/1/0, 2, without knowing which that is"
  })
  void whatCannotBeUsedIsRefused(String address, int visible, String reason) {
    assertThatThrownBy(() -> Devices.index(address, visible, List.of()))
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining("gpu " + address)
        .hasMessageContaining(reason);
  }

  @Test
  void theRemedyIsNamed() {
    assertThatThrownBy(() -> Devices.index("0", 0, List.of())).hasMessageContaining("--allow-cpu");
  }
}
