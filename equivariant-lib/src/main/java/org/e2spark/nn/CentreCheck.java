package org.e2spark.nn;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.gspace.GSpace;
import org.e2spark.nn.HasParts.Part;
import org.e2spark.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for layers whose windows miss the centre of an image, and for sizes at which none does. */
public final class CentreCheck {

  private static final Logger log = LoggerFactory.getLogger(CentreCheck.class);

  /** Image sizes tried for a remedy lie within this many pixels. */
  private static final int REACH = 8;

  private static final int HEIGHT = 2;
  private static final int WIDTH = 3;

  private CentreCheck() {}

  /**
   * The layers that miss the centre.
   *
   * @param images the shape of the network's input
   * @throws IllegalArgumentException if the images are too small for a layer
   */
  public static List<EquivarianceFinding> findings(Block network, Shape images) {
    List<Part> missing =
        LayerWalk.of(network, images).stream().filter(part -> !isCentred(part)).toList();
    if (missing.isEmpty()) {
      return List.of();
    }
    String remedy = remedy(network, images);
    return missing.stream().map(part -> finding(part, remedy)).toList();
  }

  /**
   * Logs a warning for each layer that misses the centre; for none if the images do not fit, which
   * the network says itself when it is given one.
   */
  static void warn(Block network, Shape images) {
    try {
      findings(network, images).forEach(finding -> log.warn("{}", finding));
    } catch (IllegalArgumentException e) {
      log.debug("Images {} do not fit the network", images, e);
    }
  }

  private static boolean isCentred(Part part) {
    GSpace space = part.module().inType().gspace();
    return (!isMoved(space, HEIGHT) || part.module().isCentred(part.input(), HEIGHT))
        && (!isMoved(space, WIDTH) || part.module().isCentred(part.input(), WIDTH));
  }

  /** Whether any symmetry moves the unit vector along an axis, and with it what is off centre. */
  private static boolean isMoved(GSpace space, int axis) {
    return space.fiberGroup().testingElements().stream()
        .map(space::baseSpaceAction)
        .anyMatch(
            action -> {
              double sign = axis == HEIGHT && action.reflection() == 1 ? -1 : 1;
              return sign * Math.cos(action.angle()) < 1 - 1e-9;
            });
  }

  private static EquivarianceFinding finding(Part part, String remedy) {
    Shape in = part.input();
    Shape out = part.module().outputShape(in);
    return new EquivarianceFinding(
        EquivarianceFinding.Kind.OFF_CENTRE,
        part.label(),
        Text.format(
            "from %d x %d pixels it makes %d x %d samples that do not lie symmetrically about the centre, so that quarter turns and mirrorings are not exact",
            in.get(2), in.get(3), out.get(2), out.get(3)),
        part.module().centringRemedy().orElse(remedy));
  }

  private static String remedy(Block network, Shape images) {
    List<String> sizes =
        centredSizes(network, images).stream().map(size -> size + " x " + size).toList();
    return sizes.isEmpty()
        ? "Change its padding or stride so that (size + 2 padding - kernel) is a multiple of the"
            + " stride"
        : Text.format("Use images of %s pixels, or change its padding", String.join(" or ", sizes));
  }

  /** The nearest smaller and larger image sizes at which every layer keeps to the centre. */
  private static List<Long> centredSizes(Block network, Shape images) {
    List<Long> sizes = new ArrayList<>();
    long size = images.get(2);
    for (int direction = -1; direction <= 1; direction += 2) {
      for (int step = 1; step <= REACH; step++) {
        long other = size + (long) direction * step;
        if (other > 0 && isCentred(network, new Shape(1, images.get(1), other, other))) {
          sizes.add(other);
          break;
        }
      }
    }
    return sizes;
  }

  private static boolean isCentred(Block network, Shape images) {
    try {
      return LayerWalk.of(network, images).stream().allMatch(CentreCheck::isCentred);
    } catch (IllegalArgumentException e) {
      // Too small for some layer, or not the size of a mask.
      return false;
    }
  }
}
