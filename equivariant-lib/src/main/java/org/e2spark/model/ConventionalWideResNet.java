package org.e2spark.model;

import java.util.ArrayList;
import java.util.List;
import org.e2spark.spec.LayerSpec;

/**
 * The conventional wide residual network (<a href="https://arxiv.org/abs/1605.07146">Zagoruyko and
 * Komodakis 2016</a>) that the equivariant ones are compared with; for images of any size.
 *
 * @param depth 6 n + 4, with n blocks a stage
 * @param width factor of the numbers of channels
 * @param firstStride stride of the first stage
 */
record ConventionalWideResNet(int depth, int width, int firstStride) {

  ModelSpec spec(ImageInput input, int classes) {
    ModelSpec.Builder network = ModelSpec.conventional(input, classes);
    network.layer(convolution(16, 3, 1).named("conv1"));
    int blocks = (depth - 4) / 6;
    int in = 16;
    for (int stage = 0; stage < 3; stage++) {
      int out = (16 << stage) * width;
      List<LayerSpec> layers = new ArrayList<>();
      for (int block = 0; block < blocks; block++) {
        int stride = block > 0 ? 1 : stage == 0 ? firstStride : 2;
        layers.add(residual(in, out, stride));
        in = out;
      }
      network.layer(LayerSpec.of("Sequential").with("layers", layers).named("layer" + (stage + 1)));
    }
    network.layer(LayerSpec.of("BatchNorm").named("bn1"));
    network.layer(LayerSpec.of("ReLU").named("relu"));
    return network.reduction(Classifier.Reduction.MEAN).build();
  }

  private static LayerSpec residual(int in, int out, int stride) {
    LayerSpec block =
        LayerSpec.of("Residual")
            .with("before", WideResNet.activation("BatchNorm"))
            .with(
                "layers",
                WideResNet.residual(
                    convolution(out, 3, 1), "BatchNorm", "Dropout", convolution(out, 3, stride)));
    return stride != 1 || in != out
        ? block.with("shortcut", List.of(convolution(out, 1, stride)))
        : block;
  }

  private static LayerSpec convolution(int filters, int kernel, int stride) {
    return Quickstart.convolution(filters, kernel, kernel / 2).with("stride", stride);
  }
}
