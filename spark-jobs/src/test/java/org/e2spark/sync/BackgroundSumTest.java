package org.e2spark.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BackgroundSumTest {

  private static ByteBuffer values() {
    return ByteBuffer.allocateDirect(8_000_000).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static float sum(Communicator ring, BackgroundSum background) {
    ByteBuffer values = values();
    values.putFloat(0, 1).putFloat(4_000_000, 2);
    background.begin(ring, values.duplicate().order(values.order()).limit(4_000_000), FLOAT32);
    background.begin(ring, values.duplicate().order(values.order()).position(4_000_000), FLOAT32);
    background.await();
    return values.getFloat(0) + values.getFloat(4_000_000);
  }

  private static final WireFormat FLOAT32 = WireFormat.FLOAT32;

  @Test
  void stretchesAreSummedInOrder() throws Exception {
    List<Float> sums =
        Ring.run(
            2,
            ring -> {
              try (BackgroundSum background = new BackgroundSum()) {
                return sum(ring, background);
              }
            });
    assertThat(sums).containsExactly(6f, 6f);
  }

  /** As where the backward pass of one worker fails while its last segments are on their way. */
  @Test
  void whoFailsMeanwhileStopsItsSumsAndTellsTheOthersWhy() throws Exception {
    try (Ring ring = Ring.open(3)) {
      List<Future<Float>> results =
          ring.start(
              member -> {
                try (BackgroundSum background = new BackgroundSum()) {
                  if (member.rank() == 1) {
                    background.begin(member, values(), FLOAT32);
                    background.abandon();
                    throw new IllegalStateException("Out of memory in layer 3");
                  }
                  return sum(member, background);
                }
              });
      for (int rank : new int[] {0, 2}) {
        assertThatThrownBy(() -> results.get(rank).get())
            .cause()
            .isInstanceOf(SyncException.PeerFailed.class)
            .hasMessageContaining("rank 1 failed first")
            .hasMessageContaining("Out of memory in layer 3");
      }
    }
  }

  @Test
  void anInterruptEndsTheWaitAndTheSum() throws Exception {
    try (Ring ring = Ring.open(2)) {
      CountDownLatch end = new CountDownLatch(1);
      List<Future<Float>> results =
          ring.start(
              member -> {
                try (BackgroundSum background = new BackgroundSum()) {
                  if (member.rank() == 0) {
                    Thread.currentThread().interrupt();
                  } else {
                    end.await();
                  }
                  return sum(member, background);
                }
              });
      assertThatThrownBy(() -> results.get(0).get())
          .cause()
          .isInstanceOf(SyncException.Interrupted.class);
      end.countDown();
      assertThatThrownBy(() -> results.get(1).get())
          .cause()
          .isInstanceOf(SyncException.PeerFailed.class);
    }
  }
}
