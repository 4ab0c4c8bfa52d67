package org.e2spark.interchange.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.stream.IntStream;
import org.e2spark.interchange.BatchNormalization;
import org.e2spark.interchange.FieldMoments;
import org.e2spark.interchange.Moments;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.Reduction;
import org.e2spark.interchange.VectorOfMaximum;
import org.e2spark.interchange.VectorScaling;

/** Nonlinearities of vectors, and normalisations by the batch or the image at hand. */
final class FieldNodes {

  private FieldNodes() {}

  static void register() {
    LayerNodes.register(BatchNormalization.class, FieldNodes::batch);
    LayerNodes.register(Moments.class, FieldNodes::moments);
    LayerNodes.register(FieldMoments.class, FieldNodes::fieldMoments);
    LayerNodes.register(VectorOfMaximum.class, FieldNodes::vectorOfMaximum);
    LayerNodes.register(VectorScaling.class, FieldNodes::vectorScaling);
  }

  private static String batch(LayerNodes nodes, BatchNormalization layer, OnnxValue x) {
    OnnxGraph graph = nodes.graph();
    String runs = graph.reshape(x.name(), layer.fields(), layer.size() * x.places());
    String mean = PoolingNodes.reduced(graph, Reduction.MEAN, runs, 1, 0, 2);
    String centred = graph.add(OnnxOperator.SUB, runs, mean);
    String square = graph.add(OnnxOperator.MUL, centred, centred);
    String variance = PoolingNodes.reduced(graph, Reduction.MEAN, square, 1, 0, 2);
    String y = graph.add(OnnxOperator.DIV, centred, deviation(graph, variance, layer.eps()));
    if (layer.weight() != null) {
      y = graph.add(OnnxOperator.MUL, y, perField(graph, layer.weight()));
    }
    if (layer.bias() != null) {
      y = graph.add(OnnxOperator.ADD, y, perField(graph, layer.bias()));
    }
    return graph.reshape(y, x.sizes());
  }

  private static String deviation(OnnxGraph graph, String variance, double eps) {
    return graph.add(OnnxOperator.SQRT, graph.add(OnnxOperator.ADD, variance, graph.number(eps)));
  }

  private static String perField(OnnxGraph graph, NDArray values) {
    return graph.add(OnnxOperator.RESHAPE, graph.array(values), graph.integers(1, -1, 1));
  }

  private static String moments(LayerNodes nodes, Moments layer, OnnxValue x) {
    OnnxGraph graph = nodes.graph();
    String f = x.name();
    if (layer.centre() != null) {
      f = graph.add(OnnxOperator.SUB, f, mixed(graph, f, layer.centre()));
    }
    String square = graph.add(OnnxOperator.MUL, f, f);
    String variance = mixed(graph, square, layer.average());
    if (layer.samples() != null) {
      String sizes = graph.add(OnnxOperator.SHAPE, x.name());
      String pixels =
          graph
              .node(
                  OnnxOperator.REDUCE_PROD,
                  graph.add(OnnxOperator.GATHER, sizes, graph.integers(0, 2, 3)),
                  graph.integers(0))
              .integer("keepdims", 0)
              .output();
      String count =
          graph
              .node(OnnxOperator.CAST, pixels)
              .integer("to", TensorProto.DataType.FLOAT.getNumber())
              .output();
      String n =
          graph.add(
              OnnxOperator.MUL,
              graph.add(
                  OnnxOperator.RESHAPE, graph.array(layer.samples()), graph.integers(-1, 1, 1)),
              count);
      String less = graph.add(OnnxOperator.SUB, n, graph.number(1));
      variance =
          graph.add(
              OnnxOperator.DIV,
              graph.add(OnnxOperator.MUL, variance, n),
              graph.add(OnnxOperator.MAX, less, graph.number(1)));
    }
    return graph.add(OnnxOperator.DIV, f, deviation(graph, variance, layer.eps()));
  }

  /** Means over the batch, mixed; broadcasts against images. */
  private static String mixed(OnnxGraph graph, String x, NDArray matrix) {
    String mean = PoolingNodes.reduced(graph, Reduction.MEAN, x, 0, 0, 2, 3);
    return graph.add(
        OnnxOperator.RESHAPE,
        graph.add(OnnxOperator.MAT_MUL, mean, graph.array(matrix)),
        graph.integers(-1, 1, 1));
  }

