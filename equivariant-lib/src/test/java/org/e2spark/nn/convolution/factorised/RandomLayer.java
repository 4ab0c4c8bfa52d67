package org.e2spark.nn.convolution.factorised;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Assume;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;
import org.e2spark.kernel.EmptyBasisException;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.RandomTypes;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.convolution.ConvolutionBuilder;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.convolution.R2ConvTransposed;
import org.e2spark.nn.convolution.SteerableConvolution;

/**
 * A convolution drawn at random, forward or transposed: any space, fields of any representations in
 * any order, any geometry.
 */
record RandomLayer(Random random, SteerableConvolution layer, int groups, KernelWindow window) {

  static RandomLayer of(long seed) {
    var types = new RandomTypes(seed);
    Random random = types.random();
    GSpace space = types.space();
    List<Representation> candidates = new ArrayList<>(types.representations(space));
    candidates.addAll(types.induced(space));
    int groups = random.nextInt(5) == 0 ? 2 : 1;
    FieldType in = repeated(types.of(space, candidates, r -> r.size() < 13), groups);
    FieldType out = repeated(types.of(space, candidates, r -> r.size() < 13), groups);
    int k = 1 + random.nextInt(5);
    int dilation = 1 + random.nextInt(2);
    int span = dilation * (k - 1) + 1;
    Size2d padding = new Size2d(random.nextInt(span), random.nextInt(span));
    Size2d stride = random.nextBoolean() ? Size2d.of(1) : Size2d.of(1 + random.nextInt(3));
    Size2d image = new Size2d(span + random.nextInt(4), span + random.nextInt(4));
    Size2d surplus =
        new Size2d(
            random.nextInt(Math.max(stride.height(), dilation)),
            random.nextInt(Math.max(stride.width(), dilation)));
    try {
      SteerableConvolution layer =
          random.nextInt(3) == 0
              ? options(R2ConvTransposed.builder(in, out), k, padding, stride, dilation, groups)
                  .outputPadding(surplus)
                  .build()
              : options(R2Conv.builder(in, out), k, padding, stride, dilation, groups).build();
      var window = KernelWindow.of(layer.geometry().orElseThrow(), padding, image);
      Assume.that(window.output().height() > 0 && window.output().width() > 0);
      return new RandomLayer(random, layer, groups, window);
    } catch (EmptyBasisException e) {
      Assume.that(false);
      throw e;
    }
  }

  private static <B extends ConvolutionBuilder<B>> B options(
      B builder, int kernelSize, Size2d padding, Size2d stride, int dilation, int groups) {
    return builder
        .kernelSize(kernelSize)
        .padding(padding)
        .stride(stride)
        .dilation(dilation)
        .groups(groups)
        .noBias();
  }

  private static FieldType repeated(FieldType type, int groups) {
    return groups == 1 ? type : type.plus(type);
  }

  MixingPlan plan() {
    MixingEntries.Side shared =
        window.isTransposed() ? MixingEntries.Side.OUTPUT : MixingEntries.Side.INPUT;
    var places =
        new MixingEntries.Places(
            FieldIrreps.of(layer.inType()), FieldIrreps.of(layer.outType()), groups, shared);
    return MixingPlan.of(places, layer.weightBlocks());
  }

  NDArray draw(NDManager manager, DataType type, Shape shape) {
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat(-1, 1);
    }
    return manager.create(values, shape).toType(type, false);
  }
}
