package org.e2spark.interchange.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.e2spark.interchange.PixelScaling;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.torch.EngineStart;

/** Writes plain layers as nodes of a graph. */
final class LayerNodes implements AutoCloseable {

  /** Writes layers of a kind. */
  @FunctionalInterface
  interface Translation<L extends PlainLayer> {
    /**
     * Adds nodes.
     *
     * @return the name of the layer's output
     */
    String write(LayerNodes nodes, L layer, OnnxValue x);
  }

  private static final Map<Class<?>, Translation<PlainLayer>> TRANSLATIONS = new HashMap<>();

  static {
    LinearNodes.register();
    PoolingNodes.register();
    FieldNodes.register();
  }

  private final OnnxGraph graph;
  private final NDManager manager = EngineStart.ensure().newBaseManager();

  LayerNodes(OnnxGraph graph) {
    this.graph = graph;
  }

  static <L extends PlainLayer> void register(Class<L> kind, Translation<L> translation) {
    TRANSLATIONS.put(kind, (nodes, layer, x) -> translation.write(nodes, kind.cast(layer), x));
  }

  /** The kinds of layers that can be written. */
  static Set<Class<?>> kinds() {
    return TRANSLATIONS.keySet();
  }

  OnnxGraph graph() {
    return graph;
  }

  /** Adds the nodes of a layer; gives its output. */
  OnnxValue write(PlainLayer layer, OnnxValue x) {
    if (layer instanceof Sequence sequence) {
      OnnxValue y = x;
      for (PlainLayer part : sequence.layers()) {
        y = write(part, y);
      }
      return y;
    }
    Shape shape = outputShape(layer, x.shape());
    return new OnnxValue(TRANSLATIONS.get(layer.getClass()).write(this, layer, x), shape);
  }

  /** By a trial: no rule of ours can then differ from the engine's. */
  private Shape outputShape(PlainLayer layer, Shape input) {
    try (NDManager trial = manager.newSubManager()) {
      NDArray x =
          trial.zeros(input, layer instanceof PixelScaling ? DataType.UINT8 : DataType.FLOAT32);
      return layer.apply(x).getShape();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
