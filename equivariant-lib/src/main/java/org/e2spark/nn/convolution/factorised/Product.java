package org.e2spark.nn.convolution.factorised;

import org.e2spark.text.Text;

/**
 * Which of the engine's libraries computes large real matrix products. On processors of the
 * library's own maker the first is as fast as the second; on others the second may be twice as
 * fast.
 */
enum Product {
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

  /** The product of two matrices. */
  abstract String of(String a, String b);

  /** Writes the product. */
  abstract String into(String a, String b, String out);

  /** Adds the product to a matrix. */
  abstract String add(String a, String b, String sum);
}
