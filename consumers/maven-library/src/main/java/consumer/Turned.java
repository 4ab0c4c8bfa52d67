package consumer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.nonlinearity.ReLU;
import org.e2spark.nn.pooling.GroupPooling;

/** Turns an image by a quarter: what an equivariant network sees in it turns with it. */
public final class Turned {

  private Turned() {}

  public static void main(String[] arguments) {
    var c4 = new Rot2dOnR2(4);
    var image = FieldType.of(c4, c4.trivial(), 1);
    var hidden = FieldType.of(c4, c4.regular(), 4);
    try (var manager = NDManager.newBaseManager("PyTorch")) {
      var network =
          EquivariantSequential.of(
              R2Conv.builder(image, hidden).kernelSize(5).padding(2).build(),
              new ReLU(hidden),
              new GroupPooling(hidden));
      NDArray x = manager.randomNormal(new Shape(1, 1, 9, 9));
      Networks.initialize(network, manager, x.getShape(), 1);
      NDArray turned = network.forward(image.wrap(x.rotate90(1, new int[] {2, 3}))).array();
      NDArray expected = network.forward(image.wrap(x)).array().rotate90(1, new int[] {2, 3});
      float difference = turned.sub(expected).abs().max().getFloat();
      System.out.println("difference " + difference);
      if (difference > 1e-5) {
        throw new AssertionError("The features did not turn with the image");
      }
    }
  }
}
