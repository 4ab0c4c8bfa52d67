package com.example.layers;

import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.R2Conv;

/** A classifier out of this package's layers. */
public final class OwnNetwork {

  private OwnNetwork() {}

  /** Takes (batch, channels, 29, 29) to logits (batch, classes). */
  public static Block create(int channels, int classes) {
    GSpace space = new FlipRot2dOnR2(4);
    FieldType in = FieldType.of(space, space.trivial(), channels);
    FieldType hidden = FieldType.of(space, space.regular(), space.trivial(), space.regular());
    R2Conv convolution = R2Conv.builder(in, hidden).kernelSize(5).stride(4).build();
    convolution.evaluateBy(PatchEvaluation::new);
    return new SequentialBlock()
        .add(
            EquivariantSequential.of(
                convolution,
                new RootMeanSquareNorm(hidden),
                new Swish(hidden),
                new SmoothMaximumPooling(hidden)))
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(classes).build());
  }
}
