package org.e2spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.sync.Communicator;
import org.e2spark.sync.Ring;
import org.junit.jupiter.api.Test;

class ReplicaAgreementTest {

  private static String message(Communicator ring, int rankThatDiffers) {
    Map<String, Integer> digests = new LinkedHashMap<>();
    digests.put("features.0.weights", 0xfedcba98);
    digests.put("features.1.running_var", ring.rank() == rankThatDiffers ? 0x00010000 : 1);
    digests.put("head.bias", ring.rank() == rankThatDiffers ? 7 : -7);
    try {
      new ReplicaAgreement(ring).check(digests, "after 96 samples");
      return "equal";
    } catch (TrainingException e) {
      return e.getMessage();
    }
  }

  @Test
  void equalReplicasAgree() throws Exception {
    assertThat(Ring.run(3, ring -> message(ring, -1))).containsOnly("equal");
    new ReplicaAgreement(Communicator.alone()).check(Map.of("a", 1), "here");
  }

  @Test
  void everyRankHearsWhichTensorOfWhichRankDiffersFirst() throws Exception {
    List<String> messages = Ring.run(3, ring -> message(ring, 2));
    assertThat(messages).hasSize(3).doesNotContain("equal");
    assertThat(messages.get(0)).isEqualTo(messages.get(1)).isEqualTo(messages.get(2));
    assertThat(messages.get(0))
        .startsWith("Ranks 0 and 2 differ after 96 samples, first in features.1.running_var");
  }
}
