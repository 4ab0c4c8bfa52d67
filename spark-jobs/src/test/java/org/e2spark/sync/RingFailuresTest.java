package org.e2spark.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told when a ring's worker fails, vanishes, hangs, or is none. */
@Timeout(60)
class RingFailuresTest {

  @Test
  void theFirstFailureIsToldToEverybody() throws Exception {
    try (Ring ring = Ring.open(4)) {
      List<Future<Float>> results =
          ring.start(
              member -> {
                float[] one = {1};
                member.allReduceSum(one);
                if (member.rank() == 2) {
                  throw new IllegalStateException("Loss is NaN at sample 96");
                }
                member.allReduceSum(new float[100_000]);
                return one[0];
              });
      for (int rank : new int[] {0, 1, 3}) {
        assertThatThrownBy(() -> results.get(rank).get())
            .isInstanceOf(ExecutionException.class)
            .cause()
            .isInstanceOf(SyncException.PeerFailed.class)
            .hasMessageContaining("rank 2 failed first")
            .hasMessageContaining("Loss is NaN at sample 96");
      }
      assertThatThrownBy(() -> results.get(2).get()).hasMessageContaining("Loss is NaN");
    }
  }

  @Test
  void aPeerThatVanishesIsNamed() throws Exception {
    try (Ring ring = Ring.open(3)) {
      List<Future<Float>> results =
          ring.start(
              member -> {
                if (member.rank() == 1) {
                  member.close();
                  return 0f;
                }
                member.allReduceSum(new float[9]);
                return 1f;
              });
      assertThatThrownBy(() -> results.get(2).get())
          .cause()
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("rank 1");
      assertThatThrownBy(() -> results.get(0).get())
          .cause()
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("rank 1");
    }
  }

  @Test
  void aSilentPeerIsNamedAfterTheTimeout() throws Exception {
    SyncTimeouts brief = new SyncTimeouts(Duration.ofSeconds(20), Duration.ofMillis(300));
    try (Ring ring = Ring.open(2, brief)) {
      CountDownLatch end = new CountDownLatch(1);
      List<Future<Float>> results =
          ring.start(
              member -> {
                if (member.rank() == 1) {
                  end.await();
                  return 0f;
                }
                member.allReduceSum(new float[9]);
                return 1f;
              });
      assertThatThrownBy(() -> results.get(0).get())
          .cause()
          .isInstanceOf(SyncException.PeerTimeout.class)
          .hasMessageContaining("rank 1");
      end.countDown();
      results.get(1).get();
    }
  }

  @Test
  void buffersOfOtherSizesAreAnErrorNotASum() throws Exception {
    try (Ring ring = Ring.open(2)) {
      List<Future<Float>> results =
          ring.start(
              member -> {
                member.allReduceSum(new float[10 + 2 * member.rank()]);
                return 1f;
              });
      assertThatThrownBy(() -> results.get(0).get())
          .cause()
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("same buffers in the same order");
    }
  }

  @Test
  void aWrongSecretIsRefused() throws Exception {
    SyncTimeouts brief = new SyncTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(2));
    try (Rendezvous a = Rendezvous.open("127.0.0.1", SyncOptions.DEFAULT.withTimeouts(brief));
        Rendezvous b = Rendezvous.open("127.0.0.1", SyncOptions.DEFAULT.withTimeouts(brief))) {
      List<String> addresses = List.of(a.address(), b.address());
      var pool = Executors.newFixedThreadPool(2);
      try {
        var first = pool.submit(() -> a.join(0, addresses, RunSecret.random()));
        var second = pool.submit(() -> b.join(1, addresses, RunSecret.random()));
        assertThatThrownBy(first::get)
            .cause()
            .isInstanceOf(SyncException.PeerLost.class)
            // whoever comes after the other has given up finds a closed door
            .hasMessageMatching("(?s).*(another run or attempt|Cannot connect to rank 1).*");
        assertThatThrownBy(second::get).cause().isInstanceOf(SyncException.class);
      } finally {
        pool.shutdownNow();
      }
    }
  }

  @Test
  void aStrangerAtTheDoorDoesNotStopTheRing() throws Exception {
    try (Ring ring = Ring.open(2)) {
      String address = ring.addresses().get(0);
      int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), port)) {
        stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        stranger.shutdownOutput();
        List<Float> sums =
            Ring.all(
                ring.start(
                    member -> {
                      float[] one = {1};
                      member.allReduceSum(one);
                      return one[0];
                    }));
        assertThat(sums).containsExactly(2f, 2f);
      }
    }
  }

  @Test
  void anEncryptedFarewellIsUnderstood() throws Exception {
    try (Ring ring = Ring.open(3, SyncOptions.DEFAULT.withEncryption(Encryption.AES_GCM))) {
      List<Future<Float>> results =
          ring.start(
              member -> {
                if (member.rank() == 1) {
                  throw new IllegalStateException("Disk full");
                }
                member.allReduceSum(new float[100_000]);
                return 1f;
              });
      for (int rank : new int[] {0, 2}) {
        assertThatThrownBy(() -> results.get(rank).get()).hasMessageContaining("Disk full");
      }
    }
  }

  @Test
  void anInterruptIsToldAsOneAndPassedOn() throws Exception {
    try (Ring ring = Ring.open(2)) {
      CountDownLatch end = new CountDownLatch(1);
      List<Future<Float>> results =
          ring.start(
              member -> {
                if (member.rank() == 0) {
                  Thread.currentThread().interrupt();
                } else {
                  end.await();
                }
                member.allReduceSum(new float[9]);
                return 1f;
              });
      assertThatThrownBy(() -> results.get(0).get())
          .cause()
          .isInstanceOf(SyncException.Interrupted.class)
          .hasMessageContaining("waited for rank 1")
          .satisfies(e -> assertThat(SyncException.grade(e)).isEqualTo(SyncException.Grade.ECHO));
      end.countDown();
      assertThatThrownBy(() -> results.get(1).get())
          .cause()
          .isInstanceOf(SyncException.PeerFailed.class)
          .hasMessageContaining("told to stop");
    }
  }

  @Test
  void anAddressOfAnotherMachineIsThisWorkersOwnFailure() {
    assertThatThrownBy(() -> Rendezvous.open("192.0.2.1", SyncOptions.DEFAULT))
        .isInstanceOf(SyncException.CannotListen.class)
        .satisfies(e -> assertThat(SyncException.grade(e)).isEqualTo(SyncException.Grade.FIRST));
  }
}
