package org.e2spark.tutorial;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Representation;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.kernel.KernelOptions;
import org.e2spark.kernel.SampledBasis;
import org.e2spark.kernel.SteerableBasis;
import org.e2spark.model.Networks;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.container.MaskModule;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.picture.FieldParts;
import org.e2spark.picture.FieldPicture;
import org.e2spark.picture.Sheet;

/**
 * The tutorial's pictures: what an equivariant network makes of a digit that turns.
 *
 * <pre>{@code
 * mvn -q -pl equivariant-lib test-compile exec:java -Dexec.classpathScope=test \
 *   -Dexec.mainClass=org.e2spark.tutorial.Pictures -Dexec.args=equivariant-lib/target/pictures
 * }</pre>
 *
 * <ul>
 *   <li>{@code features.png}: above, the digit at six angles; in the middle, a scalar field
 *       (shades) and a vector field (arrows) of a network with random weights. Both turn with the
 *       digit, and the arrows turn in themselves. Below, the same features turned back; what is
 *       left of a difference comes from interpolating the digit.
 *   <li>{@code kernels.png}: bases of the kernels, one kernel a column: above from a scalar field
 *       to a scalar field, rings; below from a scalar field to a vector field, the two components
 *       one above the other.
 * </ul>
 */
public final class Pictures {

  private static final int ANGLES = 6;
  private static final int ZOOM = 4;
  private static final int KERNEL = 9;
  private static final int KERNEL_ZOOM = 9;
  private static final int ARROW_STEP = 3;

  private final FieldType image;
  private final FieldType features;
  private final EquivariantSequential network;

  private Pictures(NDManager manager, int size) {
    // All rotations; fields of frequency 0 are scalars, of frequency 1 vectors.
    var space = Rot2dOnR2.continuous(2);
    image = FieldType.of(space, space.trivial(), 1);
    features = FieldType.of(space, space.irrep(0), space.irrep(1));
    // What lies in the corners would leave the picture when it turns.
    network =
        EquivariantSequential.of(
            new MaskModule(image, size, 2),
            R2Conv.builder(image, features).kernelSize(KERNEL).padding(KERNEL / 2).build());
    Networks.initialize(network, manager, new Shape(1, 1, size, size), 3);
  }

  /**
   * Writes the pictures.
   *
   * @param arguments the folder to write to, made if there is none
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      throw new IllegalArgumentException("Needs one argument: the folder to write pictures to");
    }
    write(Files.createDirectories(Path.of(arguments[0])));
  }

  static void write(Path folder) throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray digit = digit(manager);
      int size = (int) digit.getShape().get(2);
      var pictures = new Pictures(manager, size);
      List<BufferedImage> turned = new ArrayList<>();
      List<BufferedImage> fields = new ArrayList<>();
      List<BufferedImage> stabilised = new ArrayList<>();
      for (int k = 0; k < ANGLES; k++) {
        var turn = GroupElement.rotation(2 * Math.PI * k / ANGLES);
        var back = GroupElement.rotation(-2 * Math.PI * k / ANGLES);
        GeometricTensor x = pictures.image.wrap(digit).transform(turn);
        GeometricTensor y = pictures.network.forward(x);
        turned.add(FieldPicture.shades(x.array().toFloatArray(), size, ZOOM));
        fields.add(drawn(y));
        stabilised.add(drawn(y.transform(back)));
      }
      Sheet.write(Sheet.of(List.of(turned, fields, stabilised)), folder.resolve("features.png"));
      Sheet.write(Sheet.of(pictures.kernels(manager)), folder.resolve("kernels.png"));
    }
  }

  /** The digit, (1, 1, size, size), enlarged so that turning it costs little. */
  private static NDArray digit(NDManager manager) throws IOException {
    BufferedImage small;
    try (InputStream stream = Pictures.class.getResourceAsStream("/tutorial/four.png")) {
      small = ImageIO.read(Objects.requireNonNull(stream));
    }
    int size = 2 * small.getWidth() + 1;
    var large = new BufferedImage(size, size, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = large.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(small, 0, 0, size, size, null);
    graphics.dispose();
    float[] values = new float[size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = large.getRaster().getSample(i % size, i / size, 0) / 255f;
    }
    return manager.create(values, new Shape(1, 1, size, size));
  }

  /** Both fields, the scalar and the vector, on top of each other. */
  private static BufferedImage drawn(GeometricTensor y) {
    FieldParts scalar = FieldParts.of(y, 0);
    FieldParts vector = FieldParts.of(y, 1);
    var both = new FieldParts(scalar.height(), scalar.width(), scalar.scalar(), vector.arrows());
    return FieldPicture.field(both, ZOOM, ARROW_STEP, both);
  }

  /** The bases of kernels from scalars to scalars and to vectors, a row for each component. */
  private List<List<BufferedImage>> kernels(NDManager manager) {
    List<List<BufferedImage>> rows = new ArrayList<>();
    for (Representation field : features.representations()) {
      KernelOptions options = KernelOptions.ofSize(KERNEL);
      SampledBasis basis =
          SteerableBasis.sample(image.gspace(), image.gspace().irrep(0), field, options);
      var shape = new Shape(basis.dimension(), field.size(), KERNEL, KERNEL);
      NDArray kernels = manager.create(basis.dense(), shape);
      for (int component = 0; component < field.size(); component++) {
        List<BufferedImage> row = new ArrayList<>();
        for (long b = 0; b < basis.dimension(); b++) {
          float[] kernel = kernels.get(b, component).toFloatArray();
          row.add(FieldPicture.shades(kernel, KERNEL, KERNEL_ZOOM));
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
