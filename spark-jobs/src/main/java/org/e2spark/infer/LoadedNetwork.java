package org.e2spark.infer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.spark.TaskContext;
import org.e2spark.engine.Devices;
import org.e2spark.engine.EngineSettings;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.EngineStart;
import org.e2spark.train.Normalizer;

/** A trained network, ready for images; it belongs to one thread. */
public final class LoadedNetwork implements AutoCloseable {

  private final ModelCard card;
  private final NDManager manager;
  private final Block network;
  private final Normalizer normalizer;

  private LoadedNetwork(SavedModel model, NDManager manager) {
    this.card = model.card();
    this.manager = manager;
    this.network = model.load(manager);
    this.normalizer = new Normalizer(card.mean(), card.std());
  }

  /**
   * Builds the network, on the device of the calling thread's task if it is one.
   *
   * @param threads of the tensor engine
   */
  @SuppressWarnings("MustBeClosedChecker")
  public static LoadedNetwork load(SavedModel model, int threads) {
    EngineSettings.apply(threads);
    TaskContext task = TaskContext.get();
    NDManager manager =
        task == null
            ? EngineStart.ensure().newBaseManager()
            : EngineStart.ensure().newBaseManager(Devices.of(task));
    try {
      return new LoadedNetwork(model, manager);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /**
   * What the network says of images.
   *
   * @param images pixels of each, (channels, height, width); at least one
   * @return its logits, one row an image
   */
  public float[][] logits(List<byte[]> images) {
    int size = card.channels() * card.height() * card.width();
    ByteBuffer pixels = ByteBuffer.allocate(images.size() * size);
    images.forEach(pixels::put);
    pixels.flip();
    Shape shape = new Shape(images.size(), card.channels(), card.height(), card.width());
    int classes = card.classNames().size();
    try (NDManager scratch = manager.newSubManager();
        Autograd ignored = Autograd.pause()) {
      NDArray input = normalizer.input(scratch.create(pixels, shape, DataType.UINT8), scratch);
      float[] all =
          network
              .forward(new ParameterStore(scratch, false), new NDList(input), false)
              .singletonOrThrow()
              .toFloatArray();
      float[][] logits = new float[images.size()][classes];
      for (int i = 0; i < logits.length; i++) {
        System.arraycopy(all, i * classes, logits[i], 0, classes);
      }
      return logits;
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
