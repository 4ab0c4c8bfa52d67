package org.e2spark.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import ai.djl.util.PairList;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.Elementwise;
import org.e2spark.interchange.HasPlainForm;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.dropout.Dropout;
import org.e2spark.nn.normalization.BatchNorm;

/**
 * The conventional wide residual network (<a href="https://arxiv.org/abs/1605.07146">Zagoruyko and
 * Komodakis 2016</a>) that the equivariant ones are compared with; for images of any size.
 *
 * @param depth 6 n + 4, with n blocks a stage
 * @param width factor of the numbers of channels
 * @param firstStride stride of the first stage
 */
record ConventionalWideResNet(int depth, int width, int firstStride) {

  private static final double DROPOUT = 0.3;
  private static final PlainLayer RELU = Elementwise.of(Elementwise.Function.RELU);

  Block build(int channels, int classes) {
    return new Classifier(new Features(this), Classifier.Reduction.MEAN, Heads.linear(classes));
  }

  private static Block convolution(int filters, int kernel, int stride) {
    return Conv2d.builder()
        .setKernelShape(new Shape(kernel, kernel))
        .optPadding(new Shape(kernel / 2, kernel / 2))
        .optStride(new Shape(stride, stride))
        .setFilters(filters)
        .optBias(false)
        .build();
  }

  /** Blocks one after another, under names. */
  private abstract static class Named extends AbstractBlock implements HasPlainForm {

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      NDList current = inputs;
      for (Block child : getChildren().values()) {
        current = child.forward(store, current, training);
      }
      return current;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
      Shape[] shapes = inputShapes;
      for (Block child : getChildren().values()) {
        child.initialize(manager, type, shapes);
        shapes = child.getOutputShapes(shapes);
      }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      Shape[] shapes = inputShapes;
      for (Block child : getChildren().values()) {
        shapes = child.getOutputShapes(shapes);
      }
      return shapes;
    }

    @Override
    public PlainLayer plainForm(PlainArrays arrays) {
      return new Sequence(
          getChildren().values().stream().map(child -> arrays.plainForm(child)).toList());
    }
  }

  /** Everything before the average over space. */
  private static final class Features extends Named {

    Features(ConventionalWideResNet plan) {
      int blocks = (plan.depth() - 4) / 6;
      addChildBlock("conv1", convolution(16, 3, 1));
      int in = 16;
      for (int stage = 0; stage < 3; stage++) {
        int out = (16 << stage) * plan.width();
        var layer = new SequentialBlock();
        for (int block = 0; block < blocks; block++) {
          int stride = block > 0 ? 1 : stage == 0 ? plan.firstStride() : 2;
          layer.add(new Residual(in, out, stride));
          in = out;
        }
        addChildBlock("layer" + (stage + 1), layer);
      }
      addChildBlock("bn1", BatchNorm.of(in));
      addChildBlock("relu", RELU.block());
    }
  }

  /** As {@link WideBlock}, with ordinary channels. */
  private static final class Residual extends AbstractBlock implements HasPlainForm {

    private final Block activation;
    private final Block inner;
    private final Block shortcut;

    Residual(int in, int out, int stride) {
      this.activation = addChildBlock("bn1", BatchNorm.of(in));
      this.inner = new Inner(out, stride);
      int position = 0;
      for (Pair<String, Block> child : inner.getChildren()) {
        addChildBlock(StateDict.childName(inner, position++, child.getKey()), child.getValue());
      }
      this.shortcut =
          stride != 1 || in != out ? addChildBlock("shortcut", convolution(out, 1, stride)) : null;
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.singletonOrThrow();
      NDArray normal = activation.forward(store, inputs, training).singletonOrThrow();
      NDList active = new NDList(Activation.relu(normal));
      NDArray y = inner.forward(store, active, training).singletonOrThrow();
      NDArray beside =
          shortcut == null ? x : shortcut.forward(store, active, training).singletonOrThrow();
      return new NDList(y.add(beside));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
      activation.initialize(manager, type, inputShapes);
      inner.initialize(manager, type, inputShapes);
      if (shortcut != null) {
        shortcut.initialize(manager, type, inputShapes);
      }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return inner.getOutputShapes(inputShapes);
    }

    @Override
    public PlainLayer plainForm(PlainArrays arrays) {
      PlainLayer active = Sequence.of(arrays.plainForm(activation), RELU);
      PlainLayer y = arrays.plainForm(inner);
      return shortcut == null
          ? Branches.sum(Sequence.of(active, y), Sequence.IDENTITY)
          : Sequence.of(active, Branches.sum(y, arrays.plainForm(shortcut)));
    }
  }

  /** From the active input of a residual block to what is added. */
  private static final class Inner extends Named {

    Inner(int out, int stride) {
      addChildBlock("conv1", convolution(out, 3, 1));
      addChildBlock("bn2", BatchNorm.of(out));
      addChildBlock("relu2", RELU.block());
      addChildBlock("dropout", new Dropout(DROPOUT));
      addChildBlock("conv2", convolution(out, 3, stride));
    }
  }
}
