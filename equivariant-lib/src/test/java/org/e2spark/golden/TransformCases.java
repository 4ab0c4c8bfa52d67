package org.e2spark.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import org.e2spark.group.GroupElement;
import org.e2spark.nn.FieldType;

/** Cases of kind "transform": a tensor as each of some elements transforms it. */
final class TransformCases {

  private TransformCases() {}

  static void run(GoldenCase c) {
    c.requireFields("in", "elements");
    FieldType type = Goldens.fieldType(c, "in");
    JsonArray elements = c.json().getAsJsonArray("elements");
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = Goldens.array(manager, c, "x");
      for (int i = 0; i < elements.size(); i++) {
        GroupElement element = GroupCases.element(c.gspace().fiberGroup(), elements.get(i));
        Goldens.assertClose(c, "y" + i, type.wrap(x).transform(element).array(), Goldens.OUTPUT);
      }
    }
  }
}
