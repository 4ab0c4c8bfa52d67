package org.e2spark.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import org.e2spark.sync.Handshake.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RingAllReduceTest {

  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  @Test
  void buffersLargerThanTheSocketsDoNotLockTheRing() throws Exception {
    int size = 3_000_001;
    List<float[]> sums = Samples.reduce(7, 3, size);
    float[] a = Samples.values(7, 0, size);
    float[] b = Samples.values(7, 1, size);
    float[] c = Samples.values(7, 2, size);
    double worst = 0;
    for (int i = 0; i < size; i++) {
      worst = Math.max(worst, Math.abs((double) a[i] + b[i] + c[i] - sums.get(2)[i]));
    }
    assertThat(worst).isLessThan(2e-6);
  }

  @Test
  void reducesManyTimesOverOneRing() throws Exception {
    List<Float> counts =
        Ring.run(
            3,
            ring -> {
              float[] one = {1};
              for (int i = 0; i < 10; i++) {
                ring.allReduceSum(one);
              }
              return one[0];
            });
    assertThat(counts).containsOnly(59049f);
  }

  /** But for the number of a socket, 16 bytes, that the JDK's selector boxes at each wait. */
  @Test
  void sumsAllocateNothing() throws Exception {
    int bytes = 3_000_000;
    int times = 100;
    int waits = 4 * bytes / (32 * 1024); // at most: a wait moves a socket's room at least
    BufferPoolMXBean direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    List<Long> allocated =
        Ring.run(
            3,
            ring -> {
              ByteBuffer values = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
              sumInStretches(ring, values, 20); // what is loaded and made once
              long used = direct.getMemoryUsed();
              long before = allocatedByThisThread();
              sumInStretches(ring, values, times);
              return allocatedByThisThread() - before + Math.max(0, direct.getMemoryUsed() - used);
            });
    assertThat(allocated).allSatisfy(sum -> assertThat(sum).isLessThan(16L * times * waits));
  }

  /** Not one byte where no selector is between: each slice or frame object would show. */
  @Test
  void framesAllocateNothing() throws Exception {
    ByteBuffer values = ByteBuffer.allocateDirect(3_000_000).order(ByteOrder.LITTLE_ENDIAN);
    try (ServerSocketChannel door =
            ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Link from = new Link(1, SocketChannel.open(door.getLocalAddress()), new Session(0, null));
        Link to = new Link(1, door.accept(), new Session(1, null))) {
      RingValues sent = new RingValues(3);
      RingValues taken = new RingValues(3);
      long least = Long.MAX_VALUE; // what the JVM itself makes once, it makes in some round
      for (int round = 0; round < 5; round++) {
        long before = allocatedByThisThread();
        sendFrames(from, to, sent, taken, values, 60);
        least = Math.min(least, allocatedByThisThread() - before);
      }
      assertThat(least).isZero();
    }
  }

  private static void sendFrames(
      Link from, Link to, RingValues sent, RingValues taken, ByteBuffer values, int times) {
    for (int i = 0; i < times; i++) {
      WireFormat format = i % 2 == 0 ? WireFormat.FLOAT32 : WireFormat.BF16;
      sent.bind(values);
      taken.bind(values);
      Outgoing out = sent.sent(4000, values.capacity(), i, format);
      Incoming in =
          i % 3 == 0
              ? taken.added(4000, values.capacity(), i, format)
              : taken.replaced(4000, values.capacity(), i, format);
      from.send(1, i, out);
      to.expect();
      while (!to.isRead(in)) {
        from.write();
        to.read(1, i, in);
      }
    }
  }

  private static void sumInStretches(Communicator ring, ByteBuffer values, int times) {
    for (int i = 0; i < times; i++) {
      WireFormat format = i % 2 == 0 ? WireFormat.FLOAT32 : WireFormat.BF16;
      values.clear().position(values.capacity() / 3 / Float.BYTES * Float.BYTES);
      ring.allReduceSum(values, format);
      values.flip();
      ring.allReduceSum(values, format);
    }
  }

  /** Three ranks are the fewest in whose sums the order shows. */
  @Test
  void stretchesOfABufferEndInTheBitsOfTheWhole() throws Exception {
    int size = 1_100_001;
    float[] whole = Samples.reduce(5, 3, size).get(0);
    List<float[]> sums =
        Ring.run(
            3,
            ring -> {
              ByteBuffer buffer =
                  ByteBuffer.allocateDirect(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
              float[] values = Samples.values(5, ring.rank(), size);
              buffer.asFloatBuffer().put(values);
              for (int end = size, begin; end > 0; end = begin) {
                begin = Math.max(0, end - 1 - end / 2);
                ring.allReduceSum(
                    buffer.limit(end * Float.BYTES).position(begin * Float.BYTES),
                    WireFormat.FLOAT32);
              }
              buffer.clear().asFloatBuffer().get(values);
              return values;
            });
    assertThat(sums).allSatisfy(sum -> assertThat(Arrays.equals(sum, whole)).isTrue());
  }

  private static long allocatedByThisThread() {
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @Test
  void refusesBuffersThatAreNoFloats() {
    try (Communicator alone = Communicator.alone()) {
      ByteBuffer odd = ByteBuffer.allocateDirect(6).order(ByteOrder.LITTLE_ENDIAN);
      assertThatThrownBy(() -> alone.allReduceSum(odd))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("6 bytes");
      assertThatThrownBy(() -> alone.allReduceSum(ByteBuffer.allocateDirect(8)))
          .hasMessageContaining("BIG_ENDIAN");
    }
  }

  @Test
  void theSecretNeverPrints() {
    assertThat(RunSecret.random()).hasToString("RunSecret[hidden]");
  }

  @Test
  void anEncryptedRingSumsTheSameBits() throws Exception {
    int size = 300_001;
    try (Ring ring = Ring.open(3, SyncOptions.DEFAULT.withEncryption(Encryption.AES_GCM))) {
      List<float[]> sums =
          Ring.all(
              ring.start(
                  member -> {
                    float[] values = Samples.values(9, member.rank(), size);
                    member.allReduceSum(values);
                    return values;
                  }));
      float[] clear = Samples.reduce(9, 3, size).get(0);
      assertThat(sums).allSatisfy(sum -> assertThat(Arrays.equals(sum, clear)).isTrue());
    }
  }

  @Test
  void portsStayInTheirRange() throws Exception {
    int free;
    try (Rendezvous any = Rendezvous.open("127.0.0.1", SyncOptions.DEFAULT)) {
      free = Endpoint.parse(any.address()).port();
    }
    SyncOptions pinned = SyncOptions.DEFAULT.withPorts(new PortRange(free, free));
    try (Rendezvous one = Rendezvous.open("127.0.0.1", pinned)) {
      assertThat(Endpoint.parse(one.address()).port()).isEqualTo(free);
      assertThatThrownBy(() -> Rendezvous.open("127.0.0.1", pinned))
          .isInstanceOf(SyncException.CannotListen.class)
          .hasMessageContaining("ports " + free);
    }
    assertThat(PortRange.parse("40000-40100")).isEqualTo(new PortRange(40000, 40100));
    assertThatThrownBy(() -> PortRange.parse("40100-40000"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("40100-40000");
  }

  @Test
  void addressesOfSixteenBytesAreWrittenInBrackets() {
    assertThat(new Endpoint("fd00::7", 40000)).hasToString("[fd00::7]:40000");
    assertThat(Endpoint.parse("[fd00::7]:40000")).isEqualTo(new Endpoint("fd00::7", 40000));
    assertThat(Endpoint.parse("name:1")).isEqualTo(new Endpoint("name", 1));
    assertThatThrownBy(() -> Endpoint.parse("name"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("host:port");
  }
}
