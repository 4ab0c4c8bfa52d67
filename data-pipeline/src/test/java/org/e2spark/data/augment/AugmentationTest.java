package org.e2spark.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.TestData;
import org.junit.jupiter.api.Test;

class AugmentationTest {

  private static final ImageShape SHAPE = TestData.CIFAR;

  @Provide
  static Arbitrary<Augmentation> augmentations() {
    return Arbitraries.of(
        new RandomCrop(4),
        RandomFlip.horizontal(),
        RandomFlip.vertical(),
        new Cutout(16),
        new AutoAugment(),
        new ColorJitter(0.4, 0.4, 0.4, 0.1),
        RandomRotation.anyAngle(Interpolation.NEAREST),
        RandomRotation.anyAngle(Interpolation.BILINEAR),
        RandomRotation.anyAngle(Interpolation.BICUBIC),
        Augmentation.sequence(new RandomCrop(4), new AutoAugment(), new Cutout(16)),
        Augmentation.none());
  }

  @Property(tries = 100)
  void aSampleIsTreatedAlikeInAnyBatch(
      @ForAll("augmentations") Augmentation augmentation,
      @ForAll long seed,
      @ForAll @IntRange(max = 1000) int epoch,
      @ForAll @IntRange(min = 1, max = 8) int first) {
    AugmentationKey key = new AugmentationKey(seed, epoch);
    long[] ids = {5, 0, 17, 3, Long.MAX_VALUE, 11, -1, 2, 23};
    byte[] whole = batch(ids);
    augmentation.apply(whole, SHAPE, ids, key);
    long[] left = Arrays.copyOf(ids, first);
    long[] right = Arrays.copyOfRange(ids, first, ids.length);
    byte[] leftBatch = batch(left);
    byte[] rightBatch = batch(right);
    augmentation.apply(leftBatch, SHAPE, left, key);
    augmentation.apply(rightBatch, SHAPE, right, key);
    int cut = first * SHAPE.size();
    assertThat(Arrays.copyOf(whole, cut)).isEqualTo(leftBatch);
    assertThat(Arrays.copyOfRange(whole, cut, whole.length)).isEqualTo(rightBatch);
  }

  @Test
  void epochsAndSeedsDiffer() {
    long[] ids = {0, 1, 2, 3, 4, 5, 6, 7};
    Augmentation augmentation = Augmentation.sequence(new RandomCrop(4), new AutoAugment());
    Set<ByteBuffer> seen = new HashSet<>();
    for (AugmentationKey key :
        List.of(new AugmentationKey(1, 0), new AugmentationKey(1, 1), new AugmentationKey(2, 0))) {
      byte[] batch = batch(ids);
      augmentation.apply(batch, SHAPE, ids, key);
      seen.add(ByteBuffer.wrap(batch));
    }
    assertThat(seen).hasSize(3);
  }

  @Test
  void stagesOfASequenceDrawIndependently() {
    long[] ids = LongStream.range(0, 400).toArray();
    Augmentation twice = Augmentation.sequence(RandomFlip.horizontal(), RandomFlip.horizontal());
    ImageShape shape = new ImageShape(1, 1, 2);
    byte[] batch = new byte[2 * ids.length];
    for (int i = 0; i < ids.length; i++) {
      batch[2 * i] = 1;
    }
    twice.apply(batch, shape, ids, new AugmentationKey(3, 0));
    int flipped = 0;
    for (int i = 0; i < ids.length; i++) {
      flipped += batch[2 * i + 1];
    }
    assertThat(flipped).isBetween(150, 250);
  }

  @Test
  void randomNumbersAreTheOnesWrittenDown() {
    SampleRandom random = SampleRandom.of(42, 3, 7);
    assertThat(new long[] {random.nextLong(), random.nextLong()})
        .containsExactly(0x19d65249978cf403L, 0x61dca30be9cfa2e2L);
  }

  @Test
  void randomIntegersAreUniform() {
    SampleRandom random = SampleRandom.of(1, 0, 0);
    Map<Integer, Integer> counts = new HashMap<>();
    for (int i = 0; i < 90_000; i++) {
      counts.merge(random.nextInt(9), 1, Integer::sum);
    }
    assertThat(counts).hasSize(9);
    assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(9_500, 10_500));
  }

  @Test
  void normalizationIsWhatItSays() {
    Normalization normalization =
        new Normalization(List.of(0.4914, 0.4822, 0.4465), List.of(0.247, 0.2435, 0.2616));
    byte[] image = TestData.cifar(0);
    float[] out = new float[image.length];
    normalization.apply(image, SHAPE, out);
    for (int i = 0; i < image.length; i++) {
      int c = i / SHAPE.planeSize();
      double expected =
          ((image[i] & 0xff) / 255.0 - normalization.mean().get(c)) / normalization.std().get(c);
      assertThat(out[i]).isCloseTo((float) expected, within(1e-6f));
    }
  }

  @Test
  void mixupIsAPureFunctionOfTheSample() {
    Mixup mixup = new Mixup(0.2);
    AugmentationKey key = new AugmentationKey(9, 4);
    double sum = 0;
    int extreme = 0;
    Set<Long> partners = new HashSet<>();
    for (long id = 0; id < 20_000; id++) {
      double weight = mixup.weight(key, id);
      assertThat(weight).isBetween(0.0, 1.0).isEqualTo(mixup.weight(key, id));
      sum += weight;
      extreme += weight < 0.1 || weight > 0.9 ? 1 : 0;
      long partner = Mixup.partner(key, id, 50);
      assertThat(partner).isBetween(0L, 49L);
      partners.add(partner);
    }
    assertThat(sum / 20_000).isCloseTo(0.5, within(0.01));
    // By SciPy, 2 * beta(0.2, 0.2).cdf(0.1) is 0.67338
    assertThat(extreme / 20_000.0).isCloseTo(0.67338, within(0.012));
    assertThat(partners).hasSize(50);
  }

  @Test
  void mixingBlendsRows() {
    float[] own = {1, 2, 3, 4};
    Mixup.mix(own, new float[] {5, 6, 7, 8}, new double[] {0.75, 0});
    assertThat(own).containsExactly(2, 3, 7, 8);
    assertThat(Targets.oneHot(new int[] {2, 0}, 3)).containsExactly(0, 0, 1, 1, 0, 0);
  }

  @Test
  void refusesBatchesOfAnotherLength() {
    assertThatThrownBy(
            () ->
                new Cutout(2).apply(new byte[5], SHAPE, new long[] {1}, new AugmentationKey(0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 values")
        .hasMessageContaining("3072");
  }

  private static byte[] batch(long[] ids) {
    byte[] batch = new byte[ids.length * SHAPE.size()];
    for (int i = 0; i < ids.length; i++) {
      byte[] image = TestData.cifar(Math.floorMod(ids[i], 32));
      System.arraycopy(image, 0, batch, i * SHAPE.size(), image.length);
    }
    return batch;
  }
}
