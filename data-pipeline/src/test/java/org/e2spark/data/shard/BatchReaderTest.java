package org.e2spark.data.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.e2spark.data.augment.Augmentation;
import org.e2spark.data.augment.AugmentationKey;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.augment.RandomCrop;
import org.e2spark.data.augment.RandomFlip;
import org.e2spark.data.augment.RandomRotation;
import org.e2spark.data.source.ImageShape;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchReaderTest {
  private static final ImageShape SHAPE = new ImageShape(2, 3, 4);
  private static final int SIZE = 103;

  @TempDir Path dir;
  @AutoClose private ShardDataset dataset;

  @BeforeEach
  void write() throws IOException {
    TestShards.write(dir, new ShardLayout(SHAPE, 16, false), 48, 40, 15);
    dataset = TestShards.open(dir);
  }

  private BatchReader.Builder reader() {
    return BatchReader.builder(dataset).seed(9).epoch(2).globalBatch(10);
  }

  private static List<long[]> ids(BatchReader reader) {
    List<long[]> ids = new ArrayList<>();
    try (reader) {
      while (reader.hasNext()) {
        try (ImageBatch batch = reader.next()) {
          ids.add(batch.ids());
        }
      }
    }
    return ids;
  }

  @Test
  void slicesTileAWorkersPart() {
    for (BatchReader.Builder builder : List.of(reader(), reader().storedOrder())) {
      try (BatchReader reader = builder.unit(3).rank(1).worldSize(2).build();
          NDManager manager = NDManager.newBaseManager()) {
        while (reader.hasNext()) {
          try (ImageBatch batch = reader.next()) {
            long position = batch.position() + (batch.globalSize() > 3 ? 6 : 0);
            assertThat(batch.start()).isEqualTo(position);
            for (int from = 0; from < batch.size(); from += 3) {
              int to = Math.min(batch.size(), from + 3);
              try (ImageBatch slice = batch.slice(from, to)) {
                assertThat(slice.start()).isEqualTo(position + from);
                assertThat(slice.ids()).isEqualTo(Arrays.copyOfRange(batch.ids(), from, to));
                assertThat(slice.labels()).isEqualTo(Arrays.copyOfRange(batch.labels(), from, to));
                NDArray whole = batch.images(manager).get(from + ":" + to);
                assertThat(slice.images(manager).contentEquals(whole)).isTrue();
              }
            }
          }
        }
      }
    }
  }

  @Test
  void servesEverySampleOnceInTheOrdersOrder() {
    SampleOrder order = new SampleOrder(SIZE, 9, 2);
    long[] expected =
        LongStream.range(0, SIZE).map(p -> TestShards.id(order.sampleAt(p))).toArray();
    List<long[]> batches = ids(reader().build());
    assertThat(batches).hasSize(11);
    assertThat(batches.stream().flatMapToLong(Arrays::stream)).containsExactly(box(expected));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 8})
  void globalBatchesAreTheSameAtAnyWorldSize(int worldSize) {
    List<long[]> whole = ids(reader().build());
    List<List<long[]>> ranks = new ArrayList<>();
    for (int rank = 0; rank < worldSize; rank++) {
      ranks.add(ids(reader().rank(rank).worldSize(worldSize).build()));
    }
    for (int batch = 0; batch < whole.size(); batch++) {
      List<Long> union = new ArrayList<>();
      for (List<long[]> rank : ranks) {
        assertThat(rank).hasSameSizeAs(whole);
        assertThat(rank.get(batch).length)
            .isBetween(
                whole.get(batch).length / worldSize,
                (whole.get(batch).length + worldSize - 1) / worldSize);
        Arrays.stream(rank.get(batch)).forEach(union::add);
      }
      assertThat(union).containsExactly(box(whole.get(batch)));
    }
  }

  @Test
  void resumesAtAnySample() {
    long[] all = ids(reader().build()).stream().flatMapToLong(Arrays::stream).toArray();
    for (int start = 0; start <= SIZE; start++) {
      try (BatchReader reader = reader().startAt(start).build()) {
        if (start == SIZE) {
          assertThat(reader.hasNext()).isFalse();
          continue;
        }
        try (ImageBatch batch = reader.next()) {
          assertThat(batch.position()).isEqualTo(start);
          assertThat(batch.globalSize()).isEqualTo(Math.min(10, SIZE - start));
          assertThat(batch.ids())
              .isEqualTo(Arrays.copyOfRange(all, start, Math.min(SIZE, start + 10)));
        }
      }
    }
  }

  @Test
  void batchesBecomeTensors() {
    try (NDManager manager = NDManager.newBaseManager();
        BatchReader reader = reader().build()) {
      while (reader.hasNext()) {
        try (ImageBatch batch = reader.next()) {
          checkTensors(manager, batch);
        }
      }
      assertThatThrownBy(reader::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  private static void checkTensors(NDManager manager, ImageBatch batch) {
    NDArray images = batch.images(manager);
    assertThat(images.getShape()).isEqualTo(new Shape(batch.size(), 2, 3, 4));
    assertThat(images.getDataType()).isEqualTo(DataType.UINT8);
    NDArray floats = batch.floats(manager);
    assertThat(floats.getDataType()).isEqualTo(DataType.FLOAT32);
    float[] values = floats.toFloatArray();
    float[] pixels = batch.pixels(manager).toFloatArray();
    for (int i = 0; i < batch.size(); i++) {
      long sample = (batch.ids()[i] - 1000) / 3;
      byte[] image = TestShards.image(SHAPE, sample);
      assertThat(images.get(i).flatten().toByteArray()).isEqualTo(image);
      assertThat(batch.labels()[i]).isEqualTo(TestShards.label(sample));
      for (int p = 0; p < image.length; p++) {
        assertThat(pixels[i * image.length + p]).isEqualTo(image[p] & 0xff);
        double expected = ((image[p] & 0xff) / 255.0 - 0.5) / 0.25;
        assertThat((double) values[i * image.length + p])
            .isCloseTo(expected, org.assertj.core.api.Assertions.within(1e-5));
      }
    }
    assertThat(batch.labels(manager).toLongArray())
        .isEqualTo(Arrays.stream(batch.labels()).asLongStream().toArray());
  }

  @Test
  void storedOrderLooksIntoTheFile() {
    try (NDManager manager = NDManager.newBaseManager();
        BatchReader reader = reader().globalBatch(8).storedOrder().build()) {
      long sample = 0;
      while (reader.hasNext()) {
        try (ImageBatch batch = reader.next()) {
          assertThat(batch.ids()[0]).isEqualTo(TestShards.id(sample));
          checkTensors(manager, batch);
          sample += batch.size();
        }
      }
      assertThat(sample).isEqualTo(SIZE);
    }
  }

  @Test
  void tensorsOutliveTheirBatches() {
    try (NDManager manager = NDManager.newBaseManager();
        BatchReader reader = reader().build()) {
      List<NDArray> tensors = new ArrayList<>();
      List<byte[]> copies = new ArrayList<>();
      while (reader.hasNext()) {
        try (ImageBatch batch = reader.next()) {
          NDArray images = batch.images(manager);
          tensors.add(images);
          copies.add(images.toByteArray());
        }
      }
      for (int i = 0; i < tensors.size(); i++) {
        assertThat(tensors.get(i).toByteArray()).isEqualTo(copies.get(i));
      }
    }
  }

  @Test
  void workersWithoutSamplesGetEmptyBatches() {
    try (NDManager manager = NDManager.newBaseManager();
        BatchReader reader = reader().startAt(SIZE - 1).rank(0).worldSize(2).build();
        ImageBatch batch = reader.next()) {
      assertThat(batch.size()).isZero();
      assertThat(batch.globalSize()).isEqualTo(1);
      assertThat(batch.images(manager).getShape()).isEqualTo(new Shape(0, 2, 3, 4));
      assertThat(batch.floats(manager).getShape()).isEqualTo(new Shape(0, 2, 3, 4));
    }
  }

  /** Adds id + epoch to every pixel, so that a test sees what an augmentation was told. */
  private record AddId() implements Augmentation {
    @Override
    public void apply(byte[] pixels, ImageShape shape, long[] ids, AugmentationKey key) {
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] += (byte) (ids[i / shape.size()] + key.epoch());
      }
    }
  }

  @Test
  void augmentsWithoutTouchingTheShard() {
    for (int round = 0; round < 2; round++) {
      try (NDManager manager = NDManager.newBaseManager();
          BatchReader reader = reader().storedOrder().augmentation(new AddId()).build()) {
        while (reader.hasNext()) {
          try (ImageBatch batch = reader.next()) {
            byte[] expected = TestShards.image(SHAPE, (batch.ids()[0] - 1000) / 3);
            for (int i = 0; i < expected.length; i++) {
              expected[i] += (byte) (batch.ids()[0] + 2);
            }
            assertThat(batch.images(manager).get(0).flatten().toByteArray()).isEqualTo(expected);
          }
        }
      }
    }
  }

  private static final Augmentation RANDOM =
      Augmentation.sequence(
          new RandomCrop(1),
          RandomFlip.horizontal(),
          RandomRotation.anyAngle(Interpolation.BILINEAR));

  private static void collect(BatchReader reader, Map<Long, ByteBuffer> pixels) {
    try (reader;
        NDManager manager = NDManager.newBaseManager()) {
      while (reader.hasNext()) {
        try (ImageBatch batch = reader.next();
            NDArray images = batch.images(manager)) {
          for (int i = 0; i < batch.size(); i++) {
            byte[] image = images.get(i).flatten().toByteArray();
            assertThat(pixels.put(batch.ids()[i], ByteBuffer.wrap(image))).isNull();
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 8})
  void aSampleIsAugmentedAlikeByAnyWorkerAndAfterAnyResume(int worldSize) {
    Map<Long, ByteBuffer> alone = new HashMap<>();
    collect(reader().augmentation(RANDOM).build(), alone);
    assertThat(alone).hasSize(SIZE);
    Map<Long, ByteBuffer> resumed = new HashMap<>();
    long[] order = ids(reader().build()).stream().flatMapToLong(Arrays::stream).toArray();
    for (int at = 0; at < 37; at++) {
      resumed.put(order[at], alone.get(order[at]));
    }
    for (int rank = 0; rank < worldSize; rank++) {
      collect(
          reader()
              .augmentation(RANDOM)
              .rank(rank)
              .worldSize(worldSize)
              .startAt(37)
              .globalBatch(7)
              .prefetch(1 + rank)
              .build(),
          resumed);
    }
    assertThat(resumed).isEqualTo(alone);
    Map<Long, ByteBuffer> nextEpoch = new HashMap<>();
    collect(reader().epoch(3).augmentation(RANDOM).build(), nextEpoch);
    assertThat(nextEpoch.keySet()).isEqualTo(alone.keySet());
    assertThat(nextEpoch).isNotEqualTo(alone);
  }

  /** Counts the batches that pass, and says on which threads. */
  private record Witness(Set<Thread> threads, Semaphore made) implements Augmentation {
    @Override
    public void apply(byte[] pixels, ImageShape shape, long[] ids, AugmentationKey key) {
      threads.add(Thread.currentThread());
      made.release();
    }
  }

  @Test
  void preparesSoManyBatchesAheadOnAThreadOfItsOwn() throws InterruptedException {
    Witness witness = new Witness(ConcurrentHashMap.newKeySet(), new Semaphore(0));
    int prefetch = 3;
    try (BatchReader reader = reader().prefetch(prefetch).augmentation(witness).build()) {
      // Those that are ready, and the one that waits to become it.
      assertThat(witness.made().tryAcquire(prefetch + 1, 60, TimeUnit.SECONDS)).isTrue();
      for (int batch = 1; batch <= 11; batch++) {
        assertThat(witness.made().availablePermits()).isLessThan(batch);
        reader.next().close();
      }
    }
    assertThat(witness.threads()).hasSize(1).doesNotContain(Thread.currentThread());
  }

  /** An augmentation that fails, as a program error would. */
  private record Failing() implements Augmentation {
    @Override
    public void apply(byte[] pixels, ImageShape shape, long[] ids, AugmentationKey key) {
      throw new ArithmeticException("no such angle");
    }
  }

  @Test
  void reportsTheFailureOfItsThreadEveryTime() {
    try (BatchReader reader = reader().augmentation(new Failing()).build()) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(reader::next)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("no such angle")
            .hasCauseInstanceOf(ArithmeticException.class);
      }
    }
  }

  @Test
  void endsItsThread() {
    BatchReader reader = reader().build();
    reader.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("e2spark-batch-reader");
    assertThatThrownBy(reader::next).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesImpossibleParts() {
    assertThatThrownBy(() -> reader().rank(2).worldSize(2).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Invalid rank: 2 (must be in [0, 1])");
    assertThatThrownBy(() -> reader().startAt(SIZE + 1).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[0, " + SIZE + "]");
    assertThatThrownBy(() -> reader().globalBatch(0).build())
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Long[] box(long[] values) {
    return Arrays.stream(values).boxed().toArray(Long[]::new);
  }
}