  private static String fieldMoments(LayerNodes nodes, FieldMoments layer, OnnxValue x) {
    OnnxGraph graph = nodes.graph();
    String along = graph.array(layer.invariant());
    String owner = graph.array(layer.group());
    String mean =
        ofGroups(graph, layer, graph.add(OnnxOperator.MUL, x.name(), along), layer.squares());
    String removed = graph.add(OnnxOperator.MUL, channels(graph, mean, owner), along);
    String y = graph.add(OnnxOperator.SUB, x.name(), removed);
    String variance = ofGroups(graph, layer, graph.add(OnnxOperator.MUL, y, y), layer.sizes());
    String scale =
        channels(
            graph,
            graph.add(OnnxOperator.RECIPROCAL, deviation(graph, variance, layer.eps())),
            owner);
    FieldMoments.Scaling scaling = layer.scaling();
    if (scaling == null) {
      return graph.add(OnnxOperator.MUL, y, scale);
    }
    String weights =
        graph.add(
            OnnxOperator.RESHAPE,
            graph.add(
                OnnxOperator.GATHER, graph.array(scaling.weight()), graph.array(scaling.field())),
            graph.integers(1, -1, 1, 1));
    String scaled = graph.add(OnnxOperator.MUL, y, graph.add(OnnxOperator.MUL, scale, weights));
    if (scaling.bias() == null) {
      return scaled;
    }
    String shift =
        graph.add(OnnxOperator.MAT_MUL, graph.array(scaling.bias()), graph.array(scaling.shifts()));
    return graph.add(
        OnnxOperator.ADD,
        scaled,
        graph.add(OnnxOperator.RESHAPE, shift, graph.integers(1, -1, 1, 1)));
  }

  private static String channels(OnnxGraph graph, String groups, String owner) {
    return graph.node(OnnxOperator.GATHER, groups, owner).integer("axis", 1).output();
  }

  /** The sum over a group's channels, averaged over the extent, by a divisor: a small map. */
  private static String ofGroups(
      OnnxGraph graph, FieldMoments layer, String channels, NDArray divisor) {
    String reduced =
        layer.extent() == FieldMoments.Extent.IMAGE
            ? PoolingNodes.reduced(graph, Reduction.MEAN, channels, 1, 2, 3)
            : channels;
    long[] group = layer.group().toLongArray();
    double[] divisors = PlainArrays.values(divisor);
    double[] sums = new double[layer.groups() * group.length];
    for (int channel = 0; channel < group.length; channel++) {
      int g = (int) group[channel];
      sums[g * group.length + channel] = 1 / divisors[g];
    }
    return graph.add(
        OnnxOperator.CONV, reduced, graph.numbers(sums, layer.groups(), group.length, 1, 1));
  }

  private static String vectorOfMaximum(LayerNodes nodes, VectorOfMaximum layer, OnnxValue x) {
    OnnxGraph graph = nodes.graph();
    int size = layer.size();
    long fields = x.shape().get(1) / size;
    String runs = graph.reshape(x.name(), x.withPlaces(fields, size));
    String place =
        graph.node(OnnxOperator.ARG_MAX, runs).integer("axis", 2).integer("keepdims", 1).output();
    String length =
        graph.add(OnnxOperator.RELU, PoolingNodes.reduced(graph, Reduction.MAXIMUM, runs, 1, 2));
    double[] angles = IntStream.range(0, size).mapToDouble(k -> 2 * Math.PI / size * k).toArray();
    double[] cosines = IntStream.range(0, size).mapToDouble(k -> Math.cos(angles[k])).toArray();
    double[] sines = IntStream.range(0, size).mapToDouble(k -> Math.sin(angles[k])).toArray();
    String direction =
        LinearNodes.concatenation(
            graph,
            2,
            graph.add(OnnxOperator.GATHER, graph.numbers(cosines, size), place),
            graph.add(OnnxOperator.GATHER, graph.numbers(sines, size), place));
    return graph.reshape(graph.add(OnnxOperator.MUL, direction, length), x.withPlaces(fields * 2));
  }

  private static String vectorScaling(LayerNodes nodes, VectorScaling layer, OnnxValue x) {
    OnnxGraph graph = nodes.graph();
    String f = graph.reshape(x.name(), x.withPlaces(layer.fields(), layer.count(), layer.size()));
    String length = PoolingNodes.reduced(graph, Reduction.NORM, f, 1, 3);
    String some = graph.add(OnnxOperator.GREATER, length, graph.array(layer.eps()));
    String norm = graph.add(OnnxOperator.WHERE, some, length, graph.number(1));
    String above = norm;
    if (layer.logBias() != null) {
      above = graph.add(OnnxOperator.SUB, norm, bias(graph, layer));
    }
    Shape shape =
        new Shape(x.shape().get(0))
            .addAll(new Shape(x.withPlaces(layer.fields(), layer.count(), 1)));
    String function = nodes.write(layer.function(), new OnnxValue(above, shape)).name();
    String scale =
        graph.add(
            OnnxOperator.WHERE, some, graph.add(OnnxOperator.DIV, function, norm), graph.number(0));
    return graph.reshape(graph.add(OnnxOperator.MUL, f, scale), x.sizes());
  }

  private static String bias(OnnxGraph graph, VectorScaling layer) {
    double[] all = PlainArrays.values(layer.logBias());
    double[] own =
        IntStream.range(0, layer.fields())
            .mapToDouble(i -> Math.exp(all[layer.first() + i]))
            .toArray();
    return graph.numbers(own, 1, own.length, 1, 1, 1, 1);
  }
}
