package org.e2spark.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.nn.convolution.SteerableConvolution;
import org.e2spark.picture.FieldPicture;
import org.e2spark.picture.Sheet;
import org.e2spark.torch.Autograd;

/**
 * The kernels that a convolution has learnt: a row for each of the first output fields, a column
 * for each channel of the field. Each is the kernel from that channel of the first input field, or
 * from its first, to the channel; between regular fields these are turned copies of one kernel.
 */
final class KernelGallery {

  private static final int ROWS = 6;
  private static final int PANEL = 44;

  private KernelGallery() {}

  /** Whether a layer has kernels of its own to look at. */
  static boolean isDrawn(SteerableConvolution convolution) {
    return convolution.geometry().isPresent();
  }

  static BufferedImage draw(SteerableConvolution convolution, NDManager manager) {
    List<List<BufferedImage>> rows = new ArrayList<>();
    try (NDManager scratch = manager.newSubManager();
        var scope = Autograd.pause()) {
      NDArray filter = convolution.expandFilter(scratch);
      int width = (int) filter.getShape().get(3);
      int zoom = Math.max(1, PANEL / width);
      var out = convolution.outType();
      int inputs = Math.min(convolution.inType().end(0), (int) filter.getShape().get(1));
      for (int field = 0; field < Math.min(ROWS, out.fields()); field++) {
        List<float[]> kernels = new ArrayList<>();
        double largest = 0;
        for (int channel = out.start(field); channel < out.end(field); channel++) {
          int own = channel - out.start(field);
          float[] kernel = filter.get(channel, own < inputs ? own : 0).toFloatArray();
          kernels.add(kernel);
          largest = Math.max(largest, FieldPicture.largest(kernel));
        }
        double full = largest;
        rows.add(kernels.stream().map(k -> FieldPicture.shades(k, width, zoom, full)).toList());
      }
    }
    return Sheet.of(rows);
  }
}
