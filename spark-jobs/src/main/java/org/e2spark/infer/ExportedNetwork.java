package org.e2spark.infer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.e2spark.interchange.PlainNetwork;
import org.e2spark.model.FeatureNetwork;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.EngineStart;

/** A trained network in plain form, ready for pixels; any number of threads may use it. */
public final class ExportedNetwork implements AutoCloseable {

  /** What a network says of one image. */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  public record Result(float[] features, float[] logits) {}

  private final ModelCard card;
  private final Device device;
  private final PlainNetwork network;

  /**
   * Builds the network.
   *
   * @param request null for no features
   * @throws IllegalArgumentException if the network has no such features
   */
  public ExportedNetwork(SavedModel model, FeatureRequest request, Device device) {
    this.card = model.card();
    this.device = device;
    try (NDManager manager = EngineStart.ensure().newBaseManager(device)) {
      Block block = model.load(manager);
      this.network =
          request == null
              ? PlainNetwork.ofPixels(block, card.mean(), card.std())
              : FeatureNetwork.export(
                  block, request.layer(), request.kind(), card.mean(), card.std());
    }
  }

  /**
   * What the network says of images.
   *
   * @param images pixels of each, (channels, height, width); at least one
   */
  public List<Result> apply(List<byte[]> images) {
    int size = card.shape().size();
    ByteBuffer pixels = ByteBuffer.allocate(images.size() * size);
    images.forEach(pixels::put);
    pixels.flip();
    float[] all;
    int width;
    try (NDManager scratch = EngineStart.ensure().newBaseManager(device)) {
      NDArray y = apply(pixels, images.size(), scratch);
      width = Math.toIntExact(y.getShape().get(1));
      all = y.toFloatArray();
    }
    int features = width - card.classNames().size();
    List<Result> results = new ArrayList<>(images.size());
    for (int at = 0; at < all.length; at += width) {
      results.add(
          new Result(
              Arrays.copyOfRange(all, at, at + features),
              Arrays.copyOfRange(all, at + features, at + width)));
    }
    return results;
  }

  /**
   * The bare network.
   *
   * @param pixels (batch, channels, height, width)
   * @param scratch who owns all that is made
   * @return float32 (batch, features + classes)
   */
  NDArray apply(ByteBuffer pixels, int batch, NDManager scratch) {
    Shape shape = new Shape(batch, card.channels(), card.height(), card.width());
    try (Autograd ignored = Autograd.pause()) {
      NDArray input = scratch.create(pixels, shape, DataType.UINT8);
      return network
          .forward(new ParameterStore(scratch, false), new NDList(input), false)
          .singletonOrThrow();
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
