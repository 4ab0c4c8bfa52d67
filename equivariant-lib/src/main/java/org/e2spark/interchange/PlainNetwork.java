package org.e2spark.interchange;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.EngineStart;

/**
 * A network in plain form: a copy, for evaluation only, that knows no groups.
 *
 * <p>Takes and gives what the original takes and gives: images (batch, channels, height, width).
 * Several outputs are one array, one after the other along the channels; so may several inputs be.
 * Its one child is a tree of DJL blocks; its parameters save and load in DJL's own format, and none
 * of them is trained. It owns its memory, which {@link #close} frees; the original may be closed
 * before.
 */
public final class PlainNetwork extends AbstractBlock implements AutoCloseable {

  private final NDManager manager;
  private final PlainLayer layers;
  private final Block network;
  private final DataType type;

  private PlainNetwork(NDManager manager, PlainLayer layers, DataType type) {
    this.manager = manager;
    this.type = type;
    this.layers = layers;
    this.network = addChildBlock("network", layers.block());
  }

  /**
   * The plain form of a network with the present values of its parameters. Neighbouring layers are
   * folded into one where that changes nothing but rounding.
   *
   * @param block an initialised network: one of this library, or made of DJL's blocks
   * @throws UnsupportedExportException if a block inside has no plain form, naming it
   */
  public static PlainNetwork of(Block block) {
    return of(block, ConvolutionForm.FILTERS);
  }

  /** As {@link #of(Block)}, with a choice of what steerable convolutions become. */
  public static PlainNetwork of(Block block, ConvolutionForm convolutions) {
    return of(block, whole(block), List.of(), List.of(), convolutions);
  }

  /**
   * As {@link #of(Block)}, of a network that takes pixels, uint8 of 0 to 255, and normalises them
   * itself: {@code (pixel / 255 - mean) / std}.
   *
   * @param mean of pixel / 255, one a channel
   * @param std of pixel / 255, one a channel; 0 counts as 1
   */
  public static PlainNetwork ofPixels(Block block, List<Double> mean, List<Double> std) {
    return ofPixels(block, mean, std, ConvolutionForm.FILTERS);
  }

  /**
   * As {@link #ofPixels(Block, List, List)}, with a choice of what steerable convolutions become.
   */
  public static PlainNetwork ofPixels(
      Block block, List<Double> mean, List<Double> std, ConvolutionForm convolutions) {
    return ofPixels(block, whole(block), mean, std, convolutions);
  }

  /**
   * As {@link #ofPixels(Block, List, List)}, of what someone makes of a network's layers.
   *
   * @param form the layers, which take what the network takes
   */
  public static PlainNetwork ofPixels(
      Block block,
      Function<PlainArrays, PlainLayer> form,
      List<Double> mean,
      List<Double> std,
      ConvolutionForm convolutions) {
    if (mean.isEmpty() || mean.size() != std.size()) {
      throw new IllegalArgumentException(
          "Means " + mean + " and deviations " + std + " (one of each a channel)");
    }
    return of(block, form, mean, std, convolutions);
  }

  private static Function<PlainArrays, PlainLayer> whole(Block block) {
    return arrays -> StockBlocks.plainForm(block, arrays);
  }

  private static PlainNetwork of(
      Block block,
      Function<PlainArrays, PlainLayer> form,
      List<Double> mean,
      List<Double> std,
      ConvolutionForm convolutions) {
    Device device = null;
    DataType type = block instanceof HasPlainForm known ? known.precision() : DataType.FLOAT32;
    for (Parameter parameter : block.getParameters().values()) {
      if (parameter.getArray().getDataType().isFloating()) {
        device = parameter.getArray().getDevice();
        type = parameter.getArray().getDataType();
        break;
      }
    }
    NDManager manager = EngineStart.ensure().newBaseManager(device);
    try (NDManager work = manager.newSubManager();
        Autograd scope = Autograd.pause()) {
      PlainArrays copies = new PlainArrays(work, type, convolutions);
      PlainLayer layers = Folding.fold(form.apply(copies));
      if (!mean.isEmpty()) {
        layers = Sequence.of(scaling(mean, std, copies), layers);
      }
      for (NDArray array : Program.of(layers, "").arrays().values()) {
        array.attach(manager);
      }
      PlainNetwork network = new PlainNetwork(manager, layers, type);
      if (block.isInitialized()) {
        network.initialize(manager, type, oneImage(block.getInputShapes()));
      }
      return network;
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  private static PixelScaling scaling(List<Double> mean, List<Double> std, PlainArrays arrays) {
    double[] scale =
        std.stream().mapToDouble(deviation -> deviation > 0 ? 1 / deviation : 1).toArray();
    double[] shift =
        IntStream.range(0, scale.length).mapToDouble(c -> -mean.get(c) * scale[c]).toArray();
    for (int c = 0; c < scale.length; c++) {
      scale[c] /= 255;
    }
    return new PixelScaling(arrays.perChannel(scale), arrays.perChannel(shift));
  }

  private static Shape oneImage(Shape... shapes) {
    long[] sizes = shapes[0].getShape().clone();
    sizes[0] = 1;
    sizes[1] = Arrays.stream(shapes).mapToLong(shape -> shape.get(1)).sum();
    return new Shape(sizes);
  }

  /** What this network is made of. */
  public PlainLayer layers() {
    return layers;
  }

  /** The arrays of the layers, by the names that they have in written files. */
  public Map<String, NDArray> arrays() {
    return Program.of(layers, "").arrays();
  }

  /** What images are made of: uint8 if the network normalises pixels itself. */
  public DataType inputType() {
    boolean pixels =
        layers instanceof Sequence sequence
            && !sequence.layers().isEmpty()
            && sequence.layers().get(0) instanceof PixelScaling;
    return pixels ? DataType.UINT8 : type;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDList x = inputs.size() == 1 ? inputs : new NDList(NDArrays.concat(inputs, 1));
    return network.forward(store, x, false, params);
  }

  @Override
  protected void initializeChildBlocks(NDManager owner, DataType type, Shape... inputShapes) {
    network.initialize(owner, type, inputShapes);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return network.getOutputShapes(inputShapes);
  }

  /** Frees the network's memory. */
  @Override
  public void close() {
    freePrograms(network);
    clear();
    manager.close();
  }

  private static void freePrograms(Block block) {
    if (block instanceof OperationBlock operation) {
      operation.close();
    }
    block.getChildren().values().forEach(PlainNetwork::freePrograms);
  }
}
