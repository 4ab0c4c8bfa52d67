package org.e2spark.nn.check;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.e2spark.group.Group;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Irrep;
import org.e2spark.group.O2;
import org.e2spark.group.SO2;
import org.e2spark.group.Subgroup;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.kernel.AngularSolution;
import org.e2spark.nn.CentreCheck;
import org.e2spark.nn.EquivarianceFinding;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.HasParts.Part;
import org.e2spark.nn.LayerWalk;
import org.e2spark.nn.container.RestrictionModule;
import org.e2spark.nn.convolution.KernelCoverage;
import org.e2spark.nn.convolution.SteerableConvolution;

/**
 * How equivariant a network is: how far what it makes of a transformed image is from the
 * transformed result, and which layers are to blame.
 *
 * <pre>{@code
 * var check = EquivarianceCheck.of(network);
 * check.findings(images.getShape());      // what cannot work at this size, and what to change
 * check.onGrid(images);                   // quarter turns and mirrorings: 1e-5 or less
 * check.curve(images, 36);                // any angle: what interpolation and band limits leave
 * }</pre>
 *
 * <p>Deviations are relative: the largest difference divided by the largest value.
 */
public final class EquivarianceCheck {

  /**
   * The deviation under one transformation.
   *
   * @param element what was done to the image
   * @param relative the largest difference divided by the largest value
   */
  public record Deviation(GroupElement element, double relative) {}

  private final Block network;
  private final FieldType input;
  private final FieldType output;
  private final List<Subgroup> restrictions;

  private EquivarianceCheck(Block network, FieldType input, FieldType output) {
    this.network = network;
    this.input = input;
    this.output = output;
    this.restrictions = restrictions(network);
  }

  /** Of a module: its output should transform as its output type says. */
  public static EquivarianceCheck of(EquivariantModule module) {
    return new EquivarianceCheck(module, module.inType(), module.outType());
  }

