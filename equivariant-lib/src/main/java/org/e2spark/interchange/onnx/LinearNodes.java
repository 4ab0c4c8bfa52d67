package org.e2spark.interchange.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import java.util.function.BinaryOperator;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.Convolution;
import org.e2spark.interchange.Dense;
import org.e2spark.interchange.Elementwise;
import org.e2spark.interchange.FactorisedConvolution;
import org.e2spark.interchange.Padding;
import org.e2spark.interchange.PixelScaling;
import org.e2spark.interchange.Selection;
import org.e2spark.interchange.UnsupportedExportException;
import org.e2spark.torch.Ops;

/** Convolutions, functions of single values, and what moves channels about. */
final class LinearNodes {

  private LinearNodes() {}

  static void register() {
    LayerNodes.register(Convolution.class, LinearNodes::convolution);
    LayerNodes.register(Dense.class, LinearNodes::dense);
    LayerNodes.register(Affine.class, LinearNodes::affine);
    LayerNodes.register(PixelScaling.class, LinearNodes::pixels);
    LayerNodes.register(Elementwise.class, LinearNodes::elementwise);
    LayerNodes.register(Branches.class, LinearNodes::branches);
    LayerNodes.register(FactorisedConvolution.class, LinearNodes::factorised);
    LayerNodes.register(Selection.class, LinearNodes::selection);
    LayerNodes.register(Padding.class, LinearNodes::padding);
  }

  private static String convolution(LayerNodes nodes, Convolution layer, OnnxValue x) {
    OnnxGraph graph = nodes.graph();
    String[] inputs = inputs(graph, x, layer.weight(), layer.bias());
    Convolution.Geometry geometry = layer.geometry();
    boolean transposed = geometry.direction() == Convolution.Direction.TRANSPOSED;
    OnnxNode node =
        graph
            .node(transposed ? OnnxOperator.CONV_TRANSPOSE : OnnxOperator.CONV, inputs)
            .integers("strides", geometry.stride().getShape())
            .integers("pads", pads(geometry.padding()))
            .integers("dilations", geometry.dilation().getShape())
            .integer("group", geometry.groups());
    return (transposed
            ? node.integers("output_padding", geometry.outputPadding().getShape())
            : node)
        .output();
  }

  private static String factorised(LayerNodes nodes, FactorisedConvolution layer, OnnxValue x) {
    throw new UnsupportedExportException(
        "ONNX has no factorised convolutions: export filters, as dense evaluation does, or write"
            + " TorchScript");
  }

  private static String[] inputs(OnnxGraph graph, OnnxValue x, NDArray weight, NDArray bias) {
    String name = graph.array(weight);
    return bias == null
        ? new String[] {x.name(), name}
        : new String[] {x.name(), name, graph.array(bias)};
  }

  /** Before every axis, then after every axis. */
  static long[] pads(Shape padding) {
    return new long[] {padding.get(0), padding.get(1), padding.get(0), padding.get(1)};
  }

  private static String dense(LayerNodes nodes, Dense layer, OnnxValue x) {
    OnnxGraph graph = nodes.graph();
    String[] inputs = inputs(graph, x, layer.weight(), layer.bias());
    return graph.node(OnnxOperator.GEMM, inputs).integer("transB", 1).output();
  }

  private static String affine(LayerNodes nodes, Affine layer, OnnxValue x) {
    return affine(nodes.graph(), layer.scale(), layer.shift(), x.name());
  }

  private static String pixels(LayerNodes nodes, PixelScaling layer, OnnxValue x) {
    String numbers =
        nodes
            .graph()
            .node(OnnxOperator.CAST, x.name())
            .integer("to", TensorProto.DataType.FLOAT.getNumber())
            .output();
    return affine(nodes.graph(), layer.scale(), layer.shift(), numbers);
  }

  private static String affine(OnnxGraph graph, NDArray scale, NDArray shift, String x) {
    String y = scale == null ? x : graph.add(OnnxOperator.MUL, x, graph.array(scale));
    return shift == null ? y : graph.add(OnnxOperator.ADD, y, graph.array(shift));
  }

