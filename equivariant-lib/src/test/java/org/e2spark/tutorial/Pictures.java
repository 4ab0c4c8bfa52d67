package org.e2spark.tutorial;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.BasicStroke;
import java.awt.Color;
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
  private static final int GAP = 4;

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
        turned.add(shades(x.array(), 0, ZOOM));
        fields.add(arrows(y.array()));
        stabilised.add(arrows(y.transform(back).array()));
      }
      save(folder.resolve("features.png"), List.of(turned, fields, stabilised));
      save(folder.resolve("kernels.png"), pictures.kernels(manager));
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
          row.add(shades(kernels.get(b).expandDims(0), component, KERNEL_ZOOM));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** One channel: red above zero, blue below, white at it. */
  private static BufferedImage shades(NDArray x, int channel, int zoom) {
    int height = (int) x.getShape().get(2);
    int width = (int) x.getShape().get(3);
    float[] values = x.get("0, " + channel).toFloatArray();
    float largest = 1e-9f;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    var picture = new BufferedImage(width * zoom, height * zoom, BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < picture.getHeight(); row++) {
      for (int column = 0; column < picture.getWidth(); column++) {
        float value = values[row / zoom * width + column / zoom] / largest;
        float pale = 1 - Math.abs(value);
        var color = value > 0 ? new Color(1, pale, pale) : new Color(pale, pale, 1);
        picture.setRGB(column, row, color.getRGB());
      }
    }
    return picture;
  }

  /** A scalar field as shades, and the vector field after it as arrows. */
  private static BufferedImage arrows(NDArray y) {
    BufferedImage picture = shades(y, 0, ZOOM);
    int width = (int) y.getShape().get(3);
    float[] right = y.get("0, 1").toFloatArray();
    float[] up = y.get("0, 2").toFloatArray();
    double largest = 1e-9;
    for (int i = 0; i < right.length; i++) {
      largest = Math.max(largest, Math.hypot(right[i], up[i]));
    }
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setStroke(new BasicStroke(1));
    graphics.setColor(Color.BLACK);
    int step = 3;
    for (int i = 0; i < right.length; i++) {
      int row = i / width;
      int column = i % width;
      if (row % step == 1 && column % step == 1) {
        double scale = 1.2 * step * ZOOM / largest;
        int x0 = column * ZOOM + ZOOM / 2;
        int y0 = row * ZOOM + ZOOM / 2;
        int x1 = (int) Math.round(x0 + scale * right[i]);
        int y1 = (int) Math.round(y0 - scale * up[i]);
        if (x0 != x1 || y0 != y1) {
          graphics.drawLine(x0, y0, x1, y1);
          graphics.fillOval(x1 - 1, y1 - 1, 3, 3);
        }
      }
    }
    graphics.dispose();
    return picture;
  }

  private static void save(Path file, List<List<BufferedImage>> rows) throws IOException {
    int cell = rows.get(0).get(0).getWidth() + GAP;
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    var sheet =
        new BufferedImage(
            columns * cell + GAP, rows.size() * cell + GAP, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.LIGHT_GRAY);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < rows.get(row).size(); column++) {
        graphics.drawImage(rows.get(row).get(column), GAP + column * cell, GAP + row * cell, null);
      }
    }
    graphics.dispose();
    if (!ImageIO.write(sheet, "png", file.toFile())) {
      throw new IOException("This Java cannot write PNG files: " + file);
    }
  }
}
