package org.e2spark.interchange;

import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Classifier;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.DisentangleModule;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.container.MaskModule;
import org.e2spark.nn.container.RestrictionModule;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.nonlinearity.GatedNonLinearity1;
import org.e2spark.nn.nonlinearity.ReLU;
import org.e2spark.nn.normalization.BatchNorm;
import org.e2spark.nn.normalization.GNormBatchNorm;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.pooling.GroupPooling;
import org.e2spark.nn.pooling.PointwiseAvgPoolAntialiased;

/**
 * A network that e2cnn trained (src/test/python/trained_network.py), for images of 13 x 13 pixels.
 */
public final class TrainedNetwork {

  private TrainedNetwork() {}

  /** What it left: states and logits. */
  public static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(TrainedNetwork.class.getResource("/trained-network/" + name))
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same network here. */
  public static Classifier build() {
    var c8 = new Rot2dOnR2(8);
    FieldType image = FieldType.of(c8, c8.trivial(), 1);
    FieldType hidden = FieldType.of(c8, c8.trivial(), c8.regular(), c8.trivial());
    FieldType vectors = FieldType.of(c8, c8.trivial(), c8.trivial(), c8.irrep(1), c8.irrep(2));
    GatedNonLinearity1 gated = GatedNonLinearity1.of(vectors);
    var restriction = new RestrictionModule(gated.outType(), SubgroupId.rotations(2));
    var split = new DisentangleModule(restriction.outType());
    var c2 = split.outType().gspace();
    FieldType last = FieldType.of(c2, c2.regular(), 3);
    var features =
        EquivariantSequential.of(
            new MaskModule(image, 13, 1),
            R2Conv.builder(image, hidden).kernelSize(3).padding(1).build(),
            new InnerBatchNorm(hidden),
            new ELU(hidden),
            new PointwiseAvgPoolAntialiased(hidden, 0.66, 2),
            R2Conv.builder(hidden, vectors).kernelSize(3).padding(1).noBias().build(),
            new GNormBatchNorm(vectors),
            gated,
            restriction,
            split,
            R2Conv.builder(split.outType(), last).kernelSize(3).padding(1).build(),
            new InnerBatchNorm(last),
            new ReLU(last),
            new GroupPooling(last));
    var head =
        new SequentialBlock()
            .add(Linear.builder().setUnits(8).build())
            .add(BatchNorm.of(8))
            .add(Activation.eluBlock(1))
            .add(Linear.builder().setUnits(4).build());
    return new Classifier(features, Classifier.Reduction.MEAN, head);
  }
}
