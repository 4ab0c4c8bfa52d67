package org.e2spark.data.augment;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.e2spark.data.ThroughputConditions;
import org.e2spark.data.source.ImageShape;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/**
 * Augmenting batches of 128 CIFAR-10 images on one core, to normalised floats; the score is images
 * a second.
 *
 * <pre>
 * mvn -q -pl data-pipeline -am test-compile exec:exec@jmh -Djmh=AugmentationBenchmark
 * </pre>
 */
public class AugmentationBenchmark extends ThroughputConditions {

  private static final int BATCH = 128;
  private static final ImageShape SHAPE = new ImageShape(3, 32, 32);
  private static final int STORED = 32;

  private final byte[] stored = new byte[STORED * SHAPE.size()];
  private final byte[] pixels = new byte[BATCH * SHAPE.size()];
  private final float[] floats = new float[BATCH * SHAPE.size()];
  private final long[] ids = new long[BATCH];
  private final Augmentation cropAndFlip =
      Augmentation.sequence(new RandomCrop(4), RandomFlip.horizontal());
  private final Augmentation autoAugment =
      Augmentation.sequence(
          new RandomCrop(4), RandomFlip.horizontal(), new AutoAugment(), new Cutout(16));
  private final Augmentation rotation = RandomRotation.anyAngle(Interpolation.BILINEAR);
  private final Normalization normalization =
      new Normalization(List.of(0.4914, 0.4824, 0.4467), List.of(0.2471, 0.2435, 0.2616));
  private int epoch;

  /** Reads real images. */
  @Setup(Level.Trial)
  public void read() throws IOException {
    try (InputStream in = ImageShape.class.getResourceAsStream("cifar10-32.bin")) {
      for (int i = 0; i < STORED; i++) {
        in.skipNBytes(1);
        in.readNBytes(stored, i * SHAPE.size(), SHAPE.size());
      }
    }
  }

  private float[] run(Augmentation augmentation) {
    for (int i = 0; i < BATCH; i++) {
      ids[i] = i;
      System.arraycopy(stored, i % STORED * SHAPE.size(), pixels, i * SHAPE.size(), SHAPE.size());
    }
    augmentation.apply(pixels, SHAPE, ids, new AugmentationKey(1, epoch++));
    normalization.apply(pixels, SHAPE, floats);
    return floats;
  }

  /** Crop with 4 pixels of padding, flip, normalise. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public float[] cropFlipNormalize() {
    return run(cropAndFlip);
  }

  /** Crop, flip, AutoAugment, Cutout of 16 pixels, normalise. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public float[] autoAugmentCutout() {
    return run(autoAugment);
  }

  /** Rotation by any angle, bilinear, and normalise. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public float[] rotateBilinear() {
    return run(rotation);
  }
}
