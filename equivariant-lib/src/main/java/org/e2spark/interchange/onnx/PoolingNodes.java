package org.e2spark.interchange.onnx;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.interchange.AdaptivePooling;
import org.e2spark.interchange.FieldReduction;
import org.e2spark.interchange.Flatten;
import org.e2spark.interchange.LongestVectorPooling;
import org.e2spark.interchange.Pooling;
import org.e2spark.interchange.Reduction;
import org.e2spark.interchange.Resize;
import org.e2spark.interchange.SpatialReduction;
import org.e2spark.torch.Window;

/** Layers that make fewer pixels or channels of more, or more pixels of fewer. */
final class PoolingNodes {

  private PoolingNodes() {}

  static void register() {
    LayerNodes.register(Pooling.class, PoolingNodes::pooling);
    LayerNodes.register(AdaptivePooling.class, PoolingNodes::adaptive);
    LayerNodes.register(SpatialReduction.class, PoolingNodes::spatial);
    LayerNodes.register(FieldReduction.class, PoolingNodes::fields);
    LayerNodes.register(Flatten.class, PoolingNodes::flat);
    LayerNodes.register(LongestVectorPooling.class, PoolingNodes::longestVector);
    LayerNodes.register(Resize.class, PoolingNodes::resize);
  }

  private static String pooling(LayerNodes nodes, Pooling layer, OnnxValue x) {
    return layer.reduction() == Reduction.MAXIMUM
        ? maximum(nodes.graph(), layer.window(), x.name()).output()
        : window(nodes.graph().node(OnnxOperator.AVERAGE_POOL, x.name()), layer.window())
            .integer("count_include_pad", 1)
            .output();
  }

  private static OnnxNode maximum(OnnxGraph graph, Window window, String x) {
    return window(graph.node(OnnxOperator.MAX_POOL, x), window)
        .integers("dilations", window.dilation().getShape());
  }

  private static OnnxNode window(OnnxNode node, Window window) {
    return node.integers("kernel_shape", window.kernel().getShape())
        .integers("strides", window.stride().getShape())
        .integers("pads", LinearNodes.pads(window.padding()))
        .integer("ceil_mode", window.rounding() == Window.Rounding.CEIL ? 1 : 0);
  }

  /** ONNX knows grids of one cell only; a cell here is known, as the size of images is. */
  private static String adaptive(LayerNodes nodes, AdaptivePooling layer, OnnxValue x) {
    OnnxGraph graph = nodes.graph();
    long rows = x.shape().get(2);
    long columns = x.shape().get(3);
    if (rows % layer.height() == 0 && columns % layer.width() == 0) {
      Shape cell = new Shape(rows / layer.height(), columns / layer.width());
      Window window = Window.of(cell, cell, new Shape(0, 0));
      return pooling(nodes, new Pooling(layer.reduction(), window), x);
    }
    String bands = cells(graph, layer.reduction(), x.name(), 2, rows, layer.height());
    return cells(graph, layer.reduction(), bands, 3, columns, layer.width());
  }

  /** Reduces the cells along one axis, which may overlap. */
  private static String cells(
      OnnxGraph graph, Reduction reduction, String x, int axis, long size, long count) {
    List<String> cells = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      long from = i * size / count;
      long to = ((i + 1) * size + count - 1) / count;
      String cell = LinearNodes.slice(graph, x, axis, from, to);
      cells.add(reduced(graph, reduction, cell, 1, axis));
    }
    return LinearNodes.concatenation(graph, axis, cells.toArray(String[]::new));
  }

  private static String spatial(LayerNodes nodes, SpatialReduction layer, OnnxValue x) {
    return reduced(nodes.graph(), layer.reduction(), x.name(), 0, 2, 3);
  }

  private static String flat(LayerNodes nodes, Flatten layer, OnnxValue x) {
    return nodes.graph().node(OnnxOperator.FLATTEN, x.name()).integer("axis", 1).output();
  }

  private static String fields(LayerNodes nodes, FieldReduction layer, OnnxValue x) {
    long fields = x.shape().get(1) / layer.size();
    String runs = nodes.graph().reshape(x.name(), x.withPlaces(fields, layer.size()));
    return reduced(nodes.graph(), layer.reduction(), runs, 0, 2);
  }

  /**
   * A value with some axes reduced.
   *
   * @param keepdims 1 if they stay, with one element
   */
  static String reduced(
      OnnxGraph graph, Reduction reduction, String x, int keepdims, long... axes) {
    OnnxOperator operator =
        switch (reduction) {
          case MAXIMUM -> OnnxOperator.REDUCE_MAX;
          case MEAN -> OnnxOperator.REDUCE_MEAN;
          case SUM -> OnnxOperator.REDUCE_SUM;
          case NORM -> OnnxOperator.REDUCE_L2;
        };
    return graph.node(operator, x, graph.integers(axes)).integer("keepdims", keepdims).output();
  }

  private static String longestVector(LayerNodes nodes, LongestVectorPooling layer, OnnxValue x) {
    OnnxGraph graph = nodes.graph();
    long fields = x.shape().get(1) / layer.size();
    String runs = graph.reshape(x.name(), x.withPlaces(fields, layer.size()));
    String lengths = reduced(graph, Reduction.NORM, runs, 0, 2);
    // Places are counted through the whole batch, not through the channel as elsewhere.
    String counted = maximum(graph, layer.window(), lengths).outputs(2).get(1);
    String places = graph.add(OnnxOperator.MOD, counted, graph.integers(x.places()));
    Shape output = layer.window().outputShape(x.shape(), x.shape().get(1), "pooling");
    String flat = graph.reshape(places, fields, 1, output.get(2) * output.get(3));
    String all = graph.add(OnnxOperator.EXPAND, flat, graph.integers(1, 1, layer.size(), 1));
    String taken =
        graph
            .node(
                OnnxOperator.GATHER_ELEMENTS,
                graph.reshape(x.name(), fields, layer.size(), x.places()),
                all)
            .integer("axis", 3)
            .output();
    return graph.reshape(taken, output.slice(1).getShape());
  }

  private static String resize(LayerNodes nodes, Resize layer, OnnxValue x) {
    OnnxGraph graph = nodes.graph();
    String scales =
        layer.factor() == 0 ? "" : graph.numbers(new double[] {layer.factor(), layer.factor()}, 2);
    String[] inputs =
        layer.factor() == 0
            ? new String[] {x.name(), "", "", graph.integers(layer.height(), layer.width())}
            : new String[] {x.name(), "", scales};
    OnnxNode node = graph.node(OnnxOperator.RESIZE, inputs).integers("axes", 2, 3);
    return switch (layer.interpolation()) {
      case NEAREST ->
          node.text("mode", "nearest")
              .text("coordinate_transformation_mode", "asymmetric")
              .text("nearest_mode", "floor")
              .output();
      case BILINEAR ->
          node.text("mode", "linear").text("coordinate_transformation_mode", "half_pixel").output();
      case BILINEAR_ALIGNED_CORNERS ->
          node.text("mode", "linear")
              .text("coordinate_transformation_mode", "align_corners")
              .output();
    };
  }
}
