package org.e2spark.nn.check;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.e2spark.group.Group;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Subgroup;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.torch.Autograd;

/**
 * The equivariant layers that a network begins with, one after another: what each makes of an
 * image, and how far it is from commuting with the symmetries. A block with branches inside is one
 * layer.
 *
 * @param layers in order; none if the network begins with conventional layers
 */
public record FeatureChain(List<Layer> layers) {

  private static final int CONTINUOUS_ANGLES = 8;

  /**
   * One layer.
   *
   * @param name of the block, such as {@code features.layer1.0}
   * @param module the layer
   * @param restrictions what the network has given up of its symmetries until after this layer, the
   *     first ones first
   */
  public record Layer(String name, EquivariantModule module, List<Subgroup> restrictions) {

    /** Its name and what it is, such as "features.3 (R2Conv)". */
    public String label() {
      String kind = module.getClass().getSimpleName();
      return name.isEmpty() ? kind : name + " (" + kind + ")";
    }

    /** A symmetry of the network's input as one of this layer's output, if it is left. */
    private Optional<GroupElement> atOutput(GroupElement element) {
      Optional<GroupElement> own = Optional.of(element);
      for (Subgroup subgroup : restrictions) {
        own = own.flatMap(subgroup::restrict);
      }
      return own;
    }
  }

  /**
   * How far a layer is from equivariance: the largest difference divided by the largest value, over
   * all symmetries but the identity; 0 where there is none.
   *
   * @param layer whose output was compared
   * @param ownOnGrid the layer alone, under quarter turns and mirrorings, which move whole pixels
   * @param own the layer alone, under all symmetries, within the circle that fits into the image;
   *     interpolation is part of it
   * @param fromInputOnGrid all layers up to this one, under quarter turns and mirrorings
   * @param fromInput all layers up to this one, under all symmetries, within the circle
   */
  public record LayerDeviation(
      Layer layer, double ownOnGrid, double own, double fromInputOnGrid, double fromInput) {

    private LayerDeviation atLeast(double alone, double together, boolean isOfGrid) {
      return new LayerDeviation(
          layer,
          isOfGrid ? Math.max(ownOnGrid, alone) : ownOnGrid,
          Math.max(own, alone),
          isOfGrid ? Math.max(fromInputOnGrid, together) : fromInputOnGrid,
          Math.max(fromInput, together));
    }
  }

  /** Copies the list. */
  public FeatureChain {
    layers = List.copyOf(layers);
  }

  /** Of a network whose first part takes the image, such as a classifier. */
  public static FeatureChain of(Block network) {
    List<Layer> layers = new ArrayList<>();
    append("", network, layers);
    return new FeatureChain(layers);
  }

  /** Adds the layers of a block; tells whether those after it follow. */
  private static boolean append(String name, Block block, List<Layer> layers) {
    if (block instanceof EquivariantModule module && !(module instanceof EquivariantSequential)) {
      if (!layers.isEmpty()
          && !layers.get(layers.size() - 1).module().outType().equals(module.inType())) {
        return false;
      }
      List<Subgroup> restrictions =
          new ArrayList<>(
              layers.isEmpty() ? List.of() : layers.get(layers.size() - 1).restrictions());
      restrictions.addAll(EquivarianceCheck.restrictions(module));
      layers.add(new Layer(name, module, List.copyOf(restrictions)));
      return true;
    }
    int position = 0;
    for (Pair<String, Block> child : block.getChildren()) {
      String own = StateDict.childName(block, position++, child.getKey());
      if (!append(name.isEmpty() ? own : name + "." + own, child.getValue(), layers)) {
        return false;
      }
    }
    return position > 0;
  }

  /**
   * What each layer gives.
   *
   * @param images (batch, channels, height, width), which the first layer takes
   * @return of each layer, owned by the manager of {@code images}
   */
  public List<GeometricTensor> features(NDArray images) {
    List<GeometricTensor> features = new ArrayList<>();
    NDArray x = images;
    try (var scope = Autograd.pause()) {
      for (Layer layer : layers) {
        GeometricTensor y = layer.module().forward(layer.module().inType().wrap(x));
        features.add(y);
        x = y.array();
      }
    }
    return features;
  }

  /**
   * Measures every layer.
   *
   * @param images (batch, channels, size, size); best with nothing but background outside the
   *     circle that fits into them
   */
  public List<LayerDeviation> deviations(NDArray images) {
    EquivarianceCheck.checkSquare(images);
    List<LayerDeviation> found = new ArrayList<>();
    layers.forEach(layer -> found.add(new LayerDeviation(layer, 0, 0, 0, 0)));
    if (layers.isEmpty()) {
      return found;
    }
    Group group = layers.get(0).module().inType().gspace().fiberGroup();
    try (NDManager upright = images.getManager().newSubManager()) {
      NDArray copy = images.duplicate();
      copy.attach(upright);
      List<GeometricTensor> features = new ArrayList<>();
      features.add(layers.get(0).module().inType().wrap(copy));
      features.addAll(features(copy));
      for (GroupElement element : group.grid(CONTINUOUS_ANGLES)) {
        if (!element.isCloseTo(group.identity())) {
          measure(element, features, found);
        }
      }
    }
    return List.copyOf(found);
  }

  /**
   * Adds what one symmetry shows.
   *
   * @param features the image and what each layer makes of it
   */
  private void measure(
      GroupElement element, List<GeometricTensor> features, List<LayerDeviation> found) {
    GeometricTensor image = features.get(0);
    boolean isOfGrid = EquivarianceCheck.isOfGrid(image.type().gspace().baseSpaceAction(element));
    try (NDManager scratch = image.array().getManager().newSubManager()) {
      GeometricTensor moved = moved(image, element, scratch);
      List<GeometricTensor> together = features(moved.array());
      for (int i = 0; i < layers.size(); i++) {
        Optional<GroupElement> own = layers.get(i).atOutput(element);
        if (own.isEmpty()) {
          return;
        }
        GeometricTensor expected = moved(features.get(i + 1), own.get(), scratch);
        NDArray alone = layers.get(i).module().forward(moved).array();
        NDArray compared =
            isOfGrid ? scratch.create(1f) : circle(scratch, expected.array().getShape());
        found.set(
            i,
            found
                .get(i)
                .atLeast(
                    deviation(alone, expected, compared),
                    deviation(together.get(i).array(), expected, compared),
                    isOfGrid));
        moved = expected;
      }
    }
  }

  private static GeometricTensor moved(GeometricTensor x, GroupElement element, NDManager owner) {
    GeometricTensor moved = x.transform(element);
    moved.array().attach(owner);
    return moved;
  }

  private static double deviation(NDArray actual, GeometricTensor expected, NDArray compared) {
    return EquivarianceCheck.deviation(actual.mul(compared), expected.array().mul(compared));
  }

  /** 1 within the circle that fits into images of a shape, where nothing is turned out of them. */
  private static NDArray circle(NDManager manager, Shape images) {
    int height = (int) images.get(2);
    int width = (int) images.get(3);
    double radius = Math.min(height, width) / 2.0;
    float[] inside = new float[height * width];
    for (int i = 0; i < inside.length; i++) {
      double up = i / width - (height - 1) / 2.0;
      double right = i % width - (width - 1) / 2.0;
      inside[i] = Math.hypot(up, right) <= radius ? 1 : 0;
    }
    return manager.create(inside, new Shape(1, 1, height, width));
  }
}
