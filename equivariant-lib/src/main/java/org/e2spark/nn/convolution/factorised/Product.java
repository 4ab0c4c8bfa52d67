package org.e2spark.nn.convolution.factorised;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import org.e2spark.text.Text;
import org.e2spark.torch.TorchFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the engine's libraries computes large real matrix products. On processors of the
 * library's own maker the first is as fast as the second; on others the second may be twice as
 * fast.
 */
public enum Product {
  /** Of the linear algebra library, {@code torch.mm}. */
  BLAS {
    @Override
    String of(String a, String b) {
      return Text.format("torch.mm(%s, %s)", a, b);
    }

    @Override
    String into(String a, String b, String out) {
      return Text.format("torch.mm(%s, %s, out=%s)", a, b, out);
    }

    @Override
    String add(String a, String b, String sum) {
      return Text.format("torch.addmm_(%s, %s, %s)", sum, a, b);
    }
  },
  /** Of the library that convolutions use, oneDNN. */
  ONEDNN {
    @Override
    String of(String a, String b) {
      return Text.format(
          "ops.mkldnn._linear_pointwise(%s, torch.t(%s), None, \"none\","
              + " annotate(List[Optional[number]], []), \"\")",
          a, b);
    }

    @Override
    String into(String a, String b, String out) {
      return Text.format("torch.copy_(%s, %s)", out, of(a, b));
    }

    @Override
    String add(String a, String b, String sum) {
      return Text.format("torch.add_(%s, %s)", sum, of(a, b));
    }
  };

  private static final Logger log = LoggerFactory.getLogger(Product.class);

  /**
   * The products that this build of the engine has for arrays of a type on a device, the one to
   * take where nothing is measured first.
   */
  static List<Product> available(NDArray like) {
    boolean both = !like.getDevice().isGpu() && like.getDataType() == DataType.FLOAT32;
    return both && Probe.HAS_ONEDNN ? List.of(ONEDNN, BLAS) : List.of(BLAS);
  }

  /** Whether the engine was built with oneDNN: its operator is not part of the public ones. */
  private static final class Probe {
    static final boolean HAS_ONEDNN = compiles();

    private static boolean compiles() {
      try {
        TorchFunction.of("a, b", ONEDNN.of("a", "b"));
        return true;
      } catch (EngineException e) {
        log.info("The engine has no oneDNN products: {}", e.getMessage());
        return false;
      }
    }
  }

  /** The product of two matrices. */
  abstract String of(String a, String b);

  /** Writes the product. */
  abstract String into(String a, String b, String out);

  /** Adds the product to a matrix. */
  abstract String add(String a, String b, String sum);
}
