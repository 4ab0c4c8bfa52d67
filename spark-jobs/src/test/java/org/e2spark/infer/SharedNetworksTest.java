package org.e2spark.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.e2spark.model.FeatureKind;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.train.TestDigits;
import org.junit.jupiter.api.Test;

class SharedNetworksTest {

  private static final SavedModel MODEL = UntrainedModel.of("quickstart/cnn", TestDigits.SIDE);

  private final SharedNetworks networks = new SharedNetworks();
  private final AtomicInteger made = new AtomicInteger();

  private SharedNetworks.Lease lease(String name) {
    return networks.lease(
        name,
        null,
        Device.cpu(),
        () -> {
          made.incrementAndGet();
          return MODEL;
        });
  }

  @Test
  void threadsThatAskAtOnceShareOneNetworkAndGetTheSameBits() throws Exception {
    byte[] pixels = new byte[TestDigits.SIDE * TestDigits.SIDE];
    Arrays.fill(pixels, (byte) 77);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<float[]>> results = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        results.add(
            threads.submit(
                () -> {
                  try (SharedNetworks.Lease lease = lease("one")) {
                    return lease.network().apply(List.of(pixels)).get(0).logits();
                  }
                }));
      }
      float[] first = results.get(0).get();
      for (Future<float[]> result : results) {
        assertThat(result.get()).isEqualTo(first);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(made).hasValue(1);
  }

  @Test
  void whatNobodyUsesIsKeptForTheNextUpToALimit() {
    for (String name : List.of("a", "b", "c", "d")) {
      lease(name).close();
    }
    assertThat(networks.size()).isEqualTo(SharedNetworks.IDLE);
    lease("d").close();
    assertThat(made).hasValue(4);
    try (SharedNetworks.Lease used = lease("a")) {
      lease("e").close();
      lease("f").close();
      assertThat(networks.size()).isEqualTo(SharedNetworks.IDLE + 1);
      assertThat(used.network()).isNotNull();
    }
  }

  @Test
  void aNetworkThatCannotBeMadeLeavesNothing() {
    FeatureRequest wrong = new FeatureRequest("features.99", FeatureKind.MAP);
    assertThatThrownBy(() -> networks.lease("a", wrong, Device.cpu(), () -> MODEL))
        .hasMessageContaining("features.99");
    assertThat(networks.size()).isZero();
  }
}