  /**
   * Of a network whose first part takes fields and whose output should not change at all, such as a
   * classifier's logits.
   *
   * @throws IllegalArgumentException if there is no equivariant module inside
   */
  public static EquivarianceCheck ofInvariant(Block network) {
    EquivariantModule first =
        modules(network)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "A network of conventional layers only has no equivariance to check: "
                            + network.getClass().getSimpleName()));
    return new EquivarianceCheck(network, first.inType(), null);
  }

  /** The equivariant modules inside, outer ones first. */
  private static Stream<EquivariantModule> modules(Block block) {
    Stream<EquivariantModule> own =
        block instanceof EquivariantModule module ? Stream.of(module) : Stream.empty();
    return Stream.concat(
        own, block.getChildren().values().stream().flatMap(EquivarianceCheck::modules));
  }

  /** What a network gives up of its symmetries, in order. */
  static List<Subgroup> restrictions(Block network) {
    return modules(network)
        .filter(RestrictionModule.class::isInstance)
        .map(RestrictionModule.class::cast)
        .map(restriction -> restriction.inType().gspace().subgroup(restriction.id()))
        .toList();
  }

  /** The symmetries that are left at the end of the network. */
  private GSpace lastSpace() {
    return modules(network)
        .filter(RestrictionModule.class::isInstance)
        .reduce((a, b) -> b)
        .map(restriction -> restriction.outType().gspace())
        .orElse(input.gspace());
  }

  /** An element of the last symmetries as one of the input's. */
  private GroupElement atInput(GroupElement element) {
    GroupElement own = element;
    for (int i = restrictions.size() - 1; i >= 0; i--) {
      own = restrictions.get(i).include(own);
    }
    return own;
  }

  /**
   * The deviations under those symmetries of the network that only move pixels: quarter turns and
   * mirrorings. At most 1e-5 where {@link #findings} finds nothing off the centre.
   *
   * @param images (batch, channels, size, size), on a network that is initialised
   */
  public List<Deviation> onGrid(NDArray images) {
    checkSquare(images);
    return lastSpace().fiberGroup().testingElements().stream()
        .filter(element -> isOfGrid(input.gspace().baseSpaceAction(atInput(element))))
        .map(element -> new Deviation(atInput(element), deviation(element, images)))
        .toList();
  }

  /** Whether a movement of the plane takes pixels to pixels. */
  static boolean isOfGrid(GroupElement action) {
    double quarters = 2 * action.angle() / Math.PI;
    return Math.abs(quarters - Math.rint(quarters)) < 1e-9;
  }

  /**
   * The deviations over all angles. Networks that take and give scalars are turned by any angle,
   * with a mirroring before it if they are to withstand one; others by the elements of their group,
   * so many angles of a continuous one.
   *
   * @param images (batch, channels, size, size); best with nothing but background outside the
   *     circle that fits into them
   * @param angles how many, spread evenly from 0
   */
  public List<Deviation> curve(NDArray images, int angles) {
    checkSquare(images);
    Group group = lastSpace().fiberGroup();
    if (!isScalar(input) || (output != null && !isScalar(output))) {
      return group.grid(angles).stream()
          .map(element -> new Deviation(atInput(element), deviation(element, images)))
          .toList();
    }
    Group all = lastSpace().hasReflections() ? new O2(0) : new SO2(0);
    return all.grid(angles).stream()
        .map(element -> new Deviation(element, scalarDeviation(element, images)))
        .toList();
  }

  private static boolean isScalar(FieldType type) {
    return type.irreps().stream().allMatch(Irrep::isTrivial);
  }

  private double deviation(GroupElement element, NDArray images) {
    return compare(
        images,
        x -> input.wrap(x).transform(atInput(element)).array(),
        y -> output == null ? y : output.wrap(y).transform(element).array());
  }

  private double scalarDeviation(GroupElement element, NDArray images) {
    UnaryOperator<NDArray> turn = x -> turned(element, x);
    return compare(images, turn, output == null ? UnaryOperator.identity() : turn);
  }

  /** Scalar fields, turned by any angle. */
  private NDArray turned(GroupElement element, NDArray x) {
    var all = new FlipRot2dOnR2(-1, 0, AngularSolution.axis(input.gspace()));
    FieldType scalars = FieldType.of(all, all.trivial(), Math.toIntExact(x.getShape().get(1)));
    return scalars.wrap(x).transform(element).array();
  }

  private double compare(
      NDArray images, UnaryOperator<NDArray> before, UnaryOperator<NDArray> after) {
    try (NDManager manager = images.getManager().newSubManager()) {
      NDArray x = images.duplicate();
      x.attach(manager);
      return deviation(run(before.apply(x)), after.apply(run(x)));
    }
  }

  private NDArray run(NDArray x) {
    return network
        .forward(new ParameterStore(x.getManager(), false), new NDList(x), false)
        .singletonOrThrow();
  }

  /** The largest difference divided by the largest expected value. */
  static double deviation(NDArray actual, NDArray expected) {
    if (!actual.getShape().equals(expected.getShape())) {
      return Double.POSITIVE_INFINITY;
    }
    double scale = value(expected.abs().max());
    double difference = value(actual.sub(expected).abs().max());
    return difference == 0 ? 0 : difference / scale;
  }

  private static double value(NDArray scalar) {
    return PlainArrays.values(scalar)[0];
  }

  /**
   * What keeps the network from being equivariant on images of this shape, and channels that do
   * nothing. Warnings among them are in the log already, since the network was built and
   * initialised. Needs no parameters.
   *
   * @param shape (batch, channels, height, width)
   */
  public List<EquivarianceFinding> findings(Shape shape) {
    List<EquivarianceFinding> findings = new ArrayList<>(CentreCheck.findings(network, shape));
    for (Part part : LayerWalk.of(network, shape)) {
      if (part.module() instanceof SteerableConvolution convolution) {
        findings.addAll(KernelCoverage.findings(convolution, part.label()));
      }
    }
    return List.copyOf(findings);
  }

  static void checkSquare(NDArray images) {
    Shape shape = images.getShape();
    if (shape.dimension() != 4 || shape.get(2) != shape.get(3)) {
      throw new IllegalArgumentException(
          "Turning needs square images (batch, channels, size, size) but was given " + shape);
    }
  }
}
