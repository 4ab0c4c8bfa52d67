package org.e2spark.engine;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.e2spark.sync.FloatAdder;
import scala.Tuple2;

/**
 * What workers give to an average, cut into chunks that a shuffle brings together and sums in the
 * order of the ranks, in whatever order tasks end: no machine holds more than its chunks' sums and
 * one chunk.
 *
 * <p>Keys are chunk times workers plus rank, and negative for a word.
 *
 * @param workers of the round
 */
record RoundChunks(int workers) implements Serializable {

  private static final int BYTES = 1 << 20;

  /**
   * The sum of one chunk over all ranks, or the word of one.
   *
   * @param chunk its number; negative for a word
   * @param bytes little-endian float32, or the word's
   */
  record Sum(long chunk, byte[] bytes) implements Serializable {

    boolean isWord() {
      return chunk < 0;
    }
  }

  /**
   * One worker's chunks, copied, and its word.
   *
   * @param values null where there are none
   */
  Iterator<Tuple2<Long, byte[]>> of(RoundWord word, ByteBuffer values) {
    List<Tuple2<Long, byte[]>> chunks = new ArrayList<>();
    chunks.add(new Tuple2<>(-1L - word.rank(), word.bytes()));
    if (values == null) {
      return chunks.iterator();
    }
    ByteBuffer from = values.duplicate();
    for (long chunk = 0; from.hasRemaining(); chunk++) {
      byte[] bytes = new byte[Math.min(BYTES, from.remaining())];
      from.get(bytes);
      chunks.add(new Tuple2<>(chunk * workers + word.rank(), bytes));
    }
    return chunks.iterator();
  }

  /** Sums over all ranks. */
  JavaRDD<Sum> sum(JavaPairRDD<Long, byte[]> given, int partitions) {
    return given
        .repartitionAndSortWithinPartitions(new ByChunk(workers, partitions))
        .mapPartitions(this::add);
  }

  /** What the ranks said, in their order. */
  static List<RoundWord> words(List<Sum> sums) {
    return sums.stream()
        .filter(Sum::isWord)
        .map(sum -> RoundWord.of(sum.bytes()))
        .sorted(Comparator.comparingInt(RoundWord::rank))
        .toList();
  }

  /** Puts the sums into one array. */
  static ByteBuffer join(List<Sum> all) {
    List<Sum> sums = all.stream().filter(sum -> !sum.isWord()).toList();
    long length = sums.stream().mapToLong(sum -> sum.bytes().length).sum();
    ByteBuffer joined =
        ByteBuffer.allocateDirect(Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
    for (Sum sum : sums) {
      joined.put(Math.toIntExact(sum.chunk() * BYTES), sum.bytes());
    }
    return joined;
  }

  private static final class ByChunk extends Partitioner {
    private static final long serialVersionUID = 1;

    private final int workers;
    private final int partitions;

    ByChunk(int workers, int partitions) {
      this.workers = workers;
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object key) {
      long place = (Long) key;
      return place < 0 ? 0 : (int) (place / workers % partitions);
    }
  }

  private Iterator<Sum> add(Iterator<Tuple2<Long, byte[]>> sorted) {
    List<Sum> sums = new ArrayList<>();
    FloatAdder adder = new FloatAdder();
    while (sorted.hasNext()) {
      Tuple2<Long, byte[]> next = sorted.next();
      long key = next._1();
      if (key < 0) {
        sums.add(new Sum(key, next._2()));
        continue;
      }
      Sum last = sums.isEmpty() ? null : sums.get(sums.size() - 1);
      if (last != null && last.chunk() == key / workers) {
        FloatBuffer sum = floats(last.bytes());
        adder.add(sum, 0, floats(next._2()), 0, sum.limit());
      } else {
        sums.add(new Sum(key / workers, next._2().clone()));
      }
    }
    return sums.iterator();
  }

  private static FloatBuffer floats(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