  private static String elementwise(LayerNodes nodes, Elementwise layer, OnnxValue value) {
    OnnxGraph graph = nodes.graph();
    String x = value.name();
    double a = layer.parameter();
    return switch (layer.function()) {
      case RELU -> graph.add(OnnxOperator.RELU, x);
      case ELU -> graph.node(OnnxOperator.ELU, x).number("alpha", a).output();
      case LEAKY_RELU -> graph.node(OnnxOperator.LEAKY_RELU, x).number("alpha", a).output();
      case SIGMOID -> graph.add(OnnxOperator.SIGMOID, x);
      case TANH -> graph.add(OnnxOperator.TANH, x);
      case SQUARE -> graph.add(OnnxOperator.MUL, x, x);
      case SQUARE_ROOT -> graph.add(OnnxOperator.SQRT, x);
      case RECIPROCAL -> graph.add(OnnxOperator.RECIPROCAL, x);
      case AT_LEAST -> graph.add(OnnxOperator.MAX, x, graph.number(a));
      case PLUS -> graph.add(OnnxOperator.ADD, x, graph.number(a));
      case TIMES -> graph.add(OnnxOperator.MUL, x, graph.number(a));
      case GREATER ->
          graph
              .node(OnnxOperator.CAST, graph.add(OnnxOperator.GREATER, x, graph.number(a)))
              .integer("to", TensorProto.DataType.FLOAT.getNumber())
              .output();
    };
  }

  private static String branches(LayerNodes nodes, Branches layer, OnnxValue x) {
    OnnxGraph graph = nodes.graph();
    List<String> outputs =
        layer.layers().stream().map(branch -> nodes.write(branch, x).name()).toList();
    BinaryOperator<String> sum = (a, b) -> graph.add(OnnxOperator.ADD, a, b);
    BinaryOperator<String> product = (a, b) -> graph.add(OnnxOperator.MUL, a, b);
    return switch (layer.combination()) {
      case CONCATENATION -> concatenation(graph, 1, outputs.toArray(String[]::new));
      case SUM -> outputs.stream().reduce(sum).orElseThrow();
      case PRODUCT -> outputs.stream().reduce(product).orElseThrow();
    };
  }

  static String concatenation(OnnxGraph graph, int axis, String... parts) {
    return graph.node(OnnxOperator.CONCAT, parts).integer("axis", axis).output();
  }

  private static String selection(LayerNodes nodes, Selection layer, OnnxValue x) {
    OnnxGraph graph = nodes.graph();
    return layer.index() == null
        ? slice(graph, x.name(), 1, layer.from(), layer.to())
        : graph
            .node(OnnxOperator.GATHER, x.name(), graph.array(layer.index()))
            .integer("axis", 1)
            .output();
  }

  static String slice(OnnxGraph graph, String x, int axis, long from, long to) {
    return graph.add(
        OnnxOperator.SLICE, x, graph.integers(from), graph.integers(to), graph.integers(axis));
  }

  private static String padding(LayerNodes nodes, Padding layer, OnnxValue x) {
    OnnxGraph graph = nodes.graph();
    if (layer.border() == Ops.Border.CIRCULAR) {
      // Opset 19 is the first one with a mode for it.
      String rows = wrapped(graph, x.name(), 2, layer.rows(), x.shape().get(2));
      return wrapped(graph, rows, 3, layer.columns(), x.shape().get(3));
    }
    String mode =
        switch (layer.border()) {
          case ZEROS -> "constant";
          case REFLECT -> "reflect";
          case REPLICATE -> "edge";
          case CIRCULAR -> throw new IllegalStateException();
        };
    long rows = layer.rows();
    long columns = layer.columns();
    return graph
        .node(OnnxOperator.PAD, x.name(), graph.integers(0, 0, rows, columns, 0, 0, rows, columns))
        .text("mode", mode)
        .output();
  }

  private static String wrapped(OnnxGraph graph, String x, int axis, long width, long size) {
    return width == 0
        ? x
        : concatenation(
            graph,
            axis,
            slice(graph, x, axis, size - width, size),
            x,
            slice(graph, x, axis, 0, width));
  }
}
