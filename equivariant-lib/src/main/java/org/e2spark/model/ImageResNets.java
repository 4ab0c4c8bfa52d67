package org.e2spark.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.spec.Fields;
import org.e2spark.spec.LayerSpec;

/**
 * Residual networks (<a href="https://arxiv.org/abs/1512.03385">He et al. 2015</a>) on regular
 * fields for images of any size, and the conventional ones with about as many parameters.
 *
 * <p>Images are made smaller by averages over windows of 2 pixels where their size is even, and of
 * 3 where it is odd, so that every step keeps to the centre: quarter turns and mirrorings of square
 * images are exact. Images of at least 64 pixels are halved once before the first block, those of
 * at least 128 twice.
 *
 * @param space the symmetries, or null for none
 * @param shape how blocks are made, and how many of them
 */
record ImageResNets(GSpace space, Shape shape) {

  /** The blocks of the published networks. */
  private enum Shape {
    BASIC_18(1, 2, 2, 2, 2),
    BOTTLENECK_50(4, 3, 4, 6, 3);

    /** Channels that a block gives for each inside. */
    private final int expansion;

    @SuppressWarnings("ImmutableEnumChecker") // never changed
    private final int[] blocks;

    Shape(int expansion, int... blocks) {
      this.expansion = expansion;
      this.blocks = blocks;
    }
  }

  private static final int IMAGE_SIZE = 64;
  private static final int WIDTH = 64;
  private static final int STEM_KERNEL = 7;

  /** From these sizes on, images are halved before the first block, once and twice. */
  private static final int[] HALVED_FROM = {64, 128};

  /** Kernels of a basis for each pair of fields and group element, by the kernel's size. */
  private static final Map<Integer, Double> BASIS = Map.of(3, 6.0, 5, 11.0);

  static Map<String, PresetPlan> plans() {
    Map<String, PresetPlan> plans = new TreeMap<>();
    put(plans, "e2resnet18-c4", new Rot2dOnR2(4), Shape.BASIC_18);
    put(plans, "e2resnet18-c8", new Rot2dOnR2(8), Shape.BASIC_18);
    put(plans, "e2resnet18-d4", new FlipRot2dOnR2(4), Shape.BASIC_18);
    put(plans, "e2resnet50-c8", new Rot2dOnR2(8), Shape.BOTTLENECK_50);
    put(plans, "resnet18", null, Shape.BASIC_18);
    put(plans, "resnet50", null, Shape.BOTTLENECK_50);
    return plans;
  }

  private static void put(Map<String, PresetPlan> plans, String name, GSpace space, Shape shape) {
    var network = new ImageResNets(space, shape);
    plans.put("images/" + name, new PresetPlan(IMAGE_SIZE, network::spec));
  }

  private ModelSpec spec(ImageInput input, int classes) {
    ModelSpec.Builder network =
        space == null
            ? ModelSpec.conventional(input, classes)
            : ModelSpec.builder(space, input, classes);
    var size = new Size(input.height(), input.width());
    network.layer(sequence("stem", activated(convolution(WIDTH, STEM_KERNEL))));
    for (int stage = 0; stage < HALVED_FROM.length; stage++) {
      if (Math.min(input.height(), input.width()) >= HALVED_FROM[stage]) {
        network.layer(size.halve(pooling()).named("pool" + (stage + 1)));
      }
    }
    int in = WIDTH;
    for (int stage = 0; stage < shape.blocks.length; stage++) {
      int inside = WIDTH << stage;
      List<LayerSpec> layers = new ArrayList<>();
      if (stage > 0) {
        layers.add(size.halve(pooling()));
      }
      for (int block = 0; block < shape.blocks[stage]; block++) {
        layers.add(residual(in, inside));
        layers.add(LayerSpec.of("ReLU"));
        in = inside * shape.expansion;
      }
      network.layer(sequence("layer" + (stage + 1), layers));
    }
    if (space != null) {
      network.layer(LayerSpec.of("GroupPooling").named("gpool"));
    }
    return network.reduction(Classifier.Reduction.MEAN).build();
  }

  private LayerSpec residual(int in, int inside) {
    int out = inside * shape.expansion;
    List<LayerSpec> layers = new ArrayList<>();
    if (shape == Shape.BOTTLENECK_50) {
      layers.addAll(activated(convolution(inside, 1)));
      layers.addAll(activated(convolution(inside, kernel())));
      layers.add(convolution(out, 1));
    } else {
      layers.addAll(activated(convolution(inside, kernel())));
      layers.add(convolution(out, kernel()));
    }
    layers.add(norm());
    LayerSpec block =
        LayerSpec.of(space == null ? "Residual" : "ResidualModule").with("layers", layers);
    return in == out ? block : block.with("shortcut", List.of(convolution(out, 1), norm()));
  }

  private LayerSpec sequence(String name, List<LayerSpec> layers) {
    return LayerSpec.of(space == null ? "Sequential" : "EquivariantSequential")
        .with("layers", layers)
        .named(name);
  }

  private List<LayerSpec> activated(LayerSpec convolution) {
    return List.of(convolution, norm(), LayerSpec.of("ReLU"));
  }

  private LayerSpec norm() {
    return LayerSpec.of(space == null ? "BatchNorm" : "InnerBatchNorm");
  }

  private String pooling() {
    return space == null ? "AvgPool2d" : "PointwiseAvgPool";
  }

  /** Rotations by 45 degrees need more than the eight pixels around one. */
  private int kernel() {
    return space != null && space.fiberGroup().rotations() > 4 ? 5 : 3;
  }

  private LayerSpec convolution(int channels, int kernel) {
    LayerSpec layer =
        space == null
            ? LayerSpec.of("Conv2d").with("filters", channels)
            : LayerSpec.of("R2Conv")
                .with(
                    "fields",
                    Fields.of(PermutationStyle.regular(space, fields(channels)).representations()));
    return layer.with("kernelSize", kernel).with("padding", kernel / 2).with("bias", false);
  }

  /** As many as give a block about the weights of a conventional one of so many channels. */
  private int fields(int channels) {
    double basis = BASIS.get(kernel());
    double ratio = shape == Shape.BASIC_18 ? 9 / basis : (8 + 9) / (8 + basis);
    return (int) Math.rint(channels * Math.sqrt(ratio / space.fiberGroup().order()));
  }

  /** The size of images on their way through the network. */
  private static final class Size {

    private int height;
    private int width;

    Size(int height, int width) {
      this.height = height;
      this.width = width;
    }

    /** The average that keeps to the centre; from here on images have half the size. */
    LayerSpec halve(String kind) {
      Map<String, List<Integer>> window = new LinkedHashMap<>();
      window.put("kernelSize", List.of(2 + height % 2, 2 + width % 2));
      window.put("padding", List.of(height % 2, width % 2));
      height = (height + 1) / 2;
      width = (width + 1) / 2;
      LayerSpec layer = LayerSpec.of(kind).with("stride", 2);
      for (Map.Entry<String, List<Integer>> option : window.entrySet()) {
        layer = layer.with(option.getKey(), option.getValue());
      }
      return layer;
    }
  }
}
